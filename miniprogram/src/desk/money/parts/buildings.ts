/** Buildings in the order in which people count them: 1号楼, 2号楼, 10号楼. */
export function inOrder<Building extends { name: string }>(buildings: readonly Building[]): Building[] {
  const number = (name: string) => Number(/\d+/.exec(name)?.[0] ?? Number.MAX_SAFE_INTEGER)
  return [...buildings].sort((one, other) => number(one.name) - number(other.name))
}
