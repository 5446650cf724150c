/** A sheet over the page for one act: opened by a button, closed when the act was done. */
import { reactive } from 'vue'
import { useActing, type Acting } from './acting'

export interface Sheet {
  open: boolean
  readonly acting: Acting<[]>
  readonly begin: () => void
  readonly close: () => void
  /** Do it, and close where it was done; otherwise the sheet says why not. */
  readonly go: () => Promise<void>
}

/** The sheet for an act. */
export function useSheet(act: (key: string) => Promise<unknown>): Sheet {
  const acting = useActing<[]>(act)
  const sheet: Sheet = reactive({
    open: false,
    acting,
    begin: () => void (sheet.open = true),
    close: () => void (sheet.open = false),
    go: async () => {
      if (await acting.run()) sheet.open = false
    },
  })
  return sheet
}
