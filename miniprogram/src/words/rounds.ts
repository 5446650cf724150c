/** Words about visits of the mobile team and about patrols. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

export type Visit = Shape<'miniprogram_api.rounds.schemas.VisitShown'>
export type Run = Shape<'RunLine'>

const VISITS: Record<Visit['state'], { label: string; tone: Tone }> = {
  planned: { label: '待上门', tone: 'warn' },
  checked_in: { label: '已到场', tone: 'good' },
  completed: { label: '已完成', tone: 'good' },
  missed: { label: '没有来', tone: 'alarm' },
  cancelled: { label: '已取消', tone: 'quiet' },
}
export const visitState = (visit: { state: Visit['state'] }) => VISITS[visit.state]

const RUNS: Record<Run['state'], { label: string; tone: Tone }> = {
  open: { label: '进行中', tone: 'warn' },
  complete: { label: '已走完', tone: 'good' },
  missed: { label: '有漏点', tone: 'alarm' },
}
export const runState = (run: { state: Run['state'] }) => RUNS[run.state]

/** The server counts Monday as the first day. */
export const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'].map((name, index) => ({
  value: index + 1,
  label: `周${name}`,
}))

/** The days of a plan, in words. */
export function weekdaysOf(days: readonly number[]): string {
  if (days.length === 7) return '每天'
  return WEEKDAYS.filter((one) => days.includes(one.value))
    .map((one) => one.label)
    .join('、')
}
