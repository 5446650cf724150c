/** What went wrong, in a sentence for the person who reads it. */
export class Problem extends Error {
  constructor(
    /** The server's stable code, or `offline` when no answer came. */
    readonly code: string,
    /** The sentence: what happened and what to do next. */
    readonly message: string,
    /** The HTTP status; 0 when no answer came. */
    readonly status = 0,
    /** What the code is about: a field, a limit, a moment. */
    readonly detail: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
  }

  /** Whether asking again may help without changing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500
  }
}

export const OFFLINE = new Problem('offline', '连不上网络。填写的内容还在，请检查网络后再试一次。')

/** Whatever was thrown, as a problem that can be shown. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  console.error(thrown)
  return new Problem('unexpected', '页面出了点问题，请返回上一页再试一次。')
}
