/** Words about who works at an estate. */
import type { Shape } from '@/api'
import { clock } from './time'
import type { Tone } from './work_orders'

export type Post = Shape<'PostLine'>

export const STAFF_ROLES = [
  { value: 'manager', label: '项目经理' },
  { value: 'dispatcher', label: '调度' },
  { value: 'repairer', label: '维修工' },
  { value: 'patroller', label: '巡检员' },
  { value: 'guard', label: '秩序维护员' },
  { value: 'finance', label: '财务' },
] as const

const STATES: Record<Post['state'], { label: string; tone: Tone }> = {
  active: { label: '在岗', tone: 'good' },
  waiting: { label: '等本人验证手机号', tone: 'warn' },
  suspended: { label: '停岗', tone: 'alarm' },
  ended: { label: '已离岗', tone: 'quiet' },
}
export const postState = (post: Post) => STATES[post.state]

const DAY = 24 * 60
const NAMES = ['一', '二', '三', '四', '五', '六', '日']

/** Minutes of a week, from Monday 0:00 on, as `周一 08:00`. */
export function weekMoment(minute: number): string {
  const within = ((minute % (7 * DAY)) + 7 * DAY) % (7 * DAY)
  return `周${NAMES[Math.floor(within / DAY)]} ${clock(within % DAY)}`
}
