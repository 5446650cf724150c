/** Words about common money. */
import type { Shape } from '@/api'

type Total = Shape<'PublicationLine'>['totals'][number]
export type Posting = Shape<'PostingShown'>
export type Purpose = Shape<'NewEntry'>['purpose']

/** What came in and what went out in all accounts together. */
export function totalsOf(totals: readonly Total[]): { income: number; expense: number } {
  return totals.reduce((sum, one) => ({ income: sum.income + one.income, expense: sum.expense + one.expense }), {
    income: 0,
    expense: 0,
  })
}

export const POSTING_KINDS: Record<Posting['kind'], string> = {
  payment: '微信缴费',
  offline: '柜台缴费',
  prepayment: '预存',
  offset: '抵扣',
  credit: '消费抵扣',
  refund: '退款',
  suspense: '待处理款',
  income: '收入',
  expense: '支出',
  transfer: '转账',
  correction: '冲正',
  opening: '期初余额',
}

/** Whose money it is. */
export const PURPOSES = [
  { value: 'public_income', label: '公共收益' },
  { value: 'parking_gross', label: '停车收入' },
  { value: 'parking_surplus', label: '停车结余' },
  { value: 'maintenance', label: '维修资金' },
] as const satisfies readonly { value: Purpose; label: string }[]

export const purposeName = (purpose: Purpose) => PURPOSES.find((one) => one.value === purpose)?.label ?? '其他资金'

export const HOLDERS = [
  { value: 'owners_assembly', label: '业主大会账户' },
  { value: 'community_trust', label: '社区代管账户' },
  { value: 'company_sub_account', label: '物业专项子账户' },
  { value: 'shared', label: '共管账户' },
  { value: 'personal', label: '个人账户' },
] as const satisfies readonly { value: Shape<'NewPlace'>['holder']; label: string }[]

export const RESOURCES = [
  { value: 'advertising', label: '广告位' },
  { value: 'room', label: '公共用房' },
  { value: 'site', label: '场地摊位' },
  { value: 'parking', label: '车位' },
  { value: 'equipment', label: '设备进场' },
  { value: 'other', label: '其他' },
] as const satisfies readonly { value: Shape<'NewContract'>['resource']; label: string }[]
