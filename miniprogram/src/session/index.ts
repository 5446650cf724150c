/** Who is using the phone: their session, and what they may do where. */
import { reactive } from 'vue'
import { get, post, type Shape } from '@/api'
import { credentials } from '@/api/credentials'
import { loginCode } from '@/platform/signing_in'

export type Me = Shape<'Me'>
export type Workspace = Shape<'Workspace'>

const KEPT = 'fp-session'

/** One home that the person may act for. */
export interface Home {
  estateId: string
  roomId: string
  label: string
  role: Workspace['role']
}

class Session {
  me: Me | null = null
  private beginning: Promise<void> | null = null

  /** Take up the session that was kept, without asking anybody. */
  recall(): void {
    const kept = uni.getStorageSync(KEPT) as { token: string; me: Me } | ''
    if (kept) {
      credentials.token = kept.token
      this.me = kept.me
    }
  }

  /** Sign in unless that has happened; two pages that ask at once wait for the same signing in. */
  begin(): Promise<void> {
    return credentials.token ? Promise.resolve() : this.renew()
  }

  /** Sign in anew. */
  renew(): Promise<void> {
    this.beginning ??= this.signIn().finally(() => (this.beginning = null))
    return this.beginning
  }

  private async signIn(): Promise<void> {
    credentials.token = ''
    const code = await loginCode()
    const signedIn = await post('/v1/sessions', {}, { code })
    this.keep(signedIn.token, signedIn.me)
  }

  /** Sign in, or, if that has happened before, ask again what the person may do. */
  async look(): Promise<Me> {
    if (credentials.token) return this.refresh()
    await this.renew()
    return this.me!
  }

  /** Read again what the person may do; after a binding was approved there is a home more. */
  async refresh(): Promise<Me> {
    const me = await get('/v1/me', {})
    this.keep(credentials.token, me)
    return me
  }

  /** Forget who it was; the next request asks anew. */
  forget(): void {
    credentials.token = ''
    this.me = null
    uni.removeStorageSync(KEPT)
  }

  private keep(token: string, me: Me): void {
    credentials.token = token
    this.me = me
    uni.setStorageSync(KEPT, { token, me })
  }

  /** The homes of the person, in the order in which the server gives them. */
  get homes(): Home[] {
    return (this.me?.workspaces ?? [])
      .filter((one) => one.home === 'resident' && one.room_id)
      .map((one) => ({ estateId: one.scope_id, roomId: one.room_id!, label: one.label, role: one.role }))
  }

  /** The places where the person has work to do, one for each post. */
  get duties(): Workspace[] {
    return (this.me?.workspaces ?? []).filter((one) => one.home !== 'resident' || !one.room_id)
  }
}

export const session = reactive(new Session())
credentials.renew = () => session.renew()
