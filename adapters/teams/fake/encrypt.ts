const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string) => Uint8Array.from(atob(text.replace(/\s+/g, "")), (char) => char.charCodeAt(0));

/** One DER value: where it begins, where its content begins and where it ends. */
function readDer(bytes: Uint8Array, at: number) {
  const first = bytes[at + 1] ?? 0;
  const lengthOf = first & 0x80 ? first & 0x7f : 0;
  const long = bytes.subarray(at + 2, at + 2 + lengthOf).reduce((sum, byte) => sum * 256 + byte, 0);
  const from = at + 2 + lengthOf;
  return { at, from, end: from + (lengthOf ? long : first) };
}

/** The public key within an X.509 certificate: the seventh part of its first part. */
export function publicKeyOf(certificate: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64(certificate);
  const body = readDer(bytes, readDer(bytes, 0).from);
  let part = readDer(bytes, body.from);
  // version, serial number, algorithm, issuer, validity, subject
  for (let index = 0; index < 6; index++) part = readDer(bytes, part.end);
  return bytes.slice(part.at, part.end);
}

const importKey = (certificate: string) =>
  crypto.subtle.importKey("spki", publicKeyOf(certificate), { name: "RSA-OAEP", hash: "SHA-1" }, false, ["encrypt"]);

export const isCertificate = async (certificate: unknown): Promise<boolean> =>
  typeof certificate === "string" &&
  importKey(certificate).then(
    () => true,
    () => false,
  );

/** As Microsoft describes it: a key for each notification, sealed for the certificate; data encrypted, then signed. */
export async function encrypt({ id, certificate }: { id: string; certificate: string }, content: unknown) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const aes = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["encrypt"]);
  const plain = new TextEncoder().encode(JSON.stringify(content));
  const data = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv: key.slice(0, 16) }, aes, plain));
  const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const sealed = await crypto.subtle.encrypt({ name: "RSA-OAEP" }, await importKey(certificate), key);
  return {
    data: toBase64(data),
    dataSignature: toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", hmac, data))),
    dataKey: toBase64(new Uint8Array(sealed)),
    encryptionCertificateId: id,
  };
}
