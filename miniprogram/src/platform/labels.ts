/** uni-app puts its own input inside an element; a browser's screen reader needs the label on the inner one. */
import { getCurrentInstance, onMounted } from 'vue'

export function labelInputs(): void {
  // #ifdef H5
  const instance = getCurrentInstance()
  onMounted(() => {
    const root = instance?.proxy?.$el as HTMLElement | undefined
    root?.querySelectorAll?.<HTMLElement>('[data-label]').forEach((outer) => {
      outer.removeAttribute('aria-label')
      outer.querySelector('input, textarea')?.setAttribute('aria-label', outer.dataset.label ?? '')
    })
  })
  // #endif
}
