/** Scanned papers from the phone: a file of a chat in WeChat, of the disk in a browser. */
import { Problem } from '@/api/problem'

export interface Paper {
  name: string
  bytes: ArrayBuffer
}

const KINDS = ['pdf', 'jpg', 'jpeg', 'png']

/** Let the person choose one PDF or picture; undefined when they turned back. */
export function choosePaper(): Promise<Paper | undefined> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.chooseMessageFile({
      count: 1,
      type: 'file',
      extension: KINDS,
      success: ({ tempFiles: [file] }) =>
        wx.getFileSystemManager().readFile({
          filePath: file!.path,
          success: ({ data }) => resolve({ name: file!.name, bytes: data }),
          fail: () => reject(new Problem('file_unread', '这个文件读不出来，请换一个再试。')),
        }),
      fail: () => resolve(undefined),
    })
  })
  // #endif
  // #ifdef H5
  return new Promise((resolve) => {
    uni.chooseFile({
      count: 1,
      extension: KINDS.map((kind) => `.${kind}`),
      success: async ({ tempFiles }) => {
        const file = (tempFiles as File[])[0]!
        resolve({ name: file.name, bytes: await file.arrayBuffer() })
      },
      fail: () => resolve(undefined),
    })
  })
  // #endif
}
