/** Doing something once: one key however often it is tried, a button that waits, a problem that keeps what was typed. */
import { reactive } from 'vue'
import { Problem, problemOf } from '@/api/problem'
import { freshKey } from './keys'

export interface Acting<Given extends unknown[]> {
  readonly busy: boolean
  readonly problem: Problem | null
  readonly run: (...given: Given) => Promise<boolean>
}

/** An act of the page. `run` says whether it was done; a second tap while it is under way does nothing. */
export function useActing<Given extends unknown[]>(
  act: (key: string, ...given: Given) => Promise<unknown>,
): Acting<Given> {
  const state = reactive({ busy: false, problem: null as Problem | null })
  let key = freshKey()

  async function run(...given: Given): Promise<boolean> {
    if (state.busy) return false
    state.busy = true
    state.problem = null
    try {
      await act(key, ...given)
      key = freshKey()
      return true
    } catch (thrown) {
      state.problem = problemOf(thrown)
      // Only where no answer came may the act have happened; the same key asks for the same act then.
      if (!state.problem.isPassing) key = freshKey()
      return false
    } finally {
      state.busy = false
    }
  }

  return Object.assign(state as object, { run }) as Acting<Given>
}
