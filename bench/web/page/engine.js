/** Our engine on the page's own thread: RGBA in, boxes and quality out. */
export async function load() {
  const network = fetch('/engine/yunet.fmnn').then((response) => response.arrayBuffer())
  const { default: init, Engine } = await import('/engine/facematch_web.js')
  await init({ module_or_path: fetch('/engine/facematch_web_bg.wasm') })
  const engine = new Engine(new Uint8Array(await network))
  return { open: async (frame) => opened(engine, frame) }
}

function opened(engine, { rgba, width, height }) {
  return {
    run: () => engine.look(rgba, width, height, Math.max(width, height), 'selfie'),
    boxes: ({ faces }) => faces.map(({ box, score }) => ({ ...box, score })),
  }
}
