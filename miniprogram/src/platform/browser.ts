/** What a browser needs that the framework leaves out: pressing by keyboard, and pictures that say nothing saying so. */
export function settleInBrowser(): void {
  // #ifdef H5
  document.addEventListener('keydown', pressByKeyboard)
  new MutationObserver(silenceIcons).observe(document.body, { childList: true, subtree: true })
  // #endif
}

// #ifdef H5
const PRESSABLE = ['button', 'link', 'checkbox', 'radio', 'tab', 'switch']

function pressByKeyboard(event: KeyboardEvent): void {
  const target = event.target as HTMLElement
  if (!PRESSABLE.includes(target.getAttribute?.('role') ?? '')) return
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault()
    target.click()
  }
}

/** The icons of the tab bar stand beside their words; a picture's own words are on the element around it. */
function silenceIcons(): void {
  const silent = document.querySelectorAll('.uni-tabbar img:not([alt]), uni-image img:not([alt])')
  silent.forEach((picture) => picture.setAttribute('alt', ''))
}
// #endif
