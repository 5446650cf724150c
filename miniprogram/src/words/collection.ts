/** How much of a period's fees came in, as rows of a table. */
import type { Shape } from '@/api'
import { yuan } from './money'

export const RATE_COLUMNS = [
  { key: 'estate', label: '小区' },
  { key: 'rate', label: '按金额', right: true },
  { key: 'rooms', label: '按户数', right: true },
  { key: 'paid', label: '已收（元）', right: true },
  { key: 'due', label: '应收（元）', right: true },
  { key: 'count', label: '交了的户', right: true },
]

type Counted = NonNullable<Shape<'EstateRate'>['counted']>

/** A rate in words; figures are counted every night, so a period may have none yet. */
export function rateOf(counted: Counted | null | undefined, by: 'rate_by_amount' | 'rate_by_rooms'): string {
  if (!counted) return '还没统计'
  return counted[by] ? `${counted[by]}%` : '没有账单'
}

function rowOf(estate: string, key: string, counted: Counted | null | undefined) {
  return {
    key,
    estate,
    rate: rateOf(counted, 'rate_by_amount'),
    rooms: rateOf(counted, 'rate_by_rooms'),
    paid: counted ? yuan(counted.paid_fen) : '',
    due: counted ? yuan(counted.due_fen) : '',
    count: counted ? `${counted.rooms_paid} / ${counted.rooms}` : '',
  }
}

/** The rows of a list of estates, perhaps with their sum on top. */
export function rateRows(estates: readonly Shape<'EstateRate'>[], total?: Counted) {
  const rows = estates.map((one) => rowOf(one.estate, one.estate_id, one.counted))
  return total ? [rowOf('合计', 'total', total), ...rows] : rows
}

export const BILL_KINDS = [
  { value: 'service', label: '物业服务费' },
  { value: 'parking', label: '停车费' },
  { value: 'utility', label: '代收水电公摊费' },
  { value: 'other', label: '其他费用' },
] as const
