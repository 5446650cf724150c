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
