/** What may identify a customer, digested with a key of the tenant: found again when asked for, never read back. */
import type { Keyring } from "../seal.ts";
import { toBase64 } from "../seal.ts";

/** "+46 70-123 45 67" and "0046701234567" are one number; other words are compared without case. */
export function normalizeIdentity(value: string): string {
  const text = value.trim().toLowerCase();
  const digits = text.replace(/\D/g, "").replace(/^00/, "");
  return /^[+\d\s().-]+$/.test(text) && digits.length >= 7 ? digits : text;
}

/** Longer texts are notes, not identities. */
const identityMax = 120;
const purpose = "customer";

/** As they are stored: by the newest key. */
export const identityHashes = async (keyring: Keyring, tenantId: string, values: readonly string[]) =>
  digests(await keyring.secret(tenantId, purpose), values);

/** As they may have been stored, by whichever key: for looking somebody up. */
export async function knownHashes(keyring: Keyring, tenantId: string, values: readonly string[]): Promise<string[]> {
  const secrets = await keyring.secrets(tenantId, purpose);
  return (await Promise.all(secrets.map((secret) => digests(secret, values)))).flat();
}

async function digests(secret: Uint8Array, values: readonly string[]): Promise<string[]> {
  const raw = new Uint8Array(secret);
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const known = new Set(values.filter((value) => value.length <= identityMax).map(normalizeIdentity));
  known.delete("");
  const digest = async (text: string) =>
    toBase64(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text)))).slice(0, 22);
  return Promise.all([...known].map(digest));
}
