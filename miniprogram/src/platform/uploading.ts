/** Several photos on their way, one after the other: a weak line carries one better than nine. */
import { upload, type Photo } from './photos'

/** Put photos into the estate's file store and return their ids; those that arrived before are not sent again. */
export async function uploadAll(estateId: string, photos: readonly Photo[]): Promise<string[]> {
  const ids: string[] = []
  for (const photo of photos) ids.push(await upload(estateId, photo))
  return ids
}
