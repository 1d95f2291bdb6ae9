const LONG_SIDE = 4032
const SHORT_SIDE = 3024
const UPLOAD_SIDE = 1280

let photo
let sdk

/** Makes the 12-megapixel JPEG out of a smaller photo, and loads the SDK. Gives the JPEG's size. */
export async function prepare({ url, entry }) {
  const picture = await createImageBitmap(await (await fetch(url)).blob())
  const upright = picture.height > picture.width
  const [width, height] = upright ? [SHORT_SIDE, LONG_SIDE] : [LONG_SIDE, SHORT_SIDE]
  // The photo fills the frame; what does not fit goes at the bottom and the sides.
  const scale = Math.max(width / picture.width, height / picture.height)
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  context.imageSmoothingQuality = 'high'
  const left = (width - picture.width * scale) / 2
  context.drawImage(picture, left, 0, picture.width * scale, picture.height * scale)
  photo = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
  const { FaceMatch } = await import(entry)
  sdk = await FaceMatch.load()
  return { width, height, sizeBytes: photo.size }
}

const WAYS = {
  'SDK, face and margin': () => withSdk(true),
  'SDK, whole picture': () => withSdk(false),
  canvas: withCanvas,
}

/** One photo made ready: milliseconds, and the bytes to upload. */
export async function turn(way) {
  const start = performance.now()
  const sizeBytes = await WAYS[way]()
  return { ms: performance.now() - start, sizeBytes }
}

async function withSdk(crop) {
  const prepared = await sdk.prepare(photo, { role: 'selfie', crop })
  prepared.release()
  return prepared.sizeBytes
}

/** What a page does without any SDK. No face is looked for, nothing is checked or hashed. */
async function withCanvas() {
  const picture = await createImageBitmap(photo)
  const scale = UPLOAD_SIDE / Math.max(picture.width, picture.height)
  const canvas = new OffscreenCanvas(picture.width * scale, picture.height * scale)
  canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
  return blob.size
}
