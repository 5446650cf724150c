/** In a browser everything that can be tapped can be reached and pressed without a mouse. */
export function pressByKeyboard(): void {
  // #ifdef H5
  document.addEventListener('keydown', (event) => {
    const target = event.target as HTMLElement
    const isPressable = ['button', 'link', 'checkbox', 'radio', 'tab', 'switch'].includes(
      target.getAttribute?.('role') ?? '',
    )
    if (isPressable && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault()
      target.click()
    }
  })
  // #endif
}
