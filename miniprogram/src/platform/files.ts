/** Files of the server that one opens, keeps or shows: receipts, statements, tables, photos. */
import { identity } from '@/api/credentials'
import { addressOf } from '@/api/request'
import { OFFLINE, Problem } from '@/api/problem'
import type { paths } from '@/api/contract'

type FilePath = keyof paths

/** Fetch a file as whoever is signed in, and open it (a document) or offer it for keeping (in a browser). */
export async function openFile(
  path: FilePath,
  at: object,
  name: string,
  query?: Record<string, unknown>,
  /** Which of several kinds of file is wanted, where the server has more than one. */
  accept?: string,
): Promise<void> {
  const local = await fetchFile(path, at, query, accept)
  // #ifdef MP-WEIXIN
  await new Promise<void>((resolve, reject) => {
    uni.openDocument({
      filePath: local,
      showMenu: true,
      success: () => resolve(),
      fail: () => reject(new Problem('file_unopened', '这个文件打不开，请在电脑上打开。')),
    })
  })
  // #endif
  // #ifdef H5
  download(local, name)
  // #endif
}

// #ifdef H5
function download(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
// #endif

/** Fetch a picture as whoever is signed in; what comes back can stand in an image. */
export function fetchPicture(path: FilePath, at: object, query?: Record<string, unknown>): Promise<string> {
  return fetchFile(path, at, query)
}

/** Keep a picture that was fetched: in the album of the phone, or as a download. */
export function keepPicture(local: string, name: string): Promise<void> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    uni.saveImageToPhotosAlbum({
      filePath: local,
      success: () => resolve(),
      fail: () => reject(new Problem('album_refused', '没有存进相册，请在设置里允许保存到相册后再试。')),
    })
  })
  // #endif
  // #ifdef H5
  download(local, name)
  return Promise.resolve()
  // #endif
}

/** What an Excel table calls itself. */
export const EXCEL = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

function fetchFile(path: FilePath, at: object, query?: Record<string, unknown>, accept?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.downloadFile({
      url: addressOf(path, at, query),
      header: { ...identity(), ...(accept ? { Accept: accept } : {}) },
      success: ({ statusCode, tempFilePath }) => {
        if (statusCode === 200) resolve(tempFilePath)
        else reject(new Problem('file_refused', '这个文件现在取不到，请稍后再试。', statusCode))
      },
      fail: () => reject(OFFLINE),
    })
  })
}

/** Keep a text that the mini program has in hand as a file: shared in WeChat, downloaded in a browser. */
export function keepText(text: string, name: string): Promise<void> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const filePath = `${wx.env.USER_DATA_PATH}/${name}`
    const refused = () => reject(new Problem('file_unkept', '文件没有存下来，请稍后再试。'))
    wx.getFileSystemManager().writeFile({
      filePath,
      data: text,
      encoding: 'utf8',
      success: () => wx.shareFileMessage({ filePath, fileName: name, success: () => resolve(), fail: () => resolve() }),
      fail: refused,
    })
  })
  // #endif
  // #ifdef H5
  download(URL.createObjectURL(new Blob([text], { type: 'application/json' })), name)
  return Promise.resolve()
  // #endif
}

/** Read a text that lies under an address of its own, as the bucket gives it. */
export function readText(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    uni.request({
      url,
      dataType: 'text',
      success: ({ statusCode, data }) => {
        if (statusCode === 200) resolve(String(data))
        else reject(new Problem('file_refused', '这个文件现在取不到，请稍后再试。', statusCode))
      },
      fail: () => reject(OFFLINE),
    })
  })
}
