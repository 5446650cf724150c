/** Papers that lie under an address of their own for a while, as the bucket gives it. */
import { OFFLINE } from '@/api/problem'

const PICTURES = /\.(png|jpe?g|webp)(\?|$)/i

/** Show a paper: a picture as a picture, a document as a document. */
export function openLink(url: string): void {
  if (PICTURES.test(url)) {
    uni.previewImage({ urls: [url] })
    return
  }
  // #ifdef MP-WEIXIN
  uni.downloadFile({
    url,
    success: ({ tempFilePath }) => uni.openDocument({ filePath: tempFilePath, showMenu: true }),
    fail: () => void uni.showToast({ title: OFFLINE.message, icon: 'none' }),
  })
  // #endif
  // #ifdef H5
  window.open(url, '_blank', 'noopener')
  // #endif
}
