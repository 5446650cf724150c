/** Handing something on to somebody else. */

/** The address under which somebody else opens a page: a link in a browser; in WeChat, the path of the mini program. */
export function pageAddress(path: string): string {
  // #ifdef H5
  return `${location.origin}${location.pathname}#${path}`
  // #endif
  // #ifndef H5
  return path
  // #endif
}

/** Put a text where it can be pasted from. */
export function copyText(data: string): void {
  uni.setClipboardData({ data, success: () => void uni.showToast({ title: '已复制', icon: 'none' }) })
}
