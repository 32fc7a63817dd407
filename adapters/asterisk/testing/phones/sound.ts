/** µ-law (G.711), tones to be known by, and Goertzel's way of hearing one frequency among others. */

const rate = 8_000;
export const samplesPerPacket = 160;

export function toMuLaw(sample: number): number {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(32_635, Math.abs(Math.round(sample))) + 132;
  const exponent = Math.max(0, 31 - Math.clz32(magnitude) - 7);
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | mantissa) & 0xff;
}

export function fromMuLaw(byte: number): number {
  const value = ~byte & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + 132) << ((value >> 4) & 7)) - 132;
  return value & 0x80 ? -magnitude : magnitude;
}

/** The packet of a tone that begins at this sample. */
export function tonePacket(frequency: number, from: number, amplitude = 6_000): Uint8Array {
  return Uint8Array.from({ length: samplesPerPacket }, (_, index) =>
    toMuLaw(amplitude * Math.sin((2 * Math.PI * frequency * (from + index)) / rate)),
  );
}

/** How loud a frequency is within what was heard: the amplitude of that tone, 0 to 32,767. */
export function loudness(samples: readonly number[], frequency: number): number {
  if (samples.length === 0) return 0;
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let before = 0;
  let last = 0;
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const power = before * before + last * last - coefficient * before * last;
  return (2 * Math.sqrt(Math.max(0, power))) / samples.length;
}
