/** Moments and days as people here say them; the whole country keeps Beijing's time. */
const BEIJING = 8 * 60 * 60 * 1000

function parts(moment: string | Date): Date {
  const at = typeof moment === 'string' ? new Date(moment) : moment
  return new Date(at.getTime() + BEIJING)
}

const two = (number: number) => String(number).padStart(2, '0')

/** `11月26日 14:05`, with the year when it is another one. */
export function moment(at: string | null | undefined, now = new Date()): string {
  if (!at) return ''
  const there = parts(at)
  const year = there.getUTCFullYear() === parts(now).getUTCFullYear() ? '' : `${there.getUTCFullYear()}年`
  return `${year}${there.getUTCMonth() + 1}月${there.getUTCDate()}日 ${two(there.getUTCHours())}:${two(there.getUTCMinutes())}`
}

/** A day such as `2026-11-26` as `2026年11月26日`. */
export function day(on: string | null | undefined): string {
  if (!on) return ''
  const [year, month, date] = on.split('-')
  return `${year}年${Number(month)}月${Number(date)}日`
}

/** `2026-11`, `2026-Q4`, `2026-H2` or `2026` as people say it: `2026年11月`, `2026年第4季度`, `2026年下半年`, `2026年`. */
export function period(of: string): string {
  const [year, part] = of.split('-')
  if (!part) return `${year}年`
  if (part.startsWith('Q')) return `${year}年第${part[1]}季度`
  if (part.startsWith('H')) return `${year}年${part === 'H1' ? '上' : '下'}半年`
  return `${year}年${Number(part)}月`
}

/** Today, as the server writes days. */
export function today(now = new Date()): string {
  const there = parts(now)
  return `${there.getUTCFullYear()}-${two(there.getUTCMonth() + 1)}-${two(there.getUTCDate())}`
}

/** The day so many days from today. */
export function daysFrom(days: number, now = new Date()): string {
  return today(new Date(now.getTime() + days * 24 * 60 * 60 * 1000))
}

/** Minutes after midnight as `08:30`. */
export function clock(minute: number): string {
  return `${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}`
}

/** The month before one: `2026-10` before `2026-11`. */
export function monthBefore(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return number === 1 ? `${year - 1}-12` : `${year}-${two(number - 1)}`
}

/** The month after one. */
export function monthAfter(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  return number === 12 ? `${year + 1}-01` : `${year}-${two(number + 1)}`
}

/** The last day of a month, or today where the month is not over. */
export function lastDayOf(month: string, now = new Date()): string {
  const [year, number] = month.split('-').map(Number) as [number, number]
  const last = new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10)
  return last < today(now) ? last : today(now)
}
