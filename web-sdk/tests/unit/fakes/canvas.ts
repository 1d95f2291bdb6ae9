/** Canvases and bitmaps that draw by the nearest pixel. */

type Rgba = [number, number, number, number]

export class FakeBitmap {
  readonly width: number
  readonly height: number
  closed = false
  readonly #at: (x: number, y: number) => Rgba

  constructor(width: number, height: number, at: (x: number, y: number) => Rgba = place) {
    this.width = width
    this.height = height
    this.#at = at
  }

  at(x: number, y: number): Rgba {
    return this.#at(x, y)
  }

  close(): void {
    this.closed = true
  }

  /** As the type that the code under test takes. */
  get bitmap(): ImageBitmap {
    return this as unknown as ImageBitmap
  }
}

/** A pixel that tells its own place: red and green are a 16th of x and y. */
export function place(x: number, y: number): Rgba {
  return [x / 16, y / 16, 77, 255]
}

/** How a browser's canvas lies. */
export type Spoil = (value: number, index: number) => number

/** Makes canvases; `spoil` changes what is read back. */
export function canvasMaker(spoil: Spoil = (value) => value): (widthPx: number, heightPx: number) => OffscreenCanvas {
  return (widthPx, heightPx) => {
    const context = new FakeContext(widthPx, heightPx, spoil)
    return { getContext: () => context } as unknown as OffscreenCanvas
  }
}

class FakeContext {
  fillStyle = '#000'
  imageSmoothingQuality = 'low'
  readonly #width: number
  readonly #data: Uint8ClampedArray
  readonly #spoil: Spoil
  #matrix = [1, 0, 0, 1, 0, 0]

  constructor(width: number, height: number, spoil: Spoil) {
    this.#width = width
    this.#data = new Uint8ClampedArray(width * height * 4)
    this.#spoil = spoil
  }

  setTransform(...matrix: number[]): void {
    this.#matrix = matrix
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    const colour = /\d+,\d+,\d+/.exec(this.fillStyle)?.[0].split(',').map(Number) ?? [255, 255, 255]
    for (let row = y; row < y + height; row += 1) {
      for (let column = x; column < x + width; column += 1) this.#data.set([...colour, 255], (row * this.#width + column) * 4)
    }
  }

  drawImage(
    image: FakeBitmap, sx: number, sy: number, sw: number, sh: number, dx: number, dy: number, dw: number, dh: number,
  ): void {
    const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = this.#matrix
    const determinant = a * d - b * c
    for (let index = 0; index < this.#data.length / 4; index += 1) {
      const [x, y] = [(index % this.#width) + 0.5 - e, Math.floor(index / this.#width) + 0.5 - f]
      const u = ((d * x - c * y) / determinant - dx) / dw
      const v = ((a * y - b * x) / determinant - dy) / dh
      if (u < 0 || v < 0 || u >= 1 || v >= 1) continue
      this.#data.set(image.at(Math.floor(sx + u * sw), Math.floor(sy + v * sh)), index * 4)
    }
  }

  getImageData(): { data: Uint8ClampedArray } {
    return { data: this.#data.map((value, index) => (index % 4 === 3 ? value : this.#spoil(value, index))) }
  }
}
