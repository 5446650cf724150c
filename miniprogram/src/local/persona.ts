/** Being somebody of the demonstration estate: what WeChat's login is on a phone. Only in a browser, beside `make run`. */
import { Problem, OFFLINE } from '@/api/problem'

const KEPT = 'fp-persona'

export interface Persona {
  name: string
  post: string
}

/** Ask the local desk; it is there only where `make run` is. */
export function askDesk<Answer>(path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: `/local/${path}`,
      method: body === undefined ? 'GET' : 'POST',
      data: body === undefined ? undefined : JSON.stringify(body),
      header: { 'Content-Type': 'application/json' },
      success: ({ statusCode, data }) => {
        if (statusCode < 300) resolve(data as Answer)
        else reject(new Problem('desk_refused', '本机演示没有做到，请看运行 make run 的窗口。', statusCode))
      },
      fail: () => reject(OFFLINE),
    })
  })
}

/** Who this browser is, once somebody was chosen. */
export function persona(): string {
  return uni.getStorageSync(KEPT) as string
}

export function become(name: string): void {
  uni.setStorageSync(KEPT, name)
}

/** A login code of the persona; where nobody was chosen yet, the page of personas asks. */
export async function codeOfPersona(): Promise<string> {
  const name = persona() || (await choose())
  return (await askDesk<{ code: string }>('phone/login-code', { name })).code
}

function choose(): Promise<string> {
  return new Promise((resolve) => void uni.navigateTo({ url: '/local/persona', events: { chosen: resolve } }))
}

/** What WeChat's phone button would give for a number. */
export async function phoneCode(phone: string): Promise<string> {
  return (await askDesk<{ code: string }>('phone/phone-code', { phone })).code
}
