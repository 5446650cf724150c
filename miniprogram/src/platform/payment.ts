/** WeChat's cashier. What it says is never proof: the server asks WeChat what became of the order. */
import type { Shape } from '@/api'

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
      fail: ({ errMsg }: { errMsg?: string }) =>
        /cancel/.test(errMsg ?? '') ? resolve('cancelled') : reject(new Error(errMsg)),
    } as unknown as UniApp.RequestPaymentOptions)
  })
  // #endif
  // #ifdef H5
  return new Promise((resolve) => {
    void uni.navigateTo({
      url: `/local/cashier?call=${encodeURIComponent(JSON.stringify(call))}&fen=${fen}`,
      events: { done: resolve },
    })
  })
  // #endif
}
