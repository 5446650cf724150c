/** Words about service cards at the desk. */
import type { Shape } from '@/api'
import type { Tone } from './work_orders'

export type CardLine = Shape<'CardLine'>

const STATES: Record<CardLine['state'], { label: string; tone: Tone }> = {
  draft: { label: '未打印', tone: 'quiet' },
  printed: { label: '已打印', tone: 'warn' },
  issued: { label: '已发放', tone: 'good' },
  active: { label: '使用中', tone: 'good' },
  suspended: { label: '已停用', tone: 'alarm' },
  replaced: { label: '已补换', tone: 'quiet' },
  revoked: { label: '已作废', tone: 'quiet' },
}

export const cardState = (card: CardLine) => STATES[card.state]

export const GRAINS = [
  { value: 'entrance', label: '每个单元一张' },
  { value: 'building', label: '每栋楼一张' },
  { value: 'estate', label: '小区一张' },
  { value: 'room', label: '每户一张' },
] as const

export const grainLabel = (grain: CardLine['grain']) => GRAINS.find((one) => one.value === grain)!.label

/** 875 permille as `87.5%`. */
export function permille(of: number | null | undefined): string {
  return of === null || of === undefined ? '—' : `${(of / 10).toFixed(1)}%`
}

/** Marks are kept in hundredths: 435 is `4.35`. */
export function hundredths(of: number | null | undefined): string {
  return of === null || of === undefined ? '—' : (of / 100).toFixed(2)
}
