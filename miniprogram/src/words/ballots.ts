/** Words about votes: areas, heads and what the rules ask. */
import type { Shape } from '@/api'

export type Ballot = Shape<'BallotShown'>
export type Question = Ballot['questions'][number]

/** Areas are kept in hundredths of a square metre. */
export function squareMetres(area: number): string {
  return `${(area / 100).toFixed(2)} 平方米`
}

/** A part of a whole in percent, cut off so that 66.666 never reads as 66.67. */
export function percent(part: number, whole: number): string {
  return whole ? `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)}%` : '0.00%'
}

export function amount(of: { area?: number; heads?: number; rooms?: number }): string {
  return [
    of.area === undefined ? '' : squareMetres(of.area),
    of.heads === undefined ? '' : `${of.heads} 人`,
    of.rooms === undefined ? '' : `${of.rooms} 户`,
  ]
    .filter(Boolean)
    .join('，')
}

/** How silence counts, in a sentence. */
export const SILENCE: Record<NonNullable<Ballot['terms']['silence']>, string> = {
  not_participated: '收到通知没有投票的，不算参加。',
  abstain: '收到通知没有投票的，算参加、算弃权（依议事规则）。',
  follow_majority: '收到通知没有投票的，跟随多数（依议事规则）。',
}

/** The rules of a ballot in sentences that an owner reads before voting. */
export function rulesOf(ballot: Ballot): string[] {
  const once = ballot.terms.change_once ? '投票后，截止前可以改一次。' : '投票后不能更改。'
  if (ballot.kind === 'wishes' || ballot.kind === 'satisfaction') return ['每户一份，只统计，不公布谁怎么答。', once]
  const signed = ballot.disclosure === 'signed' ? '计票后公布每户选了什么。' : '选择保密：计票后也只公布合计。'
  if (ballot.kind === 'renovation') {
    return ['按户数算，分母是全部户数，没有投的不算同意；两个事项都要达到三分之二。', once, signed]
  }
  return [
    '面积和人数两样都要够：先要三分之二以上参加，再看参加的人里有多少同意。',
    SILENCE[ballot.terms.silence ?? 'not_participated'],
    once,
    signed,
  ]
}

export const CHANNELS = { online: '手机', paper: '纸质票', on_site: '现场' } as const

export const KINDS = [
  { value: 'assembly', label: '业主表决' },
  { value: 'election', label: '业委会选举' },
  { value: 'renovation', label: '改造意愿表决' },
  { value: 'wishes', label: '意愿调查' },
  { value: 'satisfaction', label: '满意度测评' },
] as const
export type Kind = (typeof KINDS)[number]['value']

export const MATTERS = [
  { value: 'rules', label: '制定、修改议事规则' },
  { value: 'covenant', label: '制定、修改管理规约' },
  { value: 'committee', label: '选举、更换业委会' },
  { value: 'manager', label: '选聘、解聘物业公司' },
  { value: 'fund_use', label: '使用维修资金' },
  { value: 'fund_raise', label: '筹集维修资金' },
  { value: 'rebuild', label: '改建、重建' },
  { value: 'common_parts', label: '改变共有部分用途、经营' },
  { value: 'other', label: '其他重大事项' },
] as const
export type Matter = (typeof MATTERS)[number]['value']

export const CONTACTS = [
  { value: 'delivered', label: '已送达' },
  { value: 'refused', label: '拒收' },
  { value: 'absent', label: '无人在家' },
] as const
export const METHODS = { read: '手机阅读', visit: '上门', post: '邮寄' } as const
export const SOURCES: Record<string, string> = { registered: '登记', surveyed: '测绘', contract: '合同' }

export const NOMINATORS = [
  { value: 'self', label: '本人自荐' },
  { value: 'owners', label: '业主联名推荐' },
  { value: 'community', label: '社区推荐' },
] as const

const WAITS: Record<Ballot['state'], string> = {
  draft: '等起草人提交',
  checking: '等社区审核',
  freezing: '系统正在生成名册',
  frozen: '等起草人公告',
  notice: '等投票开始',
  open: '等业主投票',
  closing: '系统正在计票',
  counted: '异议期，之后等社区确认',
  certified: '等社区公布',
  published: '',
  archived: '',
  withdrawn: '',
}

/** Whom a ballot waits for. */
export function waitsFor(state: Ballot['state']): string {
  return WAITS[state]
}

export function toneOfBallot(one: { state: Ballot['state']; takes_votes: boolean }): 'good' | 'warn' | 'quiet' {
  if (one.takes_votes) return 'warn'
  return one.state === 'published' || one.state === 'archived' ? 'good' : 'quiet'
}

/** A vote's choices in words, question by question. */
export function choicesInWords(
  questions: readonly Pick<Question, 'title' | 'options'>[],
  choices: readonly (readonly string[])[],
): string[] {
  return questions.map((question, index) => {
    const chosen = choices[index] ?? []
    const labels = (question.options ?? []).filter((one) => chosen.includes(one.id)).map((one) => one.label)
    return labels.join('、') || '未选（弃权）'
  })
}

/** Whether an answer can be handed in: a selection may stay empty, which is an abstention. */
export function isAnswered(questions: readonly Question[], choices: readonly (readonly string[])[]): boolean {
  return questions.every((question, index) => {
    const count = choices[index]?.length ?? 0
    return count <= (question.most ?? 1) && (count > 0 || question.form === 'select')
  })
}

export const MANDATES = { proxy: '业主委托', guardian: '监护人代投' } as const

/** How a mandate stands. */
export function stateOfMandate(one: Shape<'MandateShown'>): { label: string; tone: 'good' | 'warn' | 'quiet' } {
  if (one.revoked) return { label: '已撤销', tone: 'quiet' }
  return one.stands ? { label: '有效', tone: 'good' } : { label: '等第二个人确认', tone: 'warn' }
}
