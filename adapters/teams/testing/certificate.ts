/** A certificate as an admin would make it with openssl, as small as it can be: nobody checks who signed it. */
const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

function der(tag: number, ...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.from([tag, ...size, ...parts.flatMap((part) => [...part])]);
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);
const integer = (value: number) => der(0x02, Uint8Array.of(value));
const time = (text: string) => der(0x17, new TextEncoder().encode(text));
/** sha256WithRSAEncryption */
const algorithm = sequence(der(0x06, Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b)), der(0x05));

export async function makeEncryption(id = "2026-a") {
  const format = { name: "RSA-OAEP", hash: "SHA-1", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) };
  const pair = await crypto.subtle.generateKey(format, true, ["encrypt", "decrypt"]);
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("spki", pair.publicKey));
  const privateKey = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const validity = sequence(time("260101000000Z"), time("360101000000Z"));
  const body = sequence(der(0xa0, integer(2)), integer(1), algorithm, sequence(), validity, sequence(), publicKey);
  const certificate = sequence(body, algorithm, der(0x03, new Uint8Array(257)));
  return { id, certificate: toBase64(certificate), privateKey: toBase64(privateKey) };
}
