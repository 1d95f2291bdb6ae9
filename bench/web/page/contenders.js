/**
 * What is compared. A contender's module exports `load(variant)`, which fetches and starts it and gives `open(frame)`;
 * that gives `run()` (the part that is timed, once a frame) and `boxes(result)` (what it found, best first).
 *
 * @typedef {{ x: number, y: number, width: number, height: number, score: number }} Box
 * @typedef {{ run(): unknown, boxes(result: unknown): Box[] }} Opened
 * @typedef {{ open(frame: import('./frame.js').Frame): Promise<Opened> }} Contender
 */

const MODULES = {
  engine: './engine.js',
  sdk: './sdk.js',
  'onnxruntime-web': './onnxruntime-web.js',
  'face-api': './face-api.js',
}

/** @returns {Promise<Contender>} */
export async function load(name, variant) {
  return (await import(MODULES[name])).load(variant)
}
