import { boxes } from './yunet.js'

const BUNDLE = '/modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs'

/** onnxruntime-web's CPU-only bundle, one thread, on the bare network. */
export async function load() {
  const model = fetch('/models/yunet_n_dynamic.onnx').then((response) => response.arrayBuffer())
  const ort = await import(BUNDLE)
  ort.env.wasm.numThreads = 1
  ort.env.wasm.simd = 'fixed'
  const bytes = new Uint8Array(await model)
  return { open: (frame) => open(ort, bytes, frame) }
}

async function open(ort, bytes, frame) {
  const { width, height } = frame
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    // Its other options (levels of graph optimisation, memory patterns, denormals) were tried: 2 % either way.
    graphOptimizationLevel: 'all',
    freeDimensionOverrides: { batch: 1, height, width },
  })
  // Only `run` is timed: the peer gets its input for nothing.
  const input = new ort.Tensor('float32', planes(frame), [1, 3, height, width])
  return {
    run: () => session.run({ input }),
    boxes: (outputs) => boxes(outputs, width),
  }
}

/** Blue, green and red planes, 0 to 255: what this network takes. */
function planes({ rgba, width, height }) {
  const size = width * height
  const values = new Float32Array(3 * size)
  for (let i = 0; i < size; i++) {
    for (let plane = 0; plane < 3; plane++) values[plane * size + i] = rgba[4 * i + 2 - plane]
  }
  return values
}
