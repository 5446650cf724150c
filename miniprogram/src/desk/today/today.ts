/** What waits at an estate today, asked at once; a question that fails shows as unknown and hides nothing else. */
import { get, type Shape } from '@/api'
import type { Tile } from '@/components/Tiles.vue'
import type { May } from '@/session/permissions'
import { visitState, runState } from '@/words/rounds'
import { taskTone } from '@/words/seasons'
import { clock, moment, today } from '@/words/time'
import type { Tone } from '@/words/work_orders'

interface Item {
  title: string
  note: string
  to: string
  tag: string
  tone: Tone
}

interface Today {
  inCharge: Shape<'PersonShown'> | null
  gaps: Shape<'GapShown'>[]
  tiles: Tile[]
  pressing: Shape<'WorkOrderLine'>[]
  today: Item[]
}

/** As many as one line of the page counts one by one. */
const COUNTED = 50
const SHOWN = 5

/** Read what waits, as far as the person may see it. */
export async function readToday(estate_id: string, may: May): Promise<Today> {
  const at = { estate_id }
  const few = { limit: COUNTED }
  const [face, gaps, orders, bindings, photos, messages, facilities, visits, runs, tasks] = await Promise.all([
    ask(true, () => get('/v1/estates/{estate_id}/card-face', at)),
    ask(may('gaps.read'), () => get('/v1/estates/{estate_id}/gaps', at)),
    ask(may('work_order.board'), () => get('/v1/estates/{estate_id}/work-orders/open', at)),
    ask(may('binding.decide'), () => get('/v1/estates/{estate_id}/bindings', at, few)),
    ask(may('photo.decide'), () => get('/v1/estates/{estate_id}/photos-to-decide', at, few)),
    ask(may('message.undelivered'), () => get('/v1/estates/{estate_id}/undelivered-messages', at, few)),
    ask(may('patrol.read'), () => get('/v1/estates/{estate_id}/facilities-due', at, few)),
    ask(may('round.plan', 'round.check_in'), () => get('/v1/estates/{estate_id}/visits', at, { limit: 20 })),
    ask(may('patrol.check', 'patrol.plan'), () => get('/v1/estates/{estate_id}/patrol-runs', at, { limit: 20 })),
    ask(may('season_task.do', 'season_task.order'), () =>
      get('/v1/estates/{estate_id}/season-tasks', at, { limit: 20 }),
    ),
  ])
  const overdue = orders && orders !== UNKNOWN ? orders.filter((order) => order.overdue) : []
  const open = `?estate_id=${estate_id}`
  const tiles: (Tile | null)[] = [
    tile('超时工单', orders, () => overdue.length, `/desk/orders/index${open}`, 'alarm'),
    tile('未办结工单', orders, (listed) => listed.length, `/desk/orders/index${open}`),
    tile('等核实的绑定', bindings, counted, `/pages/binding/queue${open}`, 'warn'),
    tile('待看的照片', photos, counted, `/pages/photos-to-decide/index${open}`, 'warn'),
    tile('没送到的通知', messages, counted, `/desk/messages/index${open}`, 'warn'),
    tile('到期要检查的设施', facilities, counted, `/desk/facilities/index${open}`, 'warn'),
  ]
  return {
    inCharge: face && face !== UNKNOWN ? (face.in_charge ?? null) : null,
    gaps: gaps && gaps !== UNKNOWN ? gaps : [],
    tiles: tiles.filter((one) => one !== null),
    pressing: overdue.slice(0, SHOWN),
    today: [
      ...listOf(visits)
        .filter((visit) => visit.visit_on === today() && visit.state !== 'cancelled')
        .map((visit) => ({
          title: visit.purpose,
          note: `${visit.team_name} ${clock(visit.from_minute)}–${clock(visit.to_minute)}`,
          to: `/pages/rounds/visit${open}&id=${visit.id}`,
          tag: visitState(visit).label,
          tone: visitState(visit).tone,
        })),
      ...listOf(runs)
        .filter((run) => run.run_on === today())
        .map((run) => ({
          title: `巡检：${run.route_name}`,
          note: `已到 ${run.scanned} 个点，共 ${run.points} 个`,
          to: `/pages/patrol-run/index${open}&route_id=${run.route_id}&run_on=${run.run_on}`,
          tag: runState(run).label,
          tone: runState(run).tone,
        })),
      ...listOf(tasks)
        .filter((task) => task.state === 'ordered' || task.state === 'started')
        .map((task) => ({
          title: task.text || task.kind_label,
          note: `${task.kind_label} · ${moment(task.due_at)} 前`,
          to: `/pages/season-task/index${open}&id=${task.id}`,
          tag: task.late ? '已超时' : task.state_label,
          tone: taskTone(task),
        })),
    ],
  }
}

const UNKNOWN = Symbol('unknown')
type Asked<T> = T | null | typeof UNKNOWN

/** The answer; null where the person may not ask, unknown where no answer came. */
async function ask<T>(allowed: boolean, read: () => Promise<T>): Promise<Asked<T>> {
  return allowed ? read().catch((): typeof UNKNOWN => UNKNOWN) : null
}

function listOf<T>(asked: Asked<{ items: T[] }>): T[] {
  return asked && asked !== UNKNOWN ? asked.items : []
}

function tile<T>(
  label: string,
  asked: Asked<T>,
  count: (answer: T) => number | string,
  to: string,
  tone?: Tile['tone'],
): Tile | null {
  if (asked === null) return null
  if (asked === UNKNOWN) return { label, value: '—', to }
  const value = count(asked as T)
  return { label, value, to, tone: value === 0 ? undefined : tone }
}

function counted(page: { items: unknown[]; next?: string | null }): number | string {
  return page.next ? `${page.items.length}+` : page.items.length
}
