/** Scanned papers. */
import { pickFile, type PickedFile } from './picked_file'

export type Paper = PickedFile

/** Let the person choose one PDF or picture; undefined when they turned back. */
export function choosePaper(): Promise<Paper | undefined> {
  return pickFile(['pdf', 'jpg', 'jpeg', 'png'])
}
