/** Numbers as people read them, in the page's language. */

import { language } from './language.js'

/** `48 kB`, `2.3 MB`. */
export function bytes(count: number): string {
  const [unit, size] = count < 1_000_000 ? ['kilobyte', count / 1000] as const : ['megabyte', count / 1_000_000] as const
  return number(size, { style: 'unit', unit, maximumFractionDigits: size < 10 ? 1 : 0 })
}

/** `85 ms`, `1.4 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${number(Math.max(1, ms), { maximumFractionDigits: 0 })} ms`
  return `${number(ms / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`
}

/** `98%`, never `100%` for less. */
export function percent(share: number): string {
  return number(share < 1 ? Math.min(share, 0.99) : share, { style: 'percent', maximumFractionDigits: 0 })
}

/** `0.704`. */
export function score(cosine: number): string {
  return number(cosine, { minimumFractionDigits: 3, maximumFractionDigits: 3 })
}

/** `10,000` for a rate of 1e-4: the n of "1 in n", to two digits. */
export function oneIn(rate: number): string {
  return number(1 / rate, { maximumSignificantDigits: 2 })
}

function number(value: number, options: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language(), options).format(value)
}
