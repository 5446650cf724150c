/** Paying through WeChat: the order, its cashier, and the page that says what became of it. */
import { post, type Shape } from '@/api'
import { openCashier } from '@/platform/payment'

/** Start an order and let the person pay it; the server alone says afterwards whether it is paid. */
export async function payOrder(estate_id: string, wanted: Shape<'StartPayment'>, key: string): Promise<void> {
  const started = await post('/v1/estates/{estate_id}/payment-orders', { estate_id }, wanted, key)
  const said = await openCashier(started.request_payment, started.order.total_fen)
  await uni.navigateTo({ url: `/pages/payments/index?estate_id=${estate_id}&id=${started.order.id}&said=${said}` })
}
