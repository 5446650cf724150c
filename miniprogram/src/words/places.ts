/** Words about the places of an estate. */
import type { Shape } from '@/api'

/** Buildings as people count them: 1号楼 before 2号楼 before 10号楼. */
export function inOrder<Place extends Pick<Shape<'Address'>, 'name'>>(buildings: readonly Place[]): Place[] {
  const number = (name: string) => Number(/\d+/.exec(name)?.[0] ?? 0)
  return [...buildings].sort((one, other) => number(one.name) - number(other.name) || (one.name < other.name ? -1 : 1))
}
