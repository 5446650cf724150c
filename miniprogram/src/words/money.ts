/** Money is whole fen everywhere; people read yuan. */

/** 123456 fen as `1,234.56`. */
export function yuan(fen: number): string {
  const sign = fen < 0 ? '-' : ''
  const [whole, part] = (Math.abs(fen) / 100).toFixed(2).split('.')
  return `${sign}${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}.${part}`
}

/** What a person typed as yuan, in fen; undefined when it is not an amount. */
export function fenOf(typed: string): number | undefined {
  const match = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.trim())
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}
