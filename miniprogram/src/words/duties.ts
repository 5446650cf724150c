/** Where somebody's work begins. */
import type { Workspace } from '@/session'

const ROLES: Record<Workspace['role'], string> = {
  registered: '注册用户',
  owner: '业主',
  co_owner: '共有人',
  family: '家庭成员',
  tenant: '使用人',
  building_head: '楼道长',
  committee: '业委会、物管会',
  manager: '项目经理',
  dispatcher: '调度',
  repairer: '维修工',
  patroller: '巡检员',
  finance: '财务',
  guard: '秩序维护员',
  company_admin: '物业企业负责人',
  community: '社区',
  street: '街道',
  bureau: '住建局',
  operator: '平台运维',
}

export function roleName(role: Workspace['role']): string {
  return ROLES[role]
}

/** The page a post opens (各自界面, IDR-02). */
export function pageOf(duty: Workspace): { title: string; note: string; to: string } {
  const { scope, scope_id: id } = duty
  const page =
    scope === 'estate'
      ? `/desk/today/index?estate_id=${id}`
      : scope === 'company'
        ? `/desk/company/index?company_id=${id}`
        : scope === 'everywhere'
          ? '/station/operator/index'
          : `/station/home/index?unit_id=${id}`
  return { title: duty.label, note: ROLES[duty.role], to: page }
}
