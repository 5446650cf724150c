/** What the person may do at an estate, as the server says it; a page offers nothing that would be refused. */
import { get, type Shape } from '@/api'

export type Permission = Shape<'PermissionsHeld'>['permissions'][number]
export type May = (permission: Permission) => boolean

/** Read it once for a page; where the server says nothing, nothing is offered. */
export async function readPermissions(estate_id: string): Promise<May> {
  const held = await get('/v1/estates/{estate_id}/my-permissions', { estate_id }).catch(() => ({ permissions: [] }))
  const all = new Set<Permission>(held.permissions)
  return (permission) => all.has(permission)
}
