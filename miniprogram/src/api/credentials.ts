/** Who asks. The session fills this in; requests only read it, so that neither needs the other. */
export const credentials = {
  token: '',
  /** Sign in anew; what waits for it goes on with the new token. */
  renew: (): Promise<void> => Promise.resolve(),
}

/** The headers that say who asks; also for files, which pages fetch by their address. */
export function identity(): Record<string, string> {
  return credentials.token ? { Authorization: `Bearer ${credentials.token}` } : {}
}
