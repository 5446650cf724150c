/** What waits at a unit for somebody to act, counted from the lists themselves; a list one may not read counts nothing. */
import { get } from '@/api'
import { counted } from '@/words/station'
import type { Workspace } from '@/session'
import type { Tone } from '@/words/work_orders'

export interface Waiting {
  title: string
  count: string
  to: string
  tone: Tone
}

type Counted = { items: readonly unknown[]; next?: string | null }
const MOST = 50

/** The month before this one, which ought to be disclosed by now. */
export function lastMonth(now = new Date()): string {
  const there = new Date(now.getTime() + 8 * 3_600_000)
  there.setUTCDate(0)
  return there.toISOString().slice(0, 7)
}

/** Everything that waits, what is most pressing first; orders and conduct are for community and street alone. */
export async function waitingAt(unit_id: string, home: Workspace['home']): Promise<Waiting[]> {
  const at = { unit_id }
  const first = { limit: MOST }
  const of = (page: string) => `/station/${page}?unit_id=${unit_id}`
  const line = async (title: string, to: string, tone: Tone, read: Promise<Counted>): Promise<Waiting[]> => {
    const page = await read.catch(() => null)
    return page?.items.length ? [{ title, count: counted(page), to: of(to), tone }] : []
  }
  const late = get('/v1/units/{unit_id}/fund-disclosure', at, { month: lastMonth() })
  const near =
    home === 'bureau'
      ? []
      : [
          line('督办工单', 'orders/index', 'alarm', get('/v1/units/{unit_id}/held-work-orders', at, first)),
          line('委员履职案件', 'conduct/index', 'warn', get('/v1/units/{unit_id}/conduct-cases', at, first)),
          line('没交的述职报告', 'conduct/index', 'warn', get('/v1/units/{unit_id}/missing-work-reports', at, first)),
        ]
  const found = await Promise.all([
    ...near,
    line('没人负责的地方', 'gaps/index', 'alarm', get('/v1/units/{unit_id}/gaps', at, first)),
    line('待审核的备案', 'filings/index', 'warn', get('/v1/units/{unit_id}/filings', at, first)),
    line(
      '上月收支公示没做完的小区',
      'disclosure/index',
      'warn',
      late.then((one) => ({ items: one.late })),
    ),
  ])
  return found.flat()
}
