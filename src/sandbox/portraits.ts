/** Drawn portraits for the made-up company: nobody real is in them. */
import { crc32, deflateSync } from "node:zlib";

const size = 96;
type Color = readonly [number, number, number];
const skins: readonly Color[] = [
  [241, 194, 160],
  [198, 142, 103],
  [141, 94, 64],
  [255, 219, 188],
];
const hairs: readonly Color[] = [
  [58, 40, 30],
  [120, 76, 40],
  [208, 170, 96],
  [90, 90, 96],
];
const grounds: readonly Color[] = [
  [198, 222, 240],
  [214, 232, 208],
  [240, 220, 204],
  [224, 214, 238],
];
const clothes: readonly Color[] = [
  [44, 82, 130],
  [96, 60, 110],
  [40, 104, 88],
  [150, 66, 60],
];

/** A head, hair and shoulders as a PNG of 96 pixels a side; the same for the same name. */
export function portraitOf(name: string): Uint8Array {
  const mark = [...name].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0, 7);
  const of = (colors: readonly Color[], turn: number) => colors[(mark >>> turn) % colors.length] ?? [0, 0, 0];
  const [skin, hair, ground, cloth] = [of(skins, 0), of(hairs, 3), of(grounds, 6), of(clothes, 9)];
  const long = (mark >>> 12) % 2 === 0;
  return png((x, y) => {
    const within = (cx: number, cy: number, rx: number, ry: number) => ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1;
    if (within(48, 44, 18, 22) && y > 32) return skin;
    if (within(48, 38, 22, 22) || (long && within(48, 52, 24, 28) && y < 72 && Math.abs(x - 48) > 15)) return hair;
    if (within(48, 68, 8, 12)) return skin;
    return within(48, 104, 38, 32) ? cloth : ground;
  });
}

function png(color: (x: number, y: number) => Color): Uint8Array {
  const rows = Buffer.alloc(size * (size * 3 + 1));
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) rows.set(color(x, y), y * (size * 3 + 1) + 1 + x * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))];
  return new Uint8Array(Buffer.concat([signature, ...chunks]));
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const around = Buffer.alloc(8);
  around.writeUInt32BE(content.length, 0);
  around.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([around.subarray(0, 4), named, around.subarray(4)]);
}
