/** A key that makes an act the same act however often it is sent (`Idempotency-Key`). */
export function freshKey(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
  const random = Array.from({ length: 16 }, () => letters[Math.floor(Math.random() * letters.length)]).join('')
  return `${Date.now().toString(36)}-${random}`
}
