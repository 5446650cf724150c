/** Reading what a page shows: again whenever it comes to the front or is pulled down, keeping what it showed before. */
import { reactive } from 'vue'
import { onPullDownRefresh, onShow } from '@dcloudio/uni-app'
import { problemOf, type Problem } from '@/api/problem'

export interface Reading<T> {
  /** What was read last; undefined until something was. */
  readonly value: T | undefined
  /** Why the last reading failed. */
  readonly problem: Problem | null
  readonly again: () => Promise<void>
}

/** Read with `read` when the page shows; what it throws becomes the page's problem. */
export function useReading<T>(read: () => Promise<T>): Reading<T> {
  const state = reactive({ value: undefined as T | undefined, problem: null as Problem | null })
  let asked = 0

  async function again(): Promise<void> {
    const mine = ++asked
    try {
      const value = await read()
      if (mine === asked) Object.assign(state, { value, problem: null })
    } catch (thrown) {
      if (mine === asked) state.problem = problemOf(thrown)
    }
  }

  onShow(() => void again())
  onPullDownRefresh(() => void again().finally(() => uni.stopPullDownRefresh()))
  return Object.assign(state as object, { again }) as Reading<T>
}

export interface Listing<Item> extends Reading<Item[]> {
  /** Where the list goes on, if it does. */
  readonly next: string | null
  readonly more: () => Promise<void>
}

/** Read a list page by page; `more` appends the next page, showing the page again starts from the beginning. */
export function useListing<Item>(
  read: (cursor: string | undefined) => Promise<{ items: Item[]; next?: string | null }>,
): Listing<Item> {
  const rest = reactive({ next: null as string | null })
  const first = useReading(async () => {
    const page = await read(undefined)
    rest.next = page.next ?? null
    return page.items
  })

  async function more(): Promise<void> {
    const from = rest.next
    if (!from) return
    try {
      const page = await read(from)
      if (rest.next !== from) return
      Object.assign(first, { value: [...(first.value ?? []), ...page.items] })
      rest.next = page.next ?? null
    } catch (thrown) {
      Object.assign(first, { problem: problemOf(thrown) })
    }
  }

  const state = first as object
  Object.defineProperty(state, 'next', { get: () => rest.next })
  return Object.assign(state, { more }) as Listing<Item>
}
