/** Words about bills, payments and the state they are in. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

export type BillLine = Shape<'BillLine'>
export type BillKind = BillLine['kind']

export const BILL_KINDS = [
  { value: 'service', label: '物业费' },
  { value: 'parking', label: '停车费' },
  { value: 'utility', label: '水电公摊' },
  { value: 'fund', label: '维修资金' },
  { value: 'other', label: '其他' },
] as const satisfies readonly { value: BillKind; label: string }[]

export const kindName = (kind: BillKind) => BILL_KINDS.find((one) => one.value === kind)?.label ?? ''

export const BILL_STATES = [
  { value: 'issued', label: '待缴' },
  { value: 'part_paid', label: '部分已缴' },
  { value: 'paid', label: '已缴清' },
  { value: 'void', label: '已作废' },
] as const satisfies readonly { value: BillLine['state']; label: string }[]

/** What is still to be paid of a bill, with the late fee. */
export const owed = (bill: BillLine) => bill.due_fen + bill.late_fee_fen

/** How a state looks: what waits is warm, what went wrong is red, what is done is green. */
export function toneOf(state: string): Tone {
  if (/^(paid|published|closed|approved|in_force|filed|succeeded|issued_done|done|proven|passed|booked)$/.test(state))
    return 'good'
  if (/^(refused|declined|failed|abnormal|reversal_due)$/.test(state)) return 'alarm'
  if (/^(void|withdrawn|cancelled|ended|reversed|expired)$/.test(state)) return 'quiet'
  return 'warn'
}

export const ADJUSTMENT_REASONS = [
  { value: 'vacant', label: '房屋空置' },
  { value: 'hardship', label: '生活困难' },
  { value: 'service', label: '服务未达标' },
  { value: 'wrong', label: '计费有误' },
  { value: 'policy', label: '政策减免' },
  { value: 'agreed', label: '协商一致' },
  { value: 'other', label: '其他' },
] as const

export const ARREARS_REASONS = [
  { value: 'dissatisfied', label: '对服务不满' },
  { value: 'hardship', label: '生活困难' },
  { value: 'away', label: '人不在本地' },
  { value: 'dispute', label: '对账单有争议' },
  { value: 'unknown', label: '还不清楚' },
] as const

export const CONTACT_MEANS = [
  { value: 'visit', label: '上门' },
  { value: 'phone', label: '电话' },
  { value: 'message', label: '消息' },
  { value: 'letter', label: '书面' },
] as const
