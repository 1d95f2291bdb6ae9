/** Photos of one person, from the folder that `FACEMATCH_SAMPLES` names. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Two photos of one person, and one of somebody else. */
export interface Photos {
  card: string
  selfie: string
  other: string
}

/** The person with the most photos; `anna.jpg` and `anna2.jpg` show one. As `cargo xtask demo` chooses them. */
export function photos(): Photos {
  const folder = process.env['FACEMATCH_SAMPLES']
  if (folder === undefined) throw new Error('FACEMATCH_SAMPLES names no folder')
  const people = new Map<string, string[]>()
  for (const name of (readdirSync(folder, { recursive: true }) as string[]).sort()) {
    const person = /^(.*[^\d_])\d*\.(jpe?g|png|webp)$/i.exec(name)?.[1]
    if (person !== undefined) people.set(person, [...people.get(person) ?? [], join(folder, name)])
  }
  const [most, next] = [...people.values()].sort((a, b) => b.length - a.length)
  const [card, selfie] = most ?? []
  const [other] = next ?? []
  if (card && selfie && other) return { card, selfie, other }
  throw new Error('FACEMATCH_SAMPLES has no two photos of one person and one of another')
}
