/** A prepared photo, as the page gets it. */

import type { CaptureRole } from './face.js'
import type { PreparedPhoto } from './messages.js'
import type { PreparedImage } from './options.js'

/** Gives the worker's photo a blob and a preview, which is the page's to free. */
export function preparedImage({ bytes, ...photo }: PreparedPhoto, role: CaptureRole): PreparedImage {
  const contentType = 'image/jpeg'
  const blob = new Blob([bytes], { type: contentType })
  const preview = URL.createObjectURL(blob)
  const release = () => URL.revokeObjectURL(preview)
  return { ...photo, role, blob, contentType, sizeBytes: blob.size, preview, release }
}
