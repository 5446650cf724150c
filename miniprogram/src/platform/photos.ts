/** Photos from the camera or the album, and their way to the file store. */
import { post } from '@/api'
import { OFFLINE, Problem } from '@/api/problem'
import { freshKey } from '@/session/keys'
import { consentGiven } from './consent'

/** A photo on the phone. */
export interface Photo {
  path: string
  size: number
  type: 'image/jpeg' | 'image/png' | 'image/webp'
  /** Once it is uploaded. */
  id?: string
}

/** Let the person take or choose up to so many photos; none when they turned back. */
export async function choosePhotos(most: number): Promise<Photo[]> {
  if (!(await consentGiven())) return []
  // #ifdef MP-WEIXIN
  return new Promise((resolve) => {
    uni.chooseMedia({
      count: most,
      mediaType: ['image'],
      sizeType: ['compressed'],
      success: ({ tempFiles }) =>
        resolve(tempFiles.map((one) => ({ path: one.tempFilePath, size: one.size, type: typeOf(one.tempFilePath) }))),
      fail: () => resolve([]),
    })
  })
  // #endif
  // #ifdef H5
  return new Promise((resolve) => {
    uni.chooseImage({
      count: most,
      success: ({ tempFiles }) =>
        resolve(
          (tempFiles as File[]).map((one) => ({
            path: URL.createObjectURL(one),
            size: one.size,
            type: typeOf(one.name),
          })),
        ),
      fail: () => resolve([]),
    })
  })
  // #endif
}

function typeOf(name: string): Photo['type'] {
  if (/\.png$/i.test(name)) return 'image/png'
  return /\.webp$/i.test(name) ? 'image/webp' : 'image/jpeg'
}

/** Put a photo into the estate's file store and return its id; a photo that is there already is not sent again. */
export async function upload(estateId: string, photo: Photo, sealed = false): Promise<string> {
  if (photo.id) return photo.id
  const permit = await post(
    '/v1/estates/{estate_id}/photos',
    { estate_id: estateId },
    { content_type: photo.type, size: photo.size, sealed },
    freshKey(),
  )
  await sendFile(permit.url, permit.fields as Record<string, string>, photo.path)
  photo.id = permit.photo_id
  return permit.photo_id
}

function sendFile(url: string, formData: Record<string, string>, filePath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    uni.uploadFile({
      url,
      filePath,
      name: 'file',
      formData,
      success: ({ statusCode }) => {
        if (statusCode >= 200 && statusCode < 300) resolve()
        else reject(new Problem('photo_refused', '照片没有传上去，请换一张或稍后再试。', statusCode))
      },
      fail: () => reject(OFFLINE),
    })
  })
}
