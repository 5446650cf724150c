/** Words beside the steps of an order. */

/** What happens with the step, where its name does not say it. */
export const HINTS: Readonly<Record<string, string>> = {
  assign: '派给一个人，或者按轮值自动派。',
  take: '接单后由您办理，对方的电话会显示给您。',
  grab: '抢单后由您办理。',
  decline: '退回调度，重新派。',
  transfer: '交给另一个人办理，并说明原因。',
  send_vendor: '派出后会出现一个链接，发给上门的师傅。',
  hand_over: '水、电、气、热等由专营单位办的，转出后到期会提醒。',
  pause: '要等配件、等天气时暂停；暂停的时间不算超时。',
  verify: '看过现场或照片、确认已经办好再通过。办的人不能自己核查。',
  send_back: '没有办好，退回去重办。',
  register: '登记由谁出钱，然后等报修人确认。',
  feed_back: '已经告诉报修人结果，办结。',
  merge: '同一件事合并到一张工单，报修人会继续收到进度。',
  convert: '要动手修的，转成报修。',
  reject: '不归物业办的，告诉对方该找谁。',
  withdraw: '这张工单不再办理。',
  confirm: '替来电人确认已经办好。',
}

/** What one might write. */
export const NOTES: Readonly<Record<string, string>> = {
  ask: '请对方补充什么',
  reject: '为什么不受理，应该找谁',
  transfer: '为什么转给他',
  decline: '为什么办不了',
  pause: '在等什么',
  handled: '做了什么，换了什么',
  verify: '看到的情况',
  send_back: '哪里没有办好',
  register: '简单记一句',
  feed_back: '怎么告诉对方的',
  answer: '答复对方',
  convert: '要修什么',
  operator_answered: '专营单位怎么答复',
  reopen: '哪里又坏了',
  reply: '补充说明',
}
