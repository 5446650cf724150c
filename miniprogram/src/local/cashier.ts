/** WeChat's cashier, where there is none: it asks the local desk to pay what the server signed. */
import { reactive } from 'vue'
import { Problem } from '@/api/problem'
import type { PaymentCall } from '@/platform/payment'
import { askDesk } from './persona'

/** The cashier is open while there is something to pay. */
export const cashier = reactive({ call: null as PaymentCall | null, fen: 0 })

let tell: (how: 'submitted' | 'cancelled') => void = () => {}

export function openLocalCashier(call: PaymentCall, fen: number): Promise<'submitted' | 'cancelled'> {
  Object.assign(cashier, { call, fen })
  return new Promise((resolve) => (tell = resolve))
}

/** Pay; the signature is checked as WeChat checks it. */
export async function pay(): Promise<void> {
  const { result } = await askDesk<{ result: string }>('phone/payment', { call: cashier.call })
  if (result !== 'requestPayment:ok') throw new Problem('not_paid', `没有付成：${result}`)
  close('submitted')
}

export function close(how: 'submitted' | 'cancelled'): void {
  cashier.call = null
  tell(how)
}
