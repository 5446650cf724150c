/** Scanning in a browser: a picture of the card, read by the local desk. */
import { Problem } from '@/api/problem'
import { askDesk } from './persona'

/** Let the person choose a picture and return what its QR code says; empty when they turned back. */
export function scanPicture(): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.chooseImage({
      count: 1,
      success: async ({ tempFiles }) => {
        try {
          const picture = await encoded((tempFiles as File[])[0]!)
          const { text } = await askDesk<{ text: string }>('phone/scan', { picture })
          if (text) resolve(text)
          else reject(new Problem('nothing_seen', '这张图里没有认出二维码，请换一张清楚的。'))
        } catch (thrown) {
          reject(thrown as Error)
        }
      },
      fail: () => resolve(''),
    })
  })
}

async function encoded(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
