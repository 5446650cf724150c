/** Words about common parts and facilities. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

export type Facility = Shape<'FacilityShown'>

export const FACILITY_KINDS: readonly { value: Facility['kind']; label: string }[] = [
  { value: 'door_access', label: '门禁' },
  { value: 'street_light', label: '路灯照明' },
  { value: 'charging_pile', label: '充电桩' },
  { value: 'septic_tank', label: '化粪池' },
  { value: 'drain', label: '排水管道' },
  { value: 'lift', label: '电梯' },
  { value: 'fire', label: '消防设施' },
  { value: 'roof', label: '屋面' },
  { value: 'wall', label: '外墙' },
  { value: 'road', label: '道路' },
  { value: 'greenery', label: '绿化' },
  { value: 'other', label: '其他' },
]

const STATES: Record<Facility['state'], { label: string; tone: Tone }> = {
  in_use: { label: '正常', tone: 'good' },
  faulty: { label: '有故障', tone: 'alarm' },
  stopped: { label: '停用', tone: 'warn' },
  removed: { label: '已拆除', tone: 'quiet' },
}
export const facilityState = (one: { state: Facility['state'] }) => STATES[one.state]

/** How one may find it when looking after it. */
export const CHECK_STATES = [
  { value: 'in_use', label: '正常' },
  { value: 'faulty', label: '有故障' },
  { value: 'stopped', label: '停用' },
] as const
