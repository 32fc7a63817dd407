import { fromBase64 } from "./secrets.ts";
import type { NotificationSettings } from "./settings.ts";

export type EncryptedContent = {
  data: string;
  dataKey: string;
  dataSignature: string;
  encryptionCertificateId: string;
};

/**
 * What a rich notification says. The key of each is itself encrypted to our certificate (RSA-OAEP with SHA-1); the
 * signature is checked before anything is decrypted (HMAC-SHA256, then AES-256-CBC with the key's first 16 bytes).
 * Source: Microsoft Graph, "Set up change notifications that include resource data". Undefined where anything is wrong.
 */
export async function decrypt(
  encryption: NonNullable<NotificationSettings["encryption"]>,
  content: EncryptedContent,
): Promise<unknown> {
  if (content.encryptionCertificateId !== encryption.id) return undefined;
  try {
    const name = "RSA-OAEP";
    const format = { name, hash: "SHA-1" };
    const ours = await crypto.subtle.importKey("pkcs8", fromBase64(encryption.privateKey), format, false, ["decrypt"]);
    const key = new Uint8Array(await crypto.subtle.decrypt({ name }, ours, fromBase64(content.dataKey)));
    if (key.length !== 32) return undefined;
    const data = fromBase64(content.data);
    const hmac = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
    if (!(await crypto.subtle.verify("HMAC", hmac, fromBase64(content.dataSignature), data))) return undefined;
    const aes = await crypto.subtle.importKey("raw", key, "AES-CBC", false, ["decrypt"]);
    const plain = await crypto.subtle.decrypt({ name: "AES-CBC", iv: key.slice(0, 16) }, aes, data);
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return undefined;
  }
}
