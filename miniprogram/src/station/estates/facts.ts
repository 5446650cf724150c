/** The facts of an estate as a form holds them: texts, and which kinds hold since when. */
import type { Shape } from '@/api'
import { areaOf, type EstateFlag } from '@/words/station'
import { today } from '@/words/time'

type Estate = Shape<'EstateShown'>
type Mode = NonNullable<Estate['service_mode']>

export interface Facts {
  name: string
  address: string
  year: string
  floorArea: string
  landArea: string
  flags: EstateFlag[]
  since: string
  mode: Mode | undefined
  modeSince: string
}

const plain = (area: number | null | undefined) => (area == null ? '' : String(area / 100))

/** An empty form, or one with what is known of an estate. */
export function factsOf(estate?: Estate): Facts {
  return {
    name: estate?.name ?? '',
    address: estate?.address ?? '',
    year: estate?.occupied_year ? String(estate.occupied_year) : '',
    floorArea: plain(estate?.floor_area),
    landArea: plain(estate?.land_area),
    flags: (estate?.flags ?? []).filter((one) => !one.until).map((one) => one.flag),
    since: today(),
    mode: estate?.service_mode ?? undefined,
    modeSince: estate?.service_mode_since ?? today(),
  }
}

/** Whether the form can be sent. */
export function isWhole(facts: Facts): boolean {
  const areas = [facts.floorArea, facts.landArea].every((typed) => !typed.trim() || areaOf(typed) !== undefined)
  return Boolean(facts.name.trim() && facts.address.trim()) && /^(\d{4})?$/.test(facts.year.trim()) && areas
}

/** What is sent: a kind that went ends today, one that came begins on the day of the form, the others stay. */
export function sentOf(facts: Facts, known: Estate['flags'] = []) {
  const held = known.filter((one) => !one.until)
  const kept = known.map((one) =>
    one.until || facts.flags.includes(one.flag) ? one : { ...one, until: one.since > today() ? one.since : today() },
  )
  const fresh = facts.flags
    .filter((flag) => !held.some((one) => one.flag === flag))
    .map((flag) => ({ flag, since: facts.since }))
  const [floor_area, land_area] = [areaOf(facts.floorArea), areaOf(facts.landArea)]
  return {
    name: facts.name.trim(),
    address: facts.address.trim(),
    flags: [...kept, ...fresh],
    ...(facts.year.trim() ? { occupied_year: Number(facts.year) } : {}),
    ...(floor_area === undefined ? {} : { floor_area }),
    ...(land_area === undefined ? {} : { land_area }),
    ...(facts.mode ? { service_mode: facts.mode, service_mode_since: facts.modeSince } : {}),
  }
}
