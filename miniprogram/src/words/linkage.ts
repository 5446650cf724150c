/** Words about matters of five parties. */
import type { Shape } from '@/api'
import { yuan } from './money'
import type { Tone } from './work_orders'

export type LinkageCase = Shape<'miniprogram_api.linkage.schemas.CaseShown'>
export type Part = LinkageCase['parties'][number]
export type Party = Part['party']

const CASES: Record<LinkageCase['state'], { label: string; tone: Tone }> = {
  opened: { label: '办理中', tone: 'warn' },
  closed: { label: '已结案', tone: 'good' },
  published: { label: '已公布', tone: 'good' },
}
export const caseState = (one: LinkageCase) => CASES[one.state]

/** How a part stands: done, not needed, late or under way. */
export function partState(part: Part): { label: string; tone: Tone } {
  if (part.state === 'done') return { label: '已完成', tone: 'good' }
  if (part.state === 'not_needed') return { label: '不需要', tone: 'quiet' }
  return part.overdue ? { label: '已超期', tone: 'alarm' } : { label: '进行中', tone: 'warn' }
}

/** What a party brought in, in one sentence. */
export function resultOf({ result }: Part): string {
  return [
    result.record,
    result.promised ? `答应出资 ${yuan(result.promised)} 元` : '',
    result.paid ? `已到账 ${yuan(result.paid)} 元` : '',
    result.asked ? `征求 ${result.asked} 户，同意 ${result.consents} 户` : '',
    result.participants ? `${result.participants} 位居民参与` : '',
    result.order_ids.length ? `关联工单 ${result.order_ids.length} 个` : '',
  ]
    .filter(Boolean)
    .join('；')
}
