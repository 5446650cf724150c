/** Words about season tasks and the cleaning log. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

export type SeasonTask = Shape<'TaskLine'>

export const SEASON_KINDS: readonly { value: SeasonTask['kind']; label: string }[] = [
  { value: 'snow', label: '清雪' },
  { value: 'ice', label: '除冰' },
  { value: 'flood', label: '防汛' },
  { value: 'wind', label: '防风' },
  { value: 'heating', label: '供暖' },
  { value: 'disinfection', label: '消杀' },
  { value: 'pests', label: '除虫' },
  { value: 'leaves', label: '清落叶' },
  { value: 'weeding', label: '除草' },
  { value: 'other', label: '其他' },
]

export const CLEANING_KINDS = [
  { value: 'cleaning', label: '保洁' },
  { value: 'disinfection', label: '消杀' },
  { value: 'garbage', label: '垃圾清运' },
] as const

/** How urgent a task looks in a list. */
export function taskTone(task: SeasonTask): Tone {
  if (task.state === 'finished') return 'good'
  if (task.state === 'cancelled') return 'quiet'
  return task.late ? 'alarm' : 'warn'
}

/** 95 minutes as `1小时35分`, 120 as `2小时`. */
export function lasted(minutes: number): string {
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60 ? `${minutes % 60}分` : ''
  return hours ? `${hours}小时${rest}` : `${minutes}分钟`
}
