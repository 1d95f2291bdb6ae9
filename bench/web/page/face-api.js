const FOLDER = '/modules/@vladmandic/face-api/'
const WASM_FOLDER = '/modules/@tensorflow/tfjs-backend-wasm/dist/'

/** face-api's tiny detector. `backend`: the TensorFlow.js backend that it runs on. */
export async function load(backend) {
  const faceApi = await import(`${FOLDER}dist/face-api.esm.js`)
  faceApi.tf.setWasmPaths(WASM_FOLDER)
  faceApi.tf.enableProdMode()
  // setBackend answers false where a backend does not start, and face-api would go on with another.
  if (!(await faceApi.tf.setBackend(backend))) throw new Error(`no ${backend} backend`)
  await faceApi.tf.ready()
  // Not earlier: weights go to the backend, which must have started.
  await faceApi.nets.tinyFaceDetector.loadFromUri(`${FOLDER}model`)
  return { open: async (frame) => opened(faceApi, frame) }
}

function opened(faceApi, { canvas, width, height }) {
  const options = new faceApi.TinyFaceDetectorOptions({ inputSize: Math.max(width, height) })
  return { run: () => faceApi.detectAllFaces(canvas, options), boxes: (found) => found.map(box) }
}

function box({ box: { x, y, width, height }, score }) {
  return { x, y, width, height, score }
}
