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

const SILENCE: Record<NonNullable<Ballot['terms']['silence']>, string> = {
  not_participated: '收到通知没有投票的，不算参加。',
  abstain: '收到通知没有投票的，算参加、算弃权（依议事规则）。',
  follow_majority: '收到通知没有投票的，跟随多数（依议事规则）。',
}

/** The rules of a ballot in sentences that an owner reads before voting. */
export function rulesOf(ballot: Ballot): string[] {
  const said = ['按专有部分面积和人数两样计票，两样都要够。', SILENCE[ballot.terms.silence ?? 'not_participated']]
  said.push(ballot.terms.change_once ? '投票后，截止前可以改一次。' : '投票后不能更改。')
  said.push(ballot.disclosure === 'signed' ? '计票后按户公布（依议事规则）。' : '选择保密：计票后也只公布合计。')
  return said
}

export const CHANNELS = { online: '手机', paper: '纸质票', on_site: '现场' } as const
