/** What one may do at an estate, as the server says it; pages hide what would only be refused. */
import { get, type Shape } from '@/api'
import { session } from '.'

export type Permission = Shape<'Permission'>

/** Whether one of these is allowed; the guard of the route still has the last word. */
export type May = (...wanted: Permission[]) => boolean

/** Read once what the person may do at an estate. */
export async function permissionsAt(estate_id: string): Promise<May> {
  await session.begin()
  const { permissions } = await get('/v1/estates/{estate_id}/permissions', { estate_id })
  const held = new Set(permissions)
  return (...wanted) => wanted.some((one) => held.has(one))
}
