/** WeChat's one-time subscribe messages: asked for only in a tap, and only where the person just began to wait. */
import { get, post, type Shape } from '@/api'
import { freshKey } from '@/session/keys'

export type Kind = Shape<'MessageTemplate'>['kind']

let templates: Promise<Shape<'MessageTemplate'>[]> | undefined

/** Read which templates there are, so that the tap that asks need not wait. */
export function readyToAsk(): void {
  templates ??= get('/v1/message-templates', {}).catch(() => {
    templates = undefined
    return []
  })
}

/** Ask whether the person wants to be told once about these; at most three kinds, as WeChat allows. */
export async function askToTell(kinds: Kind[]): Promise<void> {
  readyToAsk()
  const known = (await templates!).filter((one) => kinds.includes(one.kind)).slice(0, 3)
  if (!known.length) return
  const answers = await answered(known.map((one) => one.template_id))
  const accepted = known.filter((one) => answers[one.template_id] === 'accept').map((one) => one.kind)
  if (accepted.length) await post('/v1/me/message-allowances', {}, { accepted }, freshKey()).catch(() => undefined)
}

function answered(templateIds: string[]): Promise<Record<string, string>> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    uni.requestSubscribeMessage({
      tmplIds: templateIds,
      success: (said) => resolve(said as unknown as Record<string, string>),
      fail: () => resolve({}),
    })
  })
  // #endif
  // #ifdef H5
  return new Promise((resolve) => {
    uni.showModal({
      title: '有进展时告诉您？',
      content: '下次有进展时，发一条服务通知给您。',
      confirmText: '好的',
      cancelText: '不用',
      success: ({ confirm }) =>
        resolve(Object.fromEntries(templateIds.map((one) => [one, confirm ? 'accept' : 'reject']))),
      fail: () => resolve({}),
    })
  })
  // #endif
}
