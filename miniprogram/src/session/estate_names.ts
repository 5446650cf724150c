/** The names of estates that an answer gives only by their ids: each is read once. */
import { get } from '@/api'

const known = new Map<string, Promise<string>>()

/** Read what the estates are called; one that cannot be read is called 小区. */
export async function namesOf(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const distinct = [...new Set(ids)]
  const names = await Promise.all(distinct.map(nameOf))
  return new Map(distinct.map((id, index) => [id, names[index]!]))
}

function nameOf(estate_id: string): Promise<string> {
  if (!known.has(estate_id)) {
    const asked = get('/v1/estates/{estate_id}', { estate_id }).then((estate) => estate.name)
    known.set(
      estate_id,
      asked.catch(() => {
        known.delete(estate_id)
        return '小区'
      }),
    )
  }
  return known.get(estate_id)!
}
