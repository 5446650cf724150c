/** The camera on a QR code. */
// #ifdef H5
import { scanPicture } from '@/local/scanning'
// #endif

/** What the code says: an address, or a path of this mini program; empty when the person turned back. */
export function scan(): Promise<string> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    uni.scanCode({
      scanType: ['qrCode'],
      success: (seen) => resolve((seen as { path?: string }).path || seen.result || ''),
      fail: () => resolve(''),
    })
  })
  // #endif
  // #ifdef H5
  return scanPicture()
  // #endif
}
