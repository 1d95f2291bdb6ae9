/** @typedef {{ canvas: HTMLCanvasElement, rgba: Uint8ClampedArray, width: number, height: number }} Frame */

/** The whole picture, centred on grey: a frame as a camera would give it. @returns {Promise<Frame>} */
export async function pictureFrame(url, width, height) {
  const picture = await createImageBitmap(await (await fetch(url)).blob())
  const { canvas, context } = greyCanvas(width, height)
  const scale = Math.min(width / picture.width, height / picture.height)
  const [w, h] = [picture.width * scale, picture.height * scale]
  context.drawImage(picture, (width - w) / 2, (height - h) / 2, w, h)
  picture.close()
  return frame(canvas, context)
}

/** A frame without a face. @returns {Frame} */
export function emptyFrame(width, height) {
  const { canvas, context } = greyCanvas(width, height)
  return frame(canvas, context)
}

function greyCanvas(width, height) {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width, height })
  const context = canvas.getContext('2d', { willReadFrequently: true })
  context.imageSmoothingQuality = 'high'
  context.fillStyle = '#808080'
  context.fillRect(0, 0, width, height)
  return { canvas, context }
}

function frame(canvas, context) {
  const { width, height } = canvas
  return { canvas, rgba: context.getImageData(0, 0, width, height).data, width, height }
}
