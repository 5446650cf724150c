/** Prices are whole 0.0001 yuan everywhere, areas 0.01 square metres, quantities 0.001 units; people read decimals. */

/** 6050 as `0.605`, 6000 as `0.60`. */
export function price(parts: number): string {
  const [whole, part] = [Math.floor(Math.abs(parts) / 10_000), String(Math.abs(parts) % 10_000).padStart(4, '0')]
  return `${parts < 0 ? '-' : ''}${whole}.${part.replace(/0{1,2}$/, '')}`
}

/** What a person typed, in so many parts of one; undefined when it is not such a number. */
export function partsOf(typed: string, digits: number): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d+))?$/.exec(typed.trim())
  if (!match || (match[2] ?? '').length > digits) return undefined
  return Number(match[1]) * 10 ** digits + Number((match[2] ?? '').padEnd(digits, '0') || '0')
}

/** A typed price in yuan, in 0.0001 yuan. */
export const priceOf = (typed: string) => partsOf(typed, 4)

/** 12500 thousandths as `12.5`. */
export function quantity(thousandths: number): string {
  return String(thousandths / 1000)
}

/** Tenths of a percent as `3.0%`. */
export function permille(parts: number): string {
  return `${parts > 0 ? '+' : ''}${(parts / 10).toFixed(1)}%`
}

/** What a price is for: a square metre unless the charge counts something. */
export const unitOf = (unit: string) => (unit ? `元/${unit}·月` : '元/平方米·月')
