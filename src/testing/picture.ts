/** The smallest thing that passes for a photograph: the first bytes of a JPEG, and some more. */
export const smallJpeg = (size = 64): Uint8Array =>
  Uint8Array.from({ length: size }, (_, index) => [0xff, 0xd8, 0xff, 0xe0][index] ?? index % 251);
