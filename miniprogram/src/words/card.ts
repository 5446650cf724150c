/** Addresses of cards. */

/** The token of a card in what was scanned: the address printed on it, or the path of this mini program. */
export function cardToken(scanned: string): string | undefined {
  const address = decoded(scanned)
  return /\/c\/([0-9A-Za-z_-]+)/.exec(address)?.[1] ?? /[?&]token=([0-9A-Za-z_-]+)/.exec(address)?.[1]
}

/** The token in what the card page was opened with: `token`, or `q` where WeChat opened an ordinary link. */
export function openedToken(query: Record<string, string | undefined> | undefined): string {
  return query?.token ?? cardToken(query?.q ?? query?.scene ?? '') ?? ''
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
