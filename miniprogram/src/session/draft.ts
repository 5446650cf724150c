/** What was typed and not yet sent, kept on the phone: a cellar without network loses nothing. */
import { watch } from 'vue'

/** Take up what was kept for this form, and keep it from now on; `sent` forgets it. */
export function useDraft<Form extends object>(name: string, form: Form): { sent: () => void } {
  const key = `fp-draft-${name}`
  const kept = uni.getStorageSync(key) as Partial<Form> | ''
  if (kept) Object.assign(form, kept)
  const stop = watch(form, (now) => uni.setStorageSync(key, JSON.parse(JSON.stringify(now)) as object), { deep: true })
  return {
    sent() {
      stop()
      uni.removeStorageSync(key)
    },
  }
}
