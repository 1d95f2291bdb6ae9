/** The SDK as a partner uses it: its worker, a canvas in, a detection out. `entry` is its module's address. */
export async function load(entry) {
  const { FaceMatch } = await import(entry)
  const sdk = await FaceMatch.load()
  return {
    open: async ({ canvas }) => ({
      run: () => sdk.detect(canvas, { role: 'selfie' }),
      boxes: ({ faces }) => faces.map(({ box, score }) => ({ ...box, score })),
    }),
  }
}
