/** HTTP beneath the typed verbs: the address, who asks, one silent signing in, and every failure as a `Problem`. */
import { SERVER } from '@/platform/server'
import { credentials, identity } from './credentials'
import { OFFLINE, Problem } from './problem'

interface Sent {
  query?: Record<string, unknown>
  body?: unknown
  key?: string
}

/** The one kind of file that is sent to the server itself: an Excel workbook, as its bytes. */
const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Send a request as whoever is signed in, signing in anew when the session has ended. */
export async function request(method: Verb, path: string, at: object, sent: Sent): Promise<unknown> {
  const url = addressOf(path, at, sent.query)
  if (!isPublic(path) && !credentials.token) await credentials.renew()
  try {
    return await once(method, url, sent)
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.status !== 401 || path === '/v1/sessions') throw problem
    await credentials.renew()
    return once(method, url, sent)
  }
}

/** The address of a path with its names filled in, and of its query. */
export function addressOf(path: string, at: object, query: Record<string, unknown> = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(at[name as keyof typeof at])),
  )
  const asked = Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return SERVER + filled + (asked.length ? `?${asked.join('&')}` : '')
}

function isPublic(path: string): boolean {
  return path === '/v1/sessions' || path.startsWith('/c/') || path.startsWith('/v1/public/')
}

function once(method: Verb, url: string, { body, key }: Sent): Promise<unknown> {
  return new Promise((resolve, reject) => {
    uni.request({
      url,
      // The type of uni-app leaves PATCH out; WeChat and browsers both send it.
      method: method as 'GET',
      data: body === undefined || body instanceof ArrayBuffer ? body : JSON.stringify(body),
      dataType: 'text',
      timeout: 20_000,
      header: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': body instanceof ArrayBuffer ? WORKBOOK : 'application/json' }),
        ...(key ? { 'Idempotency-Key': key } : {}),
        ...identity(),
      },
      success: ({ statusCode, data }) => {
        const answer = read(String(data ?? ''))
        if (statusCode >= 200 && statusCode < 300) resolve(answer)
        else reject(problem(statusCode, answer))
      },
      fail: () => reject(OFFLINE),
    })
  })
}

function read(text: string): unknown {
  try {
    return text ? JSON.parse(text) : undefined
  } catch {
    return undefined
  }
}

function problem(status: number, answer: unknown): Problem {
  const said = (answer ?? {}) as { code?: string; message?: string; detail?: Record<string, unknown> }
  if (!said.code || !said.message) return new Problem('unavailable', '服务暂时没有回应，请稍后再试一次。', status)
  return new Problem(said.code, said.message, status, said.detail)
}
