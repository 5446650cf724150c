/** The workspaces of community, street and bureau: what each finds there (各自界面, IDR-02). */
import type { Workspace } from '@/session'

type Home = Workspace['home']

interface Entry {
  title: string
  note?: string
  page: string
  /** Whose workspace has it; everybody's without. */
  of?: readonly Home[]
}

const NEAR: readonly Home[] = ['community', 'street']

const MENU: readonly { title: string; entries: readonly Entry[] }[] = [
  {
    title: '小区和组织',
    entries: [
      { title: '小区', note: '名册、楼栋、业委会、备案', page: 'estates/index' },
      { title: '下级单位和人员', page: 'units/index' },
      { title: '物业企业', note: '报备、确认、负责人', page: 'companies/index', of: ['bureau'] },
      { title: '合同和项目负责人备案', page: 'filings/index' },
      { title: '业主表决', note: '待审核、待确认的表决', page: 'ballots/index', of: NEAR },
    ],
  },
  {
    title: '督办和服务',
    entries: [
      { title: '督办工单', note: '升级上来的、要回访的', page: 'orders/index', of: NEAR },
      { title: '没人负责的地方', page: 'gaps/index' },
      { title: '清雪、防汛等任务', page: 'season/index' },
      { title: '我为群众办实事', page: 'matters/index' },
    ],
  },
  {
    title: '委员履职',
    entries: [
      { title: '履职案件和述职', page: 'conduct/index', of: NEAR },
      { title: '负面清单和承诺书', page: 'conduct/catalogue', of: ['street', 'bureau'] },
    ],
  },
  {
    title: '钱和价格',
    entries: [
      { title: '公共收支公示', page: 'disclosure/index' },
      { title: '物业费收缴率', page: 'collection/index' },
      { title: '政府指导价', page: 'prices/index' },
      { title: '分项基准价', page: 'prices/benchmarks' },
      { title: '服务标准', page: 'prices/standards' },
    ],
  },
]

/** The menu of a workspace at a unit. */
export function menuOf(home: Home, unitId: string): { title: string; entries: (Entry & { to: string })[] }[] {
  return MENU.map((group) => ({
    title: group.title,
    entries: group.entries
      .filter((entry) => !entry.of || entry.of.includes(home))
      .map((entry) => ({ ...entry, to: `/station/${entry.page}?unit_id=${unitId}` })),
  })).filter((group) => group.entries.length)
}
