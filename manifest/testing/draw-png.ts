import { crc32, deflateSync } from "node:zlib";

type Drawing = {
  width: number;
  height: number;
  /** Red, green, blue and opacity, 0 to 255; with three numbers the picture has no opacity. */
  color: (x: number, y: number) => readonly number[];
  /** How each row is stored, 0 to 4. */
  filter?: (y: number) => number;
};

/** Writes a PNG the way a drawing program would, with any of the five row filters. */
export function drawPng({ width, height, color, filter = () => 0 }: Drawing): Uint8Array {
  const channels = color(0, 0).length;
  const at = (x: number, y: number, channel: number) => (x < 0 || y < 0 ? 0 : (color(x, y)[channel] ?? 0));
  const bytes: number[] = [];
  for (let y = 0; y < height; y++) {
    bytes.push(filter(y));
    for (let x = 0; x < width; x++)
      for (let c = 0; c < channels; c++)
        bytes.push((at(x, y, c) - guess(filter(y), at(x - 1, y, c), at(x, y - 1, c), at(x - 1, y - 1, c))) & 255);
  }
  return assemble(width, height, channels === 4 ? 6 : 2, Uint8Array.from(bytes));
}

/** Predictions as the PNG specification tells them, section 9.2. */
function guess(filter: number, a: number, b: number, c: number): number {
  const nearest = [a, b, c].toSorted((one, other) => Math.abs(a + b - c - one) - Math.abs(a + b - c - other))[0] ?? 0;
  return [0, a, b, Math.floor((a + b) / 2), nearest][filter] ?? 0;
}

export function assemble(width: number, height: number, colorType: number, rows: Uint8Array, depth = 8): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colorType, 0, 0, 0], 8);
  const data = deflateSync(rows);
  const half = data.length >> 1;
  return Buffer.concat([
    Buffer.from("89504e470d0a1a0a", "hex"),
    chunk("IHDR", header),
    chunk("tEXt", Buffer.from("Comment\0drawn by a test")),
    chunk("IDAT", data.subarray(0, half)),
    chunk("IDAT", data.subarray(half)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type), content]);
  const sizes = Buffer.alloc(8);
  sizes.writeUInt32BE(content.length, 0);
  sizes.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([sizes.subarray(0, 4), named, sizes.subarray(4)]);
}
