/**
 * Writes a zip whose bytes depend on nothing but names and contents: entries stored as they are, in the order given,
 * all dated 1980-01-01. Layout: PKWARE APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function zip(files: Readonly<Record<string, Uint8Array>>): Uint8Array<ArrayBuffer> {
  const locals: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const nameBytes = new TextEncoder().encode(name);
    const shared = sharedHeader(nameBytes, content);
    const local = join([fields([4, 0x04034b50]), shared, nameBytes, content]);
    // Made by 2.0; then no comment, disk 0, no attributes, where the local entry begins.
    const place = fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    directory.push(join([fields([4, 0x02014b50], [2, 20]), shared, place, nameBytes]));
    locals.push(local);
    offset += local.length;
  }
  const size = directory.reduce((sum, entry) => sum + entry.length, 0);
  const count = directory.length;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]);
  return join([...locals, ...directory, end]);
}

/** What local and central headers have in common: version, flags, method, time, date, checksum, sizes, name length. */
function sharedHeader(name: Uint8Array, content: Uint8Array): Uint8Array {
  const utf8Names = 0x0800;
  const firstOfJanuary1980 = (1 << 5) | 1;
  const sizes: Field[] = [
    [4, content.length],
    [4, content.length],
  ];
  return fields(
    [2, 20],
    [2, utf8Names],
    [2, 0],
    [2, 0],
    [2, firstOfJanuary1980],
    [4, crc32(content)],
    ...sizes,
    [2, name.length],
    [2, 0],
  );
}

type Field = [bytes: 2 | 4, value: number];

function fields(...list: Field[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(list.reduce((sum, [bytes]) => sum + bytes, 0)));
  let at = 0;
  for (const [bytes, value] of list) {
    if (bytes === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += bytes;
  }
  return new Uint8Array(view.buffer);
}

/** Several pieces, one after the other. */
export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
