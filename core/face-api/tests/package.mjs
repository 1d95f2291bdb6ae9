// The package's own answer: node package.mjs <package's folder> <file of 150x150x3 bytes> … prints an embedding a line.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const SIDE_PX = 150
const [folder, ...files] = process.argv.slice(2)

// The bundle is for browsers, and fails at once where it takes node for node.
Object.defineProperty(process, 'versions', { value: {} })
const { nets, tf, NetInput } = await import(pathToFileURL(join(folder, 'dist/face-api.esm.js')))
tf.setPlatform('browser', { now: () => performance.now(), isTypedArray: ArrayBuffer.isView })
await tf.setBackend('cpu')

const model = join(folder, 'model/face_recognition_model')
const [{ weights }] = JSON.parse(readFileSync(`${model}-weights_manifest.json`))
const { buffer } = new Uint8Array(readFileSync(`${model}.bin`))
nets.faceRecognitionNet.loadFromWeightMap(tf.io.decodeWeights(buffer, weights))

for (const file of files) {
  const face = tf.tensor3d(new Float32Array(readFileSync(file)), [SIDE_PX, SIDE_PX, 3])
  const embedding = nets.faceRecognitionNet.forwardInput(new NetInput([face]))
  console.log(JSON.stringify([...embedding.dataSync()]))
}
