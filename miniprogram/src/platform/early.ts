/** What index.html asked for before the program was here; WeChat loads its packages before it opens a page. */
import type { Answer } from '@/api'

type CardPage = Answer<'get', '/c/{token}'>

/** The card's page, if it was asked for early and came; good once. */
export async function cardAskedEarly(token: string): Promise<CardPage | undefined> {
  // #ifdef H5
  const early = window as unknown as { cardAsked?: { token: string; answer: Promise<Response> } }
  const asked = early.cardAsked
  delete early.cardAsked
  if (asked?.token !== token) return undefined
  const answer = await asked.answer.catch(() => undefined)
  return answer?.ok ? ((await answer.json()) as CardPage) : undefined
  // #endif
  // #ifdef MP-WEIXIN
  return undefined
  // #endif
}
