/** What a page was opened with: the names in its address. */
import { reactive } from 'vue'
import { onLoad } from '@dcloudio/uni-app'

/** The named parts of the page's address, empty where the address lacks them; there before the page is first read. */
export function useOpened<Name extends string>(...names: Name[]): Record<Name, string> {
  const opened = reactive(Object.fromEntries(names.map((name) => [name, '']))) as Record<Name, string>
  onLoad((query) => {
    for (const name of names) opened[name] = (query?.[name] as string | undefined) ?? ''
  })
  return opened
}
