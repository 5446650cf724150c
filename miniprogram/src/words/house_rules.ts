/** Words about covenants and rules of procedure. */
import type { Shape } from '@/api'

export type Document = Shape<'DocumentLine'>
type Terms = Shape<'Terms'>

export const DOCUMENT_KINDS: { value: Document['kind']; label: string }[] = [
  { value: 'rules', label: '议事规则' },
  { value: 'covenant', label: '管理规约' },
]

export function toneOfDocument(state: Document['state']): 'good' | 'warn' | 'quiet' {
  return state === 'adopted' ? 'good' : state === 'draft' ? 'warn' : 'quiet'
}

const DIGITS = '零一二三四五六七八九'

/** A clause's number as it is written: 第一条, 第十二条, 第一百零三条. */
export function clauseNumber(count: number): string {
  const hundreds = Math.floor(count / 100)
  const tens = Math.floor((count % 100) / 10)
  const ones = count % 10
  const begin = hundreds ? `${DIGITS[hundreds]}百` : ''
  const middle = tens ? `${tens === 1 && !hundreds ? '' : DIGITS[tens]}十` : hundreds && ones ? '零' : ''
  return `第${begin}${middle}${ones ? DIGITS[ones] : ''}条`
}

/** The settings of rules of procedure as the law has them where nothing is said. */
export const BY_LAW = {
  notice_days: 15,
  objection_days: 7,
  silence: 'not_participated',
  change_once: false,
  proxy_cap: null,
  disclosure: 'signed',
  election_disclosure: 'masked',
} satisfies Terms

export type Setting = keyof typeof BY_LAW

export const SILENCES: { value: NonNullable<Terms['silence']>; label: string }[] = [
  { value: 'not_participated', label: '不算参加' },
  { value: 'abstain', label: '算参加、算弃权' },
  { value: 'follow_majority', label: '跟随多数' },
]

export const DISCLOSURES: { value: NonNullable<Terms['disclosure']>; label: string }[] = [
  { value: 'signed', label: '按户公布' },
  { value: 'masked', label: '只公布合计' },
]
