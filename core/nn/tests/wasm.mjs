// node wasm.mjs harness.wasm [network.fmnn HEIGHTxWIDTH ...]
// Equality of scalar and simd128, then times.
import { readFile } from 'node:fs/promises'

const [wasm, network, ...sizes] = process.argv.slice(2)
const { exports } = (await WebAssembly.instantiate(await readFile(wasm))).instance

if (exports.backends() < 2) throw new Error('built without simd128: nothing to compare')
let worst = 0
for (let seed = 0; seed < 200; seed++) worst = Math.max(worst, exports.compare(seed))
console.log(`200 random networks: largest difference ${worst.toExponential(1)}`)

for (const size of sizes) {
  const [height, width] = size.split('x').map(Number)
  const bytes = await readFile(network)
  const at = exports.file(bytes.length)
  new Uint8Array(exports.memory.buffer, at, bytes.length).set(bytes)
  exports.open(exports.backends() - 1, height, width)
  const times = Array.from({ length: 60 }, () => {
    const start = performance.now()
    exports.run()
    return performance.now() - start
  })
  times.sort((a, b) => a - b)
  console.log(`${size}: median ${times[30].toFixed(2)} ms, least ${times[0].toFixed(2)} ms`)
}
