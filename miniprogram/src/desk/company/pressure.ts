/** What presses at an estate: orders that are too late, and places where nobody is responsible. */
import { get } from '@/api'

export interface Pressure {
  open: number
  overdue: number
  gaps: number
}

/** The states in which an order waits for the company. */
const OPEN = ['submitted', 'accepted', 'assigned', 'in_handling', 'handled'] as const
const MOST = 50

/** Count at one estate; what cannot be read counts nothing rather than hiding the other estates. */
export async function pressureAt(estate_id: string): Promise<Pressure> {
  const at = { estate_id }
  const none = () => ({ items: [] })
  const [gaps, ...boards] = await Promise.all([
    get('/v1/estates/{estate_id}/gaps', at).catch(() => []),
    ...OPEN.map((state) => get('/v1/estates/{estate_id}/work-orders', at, { state, limit: MOST }).catch(none)),
  ])
  const orders = boards.flatMap((board) => board.items)
  return { open: orders.length, overdue: orders.filter((one) => one.overdue).length, gaps: gaps.length }
}
