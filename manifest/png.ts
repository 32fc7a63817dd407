import { join } from "./zip.ts";

/** Eight bits each of red, green, blue and opacity, row by row. */
export type Picture = { width: number; height: number; pixels: Uint8Array };

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads what drawing programs write as "PNG with transparency": 8 bits a channel, red-green-blue with or without opacity,
 * not interlaced. @throws Error for anything else. Layout: PNG specification, sections 5, 9 and 11.
 */
export async function readPng(bytes: Uint8Array): Promise<Picture> {
  if (signature.some((byte, index) => bytes[index] !== byte)) throw new Error("it is not a PNG");
  const { header, data } = chunksOf(bytes);
  const [depth, colorType, , , interlaced] = header.subarray(8);
  const channels = colorType === 6 ? 4 : colorType === 2 ? 3 : 0;
  if (depth !== 8 || channels === 0 || interlaced !== 0) throw new Error("it is not a plain 8-bit RGB or RGBA PNG");
  const view = new DataView(header.buffer, header.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const rows = unfilter(await inflate(data), width * channels, height, channels);
  return { width, height, pixels: channels === 4 ? rows : addOpacity(rows) };
}

function chunksOf(bytes: Uint8Array): { header: Uint8Array; data: Uint8Array<ArrayBuffer> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data: Uint8Array[] = [];
  let header: Uint8Array | undefined;
  for (let at = signature.length; at + 8 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = new TextDecoder("latin1").decode(bytes.subarray(at + 4, at + 8));
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") header = content;
    if (type === "IDAT") data.push(content);
    at += 12 + length;
  }
  if (header?.length !== 13) throw new Error("it has no PNG header");
  return { header, data: join(data) };
}

async function inflate(data: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undoes the prediction that each row was stored with. */
function unfilter(stored: Uint8Array, rowLength: number, height: number, step: number): Uint8Array {
  if (stored.length !== (rowLength + 1) * height) throw new Error("its picture data is cut short");
  const rows = new Uint8Array(rowLength * height);
  for (let y = 0; y < height; y++) {
    const filter = stored[y * (rowLength + 1)] ?? 0;
    for (let x = 0; x < rowLength; x++) {
      const at = y * rowLength + x;
      const left = x < step ? 0 : (rows[at - step] ?? 0);
      const up = y === 0 ? 0 : (rows[at - rowLength] ?? 0);
      const upLeft = x < step || y === 0 ? 0 : (rows[at - rowLength - step] ?? 0);
      rows[at] = (stored[y * (rowLength + 1) + 1 + x] ?? 0) + predict(filter, left, up, upLeft);
    }
  }
  return rows;
}

function predict(filter: number, left: number, up: number, upLeft: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter === 4) return paeth(left, up, upLeft);
  throw new Error("its picture data is damaged");
}

function paeth(left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft;
  const [toLeft, toUp, toUpLeft] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)];
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}

function addOpacity(rgb: Uint8Array): Uint8Array {
  const rgba = new Uint8Array((rgb.length / 3) * 4).fill(255);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) rgba.set(rgb.subarray(from, from + 3), to);
  return rgba;
}
