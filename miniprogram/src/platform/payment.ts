/** WeChat's cashier. What it says is never proof: the server asks WeChat what became of the order. */
import type { Shape } from '@/api'
import { Problem } from '@/api/problem'
// #ifdef H5
import { openLocalCashier } from '@/local/cashier'
// #endif

const REFUSED = new Problem('cashier_refused', '微信支付没有打开。账单还在，请过一会儿再付。')

export type PaymentCall = Shape<'RequestPaymentShown'>

/** Open the cashier; it ends with the money on its way, or with the person turning back. */
export function openCashier(call: PaymentCall, fen: number): Promise<'submitted' | 'cancelled'> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    uni.requestPayment({
      provider: 'wxpay',
      orderInfo: '',
      ...call,
      signType: 'RSA',
      success: () => resolve('submitted'),
      fail: ({ errMsg }: { errMsg?: string }) => (/cancel/.test(errMsg ?? '') ? resolve('cancelled') : reject(REFUSED)),
    } as unknown as UniApp.RequestPaymentOptions)
  })
  // #endif
  // #ifdef H5
  return openLocalCashier(call, fen)
  // #endif
}
