/** A file that is no photo: from a chat in WeChat, from the disk in a browser. */
import { Problem } from '@/api/problem'

export interface PickedFile {
  name: string
  bytes: ArrayBuffer
}

/** Let the person choose one file with one of these endings; undefined when they turned back. */
export function pickFile(endings: string[]): Promise<PickedFile | undefined> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.chooseMessageFile({
      count: 1,
      type: 'file',
      extension: endings,
      success: ({ tempFiles: [file] }) => {
        if (!file) return resolve(undefined)
        wx.getFileSystemManager().readFile({
          filePath: file.path,
          success: ({ data }) => resolve({ name: file.name, bytes: data }),
          fail: () => reject(new Problem('file_unread', '这个文件读不出来，请换一个再试。')),
        })
      },
      fail: () => resolve(undefined),
    })
  })
  // #endif
  // #ifdef H5
  return new Promise((resolve, reject) => {
    uni.chooseFile({
      count: 1,
      extension: endings.map((ending) => `.${ending}`),
      success: ({ tempFiles }) => {
        const [file] = tempFiles as File[]
        if (!file) return resolve(undefined)
        file.arrayBuffer().then((bytes) => resolve({ name: file.name, bytes }), reject)
      },
      fail: () => resolve(undefined),
    })
  })
  // #endif
}
