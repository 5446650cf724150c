/** Words about what owners decide together, beside the votes themselves. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

type Decision = Shape<'DecisionLine'>

const DECISION_TONES: Record<Decision['state'], Tone> = {
  in_force: 'good',
  correction_ordered: 'warn',
  corrected: 'good',
  rescinded: 'alarm',
}
export const toneOfDecision = (state: Decision['state']): Tone => DECISION_TONES[state]

export const GROUNDS = [
  { value: 'law', label: '违反法律、法规' },
  { value: 'rules_of_procedure', label: '违反议事规则' },
  { value: 'covenant', label: '违反管理规约' },
] as const

export type Stage = Shape<'TopicLine'>['stage']
export const STAGES: readonly { value: Stage; label: string; note: string }[] = [
  { value: 'say', label: '说', note: '提出来，邻居附议' },
  { value: 'discuss', label: '议', note: '一起商量，形成决议' },
  { value: 'handle', label: '理', note: '有人负责，按期办' },
  { value: 'show', label: '晒', note: '公布结果和花费' },
  { value: 'rate', label: '评', note: '住户打分，不满意退回再议' },
]

export function toneOfStage(stage: Stage): Tone {
  if (stage === 'closed') return 'good'
  return stage === 'withdrawn' ? 'quiet' : 'warn'
}

export const JOINT_KINDS = [
  { value: 'discussion', label: '三方联议' },
  { value: 'visit', label: '三方联访' },
  { value: 'handling', label: '三方联办' },
  { value: 'mediation', label: '三方联调' },
] as const

export const RATINGS = [
  { value: 'satisfied', label: '满意' },
  { value: 'basically', label: '基本满意' },
  { value: 'not', label: '不满意' },
] as const

export const FIVE_MARKS = [1, 2, 3, 4, 5].map((value) => ({ value, label: `${value} 分` }))

export const REPORT_STATES: Record<Shape<'WorkReportLine'>['state'], string> = {
  rating: '正在评议',
  counting: '正在统计',
  closed: '评议结束',
}

/** A mark kept in tenths, such as 42, as `4.2`. */
export const tenths = (mark: number) => (mark / 10).toFixed(1)

/** The states in which a decision holds, so that something new may rest on it. */
export const HOLD: readonly Shape<'DecisionLine'>['state'][] = ['in_force', 'corrected']
