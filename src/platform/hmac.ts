/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) done where it is asked for. WebCrypto hands each message to another thread and
 * back, which for the few hundred bytes of a webhook costs ten times the work itself. The test compares the two.
 */
const blockBytes = 64;

/** The first 32 bits of the fractional part of a root of a prime: square roots begin the hash, cube roots its rounds. */
const fraction = (root: number) => Math.floor((root - Math.floor(root)) * 2 ** 32);
const primes = Array.from({ length: 310 }, (_, index) => index + 2).filter((one) => {
  for (let divisor = 2; divisor * divisor <= one; divisor++) if (one % divisor === 0) return false;
  return true;
});
const start = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const constants = Int32Array.from(primes.slice(0, 64), (prime) => fraction(Math.cbrt(prime)));

const rotate = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** Takes a block, the 16 words with which `words` begins, into the state: eight words. */
function mix(state: Int32Array, words: Int32Array): void {
  for (let t = 16; t < 64; t++) {
    const a = words[t - 15] as number;
    const b = words[t - 2] as number;
    const low = rotate(a, 7) ^ rotate(a, 18) ^ (a >>> 3);
    const high = rotate(b, 17) ^ rotate(b, 19) ^ (b >>> 10);
    words[t] = (low + high + (words[t - 16] as number) + (words[t - 7] as number)) | 0;
  }
  const before = (index: number) => state[index] as number;
  let a = before(0);
  let b = before(1);
  let c = before(2);
  let d = before(3);
  let e = before(4);
  let f = before(5);
  let g = before(6);
  let h = before(7);
  for (let t = 0; t < 64; t++) {
    const high = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const one = (h + high + ((e & f) ^ (~e & g)) + (constants[t] as number) + (words[t] as number)) | 0;
    const low = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const two = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = before(0) + a;
  state[1] = before(1) + b;
  state[2] = before(2) + c;
  state[3] = before(3) + d;
  state[4] = before(4) + e;
  state[5] = before(5) + f;
  state[6] = before(6) + g;
  state[7] = before(7) + h;
}

const words = new Int32Array(64);

/** The hash of what led to `state` (one block) and of `rest`, as 32 bytes. */
function finish(state: Int32Array, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const hashed = state.slice();
  const padded = new Uint8Array(Math.ceil((rest.length + 9) / blockBytes) * blockBytes);
  padded.set(rest);
  padded[rest.length] = 0x80;
  const view = new DataView(padded.buffer);
  const bits = (blockBytes + rest.length) * 8;
  view.setUint32(padded.length - 8, bits / 2 ** 32);
  view.setUint32(padded.length - 4, bits);
  mixAll(hashed, view);
  const digest = new DataView(new ArrayBuffer(32));
  for (let index = 0; index < 8; index++) digest.setInt32(index * 4, hashed[index] as number);
  return new Uint8Array(digest.buffer);
}

function mixAll(state: Int32Array, blocks: DataView): void {
  for (let offset = 0; offset < blocks.byteLength; offset += blockBytes) {
    for (let t = 0; t < 16; t++) words[t] = blocks.getInt32(offset + t * 4);
    mix(state, words);
  }
}

/** What both hashes begin with is worked out once for a key of at most 64 bytes. */
export function hmacSha256(key: Uint8Array): (message: Uint8Array) => Uint8Array<ArrayBuffer> {
  if (key.length > blockBytes) throw new RangeError("a key has at most 64 bytes");
  const begin = (pad: number) => {
    const block = new Uint8Array(blockBytes).map((_, index) => (key[index] ?? 0) ^ pad);
    const state = start.slice();
    mixAll(state, new DataView(block.buffer));
    return state;
  };
  const inner = begin(0x36);
  const outer = begin(0x5c);
  return (message) => finish(outer, finish(inner, message));
}
