/** Excel files: chosen on the phone or the desk and sent, or made by an act of the server and kept. */
import { identity } from '@/api/credentials'
import { addressOf, request } from '@/api/request'
import { OFFLINE, Problem } from '@/api/problem'
import type { paths } from '@/api/contract'
import { chooseTable, XLSX, type TableFile } from './tables'

export type Workbook = TableFile

const MOST = 5_000_000

/** Let the person choose one .xlsx file; nothing when they turned back. */
export async function chooseWorkbook(): Promise<Workbook | undefined> {
  const chosen = await chooseTable()
  if (!chosen) return undefined
  if (chosen.bytes.byteLength > MOST) throw new Problem('workbook_refused', '文件太大，请分成几个文件导入。')
  return chosen
}

/** Send a workbook to an operation that reads one; what it answers is the caller's to name. */
export function sendWorkbook<Answer>(path: keyof paths, at: object, book: Workbook, key: string): Promise<Answer> {
  return request('POST', path, at, { file: { bytes: book.bytes, type: XLSX }, key }) as Promise<Answer>
}

/** Let the server make a workbook by an act of the person, and keep what it made. */
export function keepMadeWorkbook(path: keyof paths, at: object, name: string, key: string): Promise<void> {
  return new Promise((resolve, reject) => {
    uni.request({
      url: addressOf(path, at),
      method: 'POST',
      responseType: 'arraybuffer',
      header: { Accept: `${XLSX}, application/json`, 'Idempotency-Key': key, ...identity() },
      success: ({ statusCode, data }) => {
        if (statusCode !== 200) reject(refusal(statusCode, data as ArrayBuffer))
        else keep(data as ArrayBuffer, name).then(resolve, reject)
      },
      fail: () => reject(OFFLINE),
    })
  })
}

/** A refusal comes as JSON, here as its bytes. */
function refusal(status: number, data: ArrayBuffer): Problem {
  try {
    const bytes = Array.from(new Uint8Array(data), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
    const said = JSON.parse(decodeURIComponent(bytes)) as { code: string; message: string }
    return new Problem(said.code, said.message, status)
  } catch {
    return new Problem('file_refused', '这个文件现在取不到，请稍后再试。', status)
  }
}

function keep(content: ArrayBuffer, name: string): Promise<void> {
  // #ifdef MP-WEIXIN
  return new Promise((resolve, reject) => {
    const filePath = `${wx.env.USER_DATA_PATH}/${name}`
    const refused = () => reject(new Problem('file_unkept', '文件没有存下来，请稍后再试。'))
    wx.getFileSystemManager().writeFile({
      filePath,
      data: content,
      success: () => uni.openDocument({ filePath, showMenu: true, success: () => resolve(), fail: refused }),
      fail: refused,
    })
  })
  // #endif
  // #ifdef H5
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([content], { type: XLSX }))
  link.download = name
  link.click()
  return Promise.resolve()
  // #endif
}
