/** Excel files from the phone: from a chat in WeChat, from the disk in a browser. */
import { Problem } from '@/api/problem'

export interface TableFile {
  name: string
  bytes: ArrayBuffer
}

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Let the person choose one .xlsx file; undefined when they turned back. */
export function chooseTable(): Promise<TableFile | undefined> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    wx.chooseMessageFile({
      count: 1,
      type: 'file',
      extension: ['xlsx'],
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
  return new Promise((resolve, reject) => {
    uni.chooseFile({
      count: 1,
      extension: ['.xlsx'],
      success: async ({ tempFiles }) => {
        const file = (tempFiles as File[])[0]!
        if (/\.xlsx$/i.test(file.name)) resolve({ name: file.name, bytes: await file.arrayBuffer() })
        else reject(new Problem('not_a_table', '请选择 Excel 文件（.xlsx）。'))
      },
      fail: () => resolve(undefined),
    })
  })
  // #endif
}
