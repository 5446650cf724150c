/** Excel files that are read. */
import { Problem } from '@/api/problem'
import { pickFile, type PickedFile } from './picked_file'

export type TableFile = PickedFile

export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Let the person choose one .xlsx file; undefined when they turned back. */
export async function chooseTable(): Promise<TableFile | undefined> {
  const file = await pickFile(['xlsx'])
  if (file && !/\.xlsx$/i.test(file.name)) throw new Problem('not_a_table', '请选择 Excel 文件（.xlsx）。')
  return file
}
