/** What a page was opened with: the names it knows, empty until somebody gave them. */
import { reactive } from 'vue'
import { onLoad } from '@dcloudio/uni-app'

/** Fill `names` from the page's address; ask for it before anything is read. */
export function useQuery<Names extends Record<string, string>>(names: Names): Names {
  const at = reactive({ ...names }) as Names
  onLoad((query) => {
    for (const name of Object.keys(names)) {
      const given = (query as Record<string, string | undefined> | undefined)?.[name]
      if (given !== undefined) Object.assign(at, { [name]: given })
    }
  })
  return at
}
