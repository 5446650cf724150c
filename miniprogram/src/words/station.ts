/** Words of those above an estate: levels, kinds of estates, what a gap is. */
import type { Shape } from '@/api'
import { session } from '@/session'
import type { Workspace } from '@/session'
import type { Tone } from './work_orders'

export type Unit = Shape<'UnitShown'>
export type EstateFlag = Shape<'Flag'>['flag']

export const LEVELS: Record<Unit['level'], string> = {
  city: '市',
  district: '区',
  street: '街道',
  community: '社区',
}
export const BELOW: Partial<Record<Unit['level'], Unit['level']>> = {
  city: 'district',
  district: 'street',
  street: 'community',
}

export const FLAGS: readonly { value: EstateFlag; label: string }[] = [
  { value: 'open', label: '开放式' },
  { value: 'old', label: '老旧' },
  { value: 'abandoned', label: '弃管' },
  { value: 'no_service', label: '无物业服务' },
  { value: 'no_responsible_unit', label: '无主管单位' },
  { value: 'no_protection', label: '无人防物防技防' },
  { value: 'affordable', label: '保障性住房' },
]
export const flagName = (flag: EstateFlag) => FLAGS.find((one) => one.value === flag)!.label

export const MODES: readonly { value: NonNullable<Shape<'EstateShown'>['service_mode']>; label: string }[] = [
  { value: 'hired', label: '业主选聘物业企业' },
  { value: 'trial', label: '先尝后买' },
  { value: 'big_property', label: '大物业' },
  { value: 'with_community', label: '与社区合作' },
  { value: 'village_run', label: '村办物业' },
]

export const GAPS: Record<Shape<'GapShown'>['check'], string> = {
  time: '有时段没人值班',
  matter: '有事项没人负责',
  desk: '报修没人受理',
  place: '楼道没有服务卡',
  leader: '没有项目经理',
}

export const COMPANY_STATES: Record<Shape<'CompanyShown'>['state'], { label: string; tone: Tone }> = {
  draft: { label: '草稿，待报备', tone: 'warn' },
  reported: { label: '已报备，待确认', tone: 'warn' },
  confirmed: { label: '已确认', tone: 'good' },
  exited: { label: '已退出', tone: 'quiet' },
}

export const FILING_STATES: Record<Shape<'FilingShown'>['state'], { label: string; tone: Tone }> = {
  submitted: { label: '待审核', tone: 'warn' },
  returned: { label: '已退回', tone: 'alarm' },
  filed: { label: '已备案', tone: 'good' },
  expiring: { label: '即将到期', tone: 'warn' },
  ended: { label: '已终止', tone: 'quiet' },
}

export const SOURCES = [
  { value: 'bureau', label: '住建局下沉' },
  { value: 'subdistrict', label: '街道选派' },
  { value: 'social_organisation', label: '社会组织' },
] as const

/** Whether the person holds one of these posts anywhere; the server says whether it reaches here. */
export function holds(...roles: Workspace['role'][]): boolean {
  return session.duties.some((duty) => roles.includes(duty.role))
}

/** A length of the first page of a list: `12`, or `50+` where it goes on. */
export function counted(page: { items: readonly unknown[]; next?: string | null }): string {
  return `${page.items.length}${page.next ? '+' : ''}`
}

/** Whole 0.01 m2 as `1,234.5`. */
export function squareMetres(area: number | null | undefined): string {
  return area == null ? '' : `${(area / 100).toLocaleString('zh-CN', { minimumFractionDigits: 2 })} 平方米`
}

/** What was typed as square metres, in 0.01 m2; undefined when it is not an area. */
export function areaOf(typed: string): number | undefined {
  const match = /^(\d{1,8})(?:\.(\d{1,2}))?$/.exec(typed.trim())
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}

/** A guide price: whole 0.0001 yuan a month and square metre as yuan. */
export function priceOf(price: number): string {
  return (price / 10_000).toFixed(4).replace(/0{1,2}$/, '')
}

/** What was typed as yuan, in 0.0001 yuan; undefined when it is not a price. */
export function pricePlain(typed: string): number | undefined {
  const match = /^(\d{1,5})(?:\.(\d{1,4}))?$/.exec(typed.trim())
  return match ? Number(match[1]) * 10_000 + Number((match[2] ?? '').padEnd(4, '0')) : undefined
}
