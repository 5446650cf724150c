/** Words about who belongs to a home. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

export type Binding = Shape<'Binding'>

export const RELATIONS = [
  { value: 'owner', label: '业主' },
  { value: 'co_owner', label: '共有人' },
  { value: 'family', label: '家人' },
  { value: 'tenant', label: '租客' },
] as const

const STATES: Record<Binding['state'], { label: string; tone: Tone }> = {
  live: { label: '已绑定', tone: 'good' },
  waiting: { label: '等物业核实', tone: 'warn' },
  more_proof: { label: '要补材料', tone: 'alarm' },
  rejected: { label: '没有通过', tone: 'alarm' },
  ended: { label: '已解除', tone: 'quiet' },
}

export const stateOf = (binding: Binding) => STATES[binding.state]
export const relationOf = (binding: Binding) => RELATIONS.find((one) => one.value === binding.relation)!.label
