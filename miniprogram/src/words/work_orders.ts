/** Words about work orders that the server's answers leave to the page. */
import type { Shape } from '@/api'

export type WorkOrder = Shape<'WorkOrderShown'>
export type WorkOrderLine = Shape<'WorkOrderLine'>
type State = WorkOrder['state']
export type Tone = 'good' | 'warn' | 'alarm' | 'quiet'

const OVER: readonly State[] = ['closed', 'rejected', 'withdrawn', 'merged', 'converted', 'answered']

/** Whether nothing more is to be done about it. */
export function isOver(state: State): boolean {
  return OVER.includes(state)
}

export function toneOf(order: { state: State; overdue: boolean }): Tone {
  if (order.overdue) return 'alarm'
  return isOver(order.state) ? 'good' : 'warn'
}

export const URGENCIES = [
  { value: 'normal', label: '一般' },
  { value: 'urgent', label: '急' },
  { value: 'emergency', label: '紧急（漏水、停电、伤人）' },
] as const

export const FEEDBACK_KINDS = [
  { value: 'hidden_danger', label: '安全隐患' },
  { value: 'question', label: '问一件事' },
  { value: 'suggestion', label: '提个建议' },
] as const

/** The states that somebody at the desk still works on, in the order of the loop. */
export const OPEN_STATES: readonly { value: State; label: string }[] = [
  { value: 'submitted', label: '待受理' },
  { value: 'accepted', label: '待派单' },
  { value: 'assigned', label: '待接单' },
  { value: 'in_handling', label: '处置中' },
  { value: 'paused', label: '暂停' },
  { value: 'with_operator', label: '专营单位' },
  { value: 'handled', label: '待核查' },
  { value: 'verified', label: '待登记' },
  { value: 'registered', label: '待反馈' },
  { value: 'answered', label: '已答复' },
  { value: 'returned', label: '待补充' },
]

export const ENDED_STATES: readonly { value: State; label: string }[] = [
  { value: 'closed', label: '已办结' },
  { value: 'rejected', label: '不受理' },
  { value: 'withdrawn', label: '已撤回' },
  { value: 'merged', label: '已合并' },
  { value: 'converted', label: '已转报修' },
]

export const SCOPES = [
  { value: 'in_contract', label: '物业合同内' },
  { value: 'public_service', label: '公共服务' },
  { value: 'professional_operator', label: '专营单位（水电气热）' },
  { value: 'government_task', label: '政府职责' },
  { value: 'owners_own', label: '业主自己的' },
] as const

export const PAYERS = [
  { value: 'company', label: '物业企业' },
  { value: 'owner', label: '业主' },
  { value: 'public_revenue', label: '公共收益' },
  { value: 'maintenance_fund', label: '维修资金' },
  { value: 'third_party', label: '责任第三方' },
  { value: 'warranty', label: '保修单位' },
] as const

/** How a report that somebody takes down came in. */
export const SOURCES = [
  { value: 'phone', label: '电话' },
  { value: 'counter', label: '当面' },
  { value: 'grid_worker', label: '网格员' },
  { value: 'reception_day', label: '接待日' },
  { value: 'one_call', label: '一呼热线' },
] as const

/** The label that a code has in one of these lists. */
export function labelOf<Value>(list: readonly { value: Value; label: string }[], value: Value | null | undefined) {
  return list.find((one) => one.value === value)?.label ?? ''
}
