/** Where the server is. */

/** What every address begins with: nothing in a browser, which the server itself gave the page to. */
export const SERVER: string = origin()

function origin(): string {
  // #ifdef MP-WEIXIN
  return import.meta.env.VITE_SERVER ?? ''
  // #endif
  // #ifndef MP-WEIXIN
  return ''
  // #endif
}
