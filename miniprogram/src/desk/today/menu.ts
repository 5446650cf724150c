/** Everything of the desk, each entry for those whom the server lets in. */
import type { May, Permission } from '@/session/permissions'

interface Entry {
  title: string
  page: string
  /** One of these opens it. */
  needs: Permission[]
}

const MENU: readonly { title: string; entries: readonly Entry[] }[] = [
  {
    title: '工单',
    entries: [
      { title: '工单看板', page: 'orders/index', needs: ['work_order.board'] },
      { title: '我手上的工单、抢单', page: 'orders/mine', needs: ['work_order.handle'] },
      { title: '登记来电报修', page: 'orders/register', needs: ['work_order.open_for'] },
      { title: '类别和时限', page: 'orders/categories', needs: ['work_order.settings'] },
      { title: '第三方维修单位', page: 'vendors/index', needs: ['work_order.dispatch', 'vendor.edit'] },
      { title: '五方联动', page: 'linkage/index', needs: ['linkage.fill', 'linkage.open', 'work_order.board'] },
      { title: '我为群众办实事', page: 'matters/index', needs: ['practical_matter.read'] },
    ],
  },
  {
    title: '服务卡',
    entries: [
      { title: '服务卡', page: 'cards/index', needs: ['card.read'] },
      { title: '送卡到户', page: 'cards/hand-outs', needs: ['card.read'] },
      { title: '值班表', page: 'staff/roster', needs: ['duty.edit', 'staff.read'] },
    ],
  },
  {
    title: '上门、巡检、设施',
    entries: [
      { title: '流动服务上门', page: 'rounds/index', needs: ['round.plan', 'round.check_in'] },
      { title: '巡检', page: 'patrols/index', needs: ['patrol.read'] },
      { title: '共用设施', page: 'facilities/index', needs: ['estate.facility.edit', 'patrol.check'] },
      { title: '季节任务（清雪等）', page: 'seasons/index', needs: ['season_task.order', 'season_task.do'] },
      { title: '保洁消杀记录', page: 'seasons/cleaning', needs: ['season_task.do', 'season_task.order'] },
    ],
  },
  {
    title: '人和房屋',
    entries: [
      { title: '房屋名册', page: 'rooms/index', needs: ['estate.roster.read'] },
      { title: '小区人员', page: 'staff/index', needs: ['staff.read'] },
      { title: '没有送到的通知', page: 'messages/index', needs: ['message.undelivered'] },
    ],
  },
  {
    title: '收费和公共收支',
    entries: [
      { title: '收费总览', page: 'money/index', needs: ['bill.issue', 'payment.record', 'fund.book'] },
      { title: '收费标准', page: 'tariffs/index', needs: ['tariff.edit', 'tariff.approve'] },
      { title: '出账', page: 'bill-runs/index', needs: ['bill.issue', 'bill.approve'] },
      { title: '柜台收款', page: 'counter/index', needs: ['payment.record'] },
      { title: '对账差异', page: 'exceptions/index', needs: ['payment.resolve'] },
      { title: '抄表', page: 'meters/index', needs: ['meter.enter'] },
      { title: '发票', page: 'invoices/index', needs: ['invoice.handle'] },
      { title: '公共收支记账', page: 'ledger/index', needs: ['fund.book', 'fund.read_open', 'fund.check'] },
      { title: '公共支出', page: 'spending/index', needs: ['fund.spend', 'fund.decide', 'fund.pay'] },
      { title: '协商定价', page: 'price-talks/index', needs: ['price.offer', 'price.agree', 'price.file'] },
    ],
  },
  {
    title: '业主共同决定',
    entries: [
      { title: '业主表决', page: 'ballots/index', needs: ['ballot.draft', 'ballot.check', 'ballot.deliver'] },
      { title: '业主大会会议', page: 'assemblies/index', needs: ['assembly.convene', 'assembly.attend'] },
      { title: '管理规约、议事规则', page: 'house-rules/index', needs: ['house_rules.edit', 'house_rules.confirm'] },
      { title: '协商议事', page: 'consultations/index', needs: ['consultation.lead', 'consultation.sign'] },
    ],
  },
]

/** The menu as far as one may open it at the estate. */
export function menuFor(may: May, estateId: string): { title: string; entries: { title: string; to: string }[] }[] {
  return MENU.map((group) => ({
    title: group.title,
    entries: group.entries
      .filter((entry) => may(...entry.needs))
      .map((entry) => ({ title: entry.title, to: `/desk/${entry.page}?estate_id=${estateId}` })),
  })).filter((group) => group.entries.length)
}
