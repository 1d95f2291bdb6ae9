const STRIDES = [8, 16, 32]
const LEAST_SCORE = 0.6

/** Boxes of YuNet's outputs (`cls_S`, `obj_S`, `bbox_S`), best first, without NMS: enough to see that it works. */
export function boxes(outputs, width) {
  return STRIDES.flatMap((stride) => level(outputs, width, stride)).sort((a, b) => b.score - a.score)
}

function level(outputs, width, stride) {
  const [cls, obj, bbox] = ['cls', 'obj', 'bbox'].map((name) => outputs[`${name}_${stride}`].data)
  const columns = width / stride
  return Array.from(cls, (value, cell) => {
    const [dx, dy, dw, dh] = bbox.slice(4 * cell, 4 * cell + 4)
    const [w, h] = [Math.exp(dw) * stride, Math.exp(dh) * stride]
    const x = ((cell % columns) + dx) * stride - w / 2
    const y = (Math.floor(cell / columns) + dy) * stride - h / 2
    return { x, y, width: w, height: h, score: Math.sqrt(value * obj[cell]) }
  }).filter(({ score }) => score > LEAST_SCORE)
}
