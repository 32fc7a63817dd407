import { hmacSha256 } from "../../../src/platform/hmac.ts";
import type { TeamsConnection } from "../settings.ts";
import { recall } from "./recall.ts";
import { fromBase64 } from "./secrets.ts";

export type EncryptedContent = {
  data: string;
  dataKey: string;
  dataSignature: string;
  encryptionCertificateId: string;
};

const name = "RSA-OAEP";
const importPrivateKey = (privateKey: string) =>
  crypto.subtle.importKey("pkcs8", fromBase64(privateKey), { name, hash: "SHA-1" }, false, ["decrypt"]);

/**
 * What a rich notification says. The key of each is itself encrypted to our certificate (RSA-OAEP with SHA-1); the
 * signature is checked before anything is decrypted (HMAC-SHA256, then AES-256-CBC with the key's first 16 bytes).
 * Source: Microsoft Graph, "Set up change notifications that include resource data". Undefined where anything is wrong.
 */
export async function decrypt(c: TeamsConnection, content: EncryptedContent): Promise<unknown> {
  const { encryption } = c.settings.notifications ?? {};
  if (!encryption || content.encryptionCertificateId !== encryption.id) return undefined;
  try {
    const ours = await recall(c, "private-key", () => importPrivateKey(encryption.privateKey));
    if (!ours) return undefined;
    const key = new Uint8Array(await crypto.subtle.decrypt({ name }, ours, fromBase64(content.dataKey)));
    if (key.length !== 32) return undefined;
    const data = fromBase64(content.data);
    if (!areSame(fromBase64(content.dataSignature), hmacSha256(key)(data))) return undefined;
    const aes = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
    const plain = await crypto.subtle.decrypt({ name: "AES-CBC", iv: key.slice(0, 16) }, aes, data);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return undefined;
  }
}

/** Takes the same time wherever the two differ. */
function areSame(given: Uint8Array, wanted: Uint8Array): boolean {
  if (given.length !== wanted.length) return false;
  let difference = 0;
  for (let index = 0; index < wanted.length; index++) difference |= (given[index] ?? 0) ^ (wanted[index] ?? 0);
  return difference === 0;
}
