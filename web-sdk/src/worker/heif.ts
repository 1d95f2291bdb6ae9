/** HEIF files: iPhones make them, Safari reads them, our decoder does not. */

/** Major brands of HEIC pictures and of HEIF that may hold them (ISO/IEC 23008-12, annex B). */
const BRANDS: ReadonlySet<string> = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'])

/** Whether a file says that it is HEIF. */
export function isHeif(file: Uint8Array): boolean {
  return ascii(file, 4) === 'ftyp' && BRANDS.has(ascii(file, 8))
}

function ascii(file: Uint8Array, from: number): string {
  return String.fromCharCode(...file.subarray(from, from + 4))
}
