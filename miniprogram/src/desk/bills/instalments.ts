/** What is owed, split into instalments of whole fen a month apart; the first takes what does not divide. */

export function inInstalments(fen: number, parts: number, first: string): { due_on: string; fen: number }[] {
  if (!(parts >= 2 && parts <= 12) || !fen) return []
  const each = Math.floor(fen / parts)
  return Array.from({ length: parts }, (_, index) => ({
    due_on: monthsLater(first, index),
    fen: index ? each : fen - each * (parts - 1),
  }))
}

/** The same day of a later month, or its last day where the month is shorter. */
export function monthsLater(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}
