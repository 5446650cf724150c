/** Words about common money. */
import type { Shape } from '@/api'

type Total = Shape<'PublicationLine'>['totals'][number]

/** What came in and what went out in all accounts together. */
export function totalsOf(totals: readonly Total[]): { income: number; expense: number } {
  return totals.reduce((sum, one) => ({ income: sum.income + one.income, expense: sum.expense + one.expense }), {
    income: 0,
    expense: 0,
  })
}
