/**
 * The Standard Webhooks signature, in both directions: `webhook-signature` holds `v1,` and the base64 HMAC-SHA256 of
 * `id.timestamp.body`; several, separated by spaces, while a secret is being changed.
 * Source: the Standard Webhooks specification, "Signature scheme" and "Symmetric" (secrets of 24 to 64 bytes).
 */
import { hmacSha256 } from "./hmac.ts";

const toleranceMs = 5 * 60_000;
const signaturesMax = 10;
const prefix = "whsec_";
const encoder = new TextEncoder();

/** Can this text serve as a secret? Either `whsec_` and base64, or any text; 24 to 64 bytes. */
export function isSecret(secret: string): boolean {
  const bytes = keyBytes(secret);
  return bytes !== undefined && bytes.length >= 24 && bytes.length <= 64;
}

function keyBytes(secret: string): Uint8Array<ArrayBuffer> | undefined {
  if (!secret.startsWith(prefix)) return encoder.encode(secret);
  try {
    return Uint8Array.from(atob(secret.slice(prefix.length)), (char) => char.charCodeAt(0));
  } catch {
    return undefined;
  }
}

/** The headers that prove a message. Several secrets give several signatures. */
export async function signatureHeaders(
  secrets: readonly string[],
  message: { id: string; sentAt: Date; body: Uint8Array },
): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(message.sentAt.getTime() / 1000));
  const signatures = secrets.map((secret) => sign(secret, message.id, timestamp, message.body));
  return { "webhook-id": message.id, "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}

/** Why a message is not to be believed; undefined when it is genuine and fresh. */
export async function findForgery(
  secrets: readonly string[],
  message: { headers: Headers; body: Uint8Array; now: Date },
): Promise<string | undefined> {
  const { headers } = message;
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  const given = headers.get("webhook-signature");
  if (!id || !timestamp || !given) return "a webhook-id, webhook-timestamp or webhook-signature header is missing";
  if (!/^\d{1,12}$/.test(timestamp)) return "webhook-timestamp is not a number of seconds";
  if (Math.abs(message.now.getTime() - Number(timestamp) * 1000) > toleranceMs)
    return "webhook-timestamp is more than five minutes away from our clock";
  const candidates = given.split(" ").slice(0, signaturesMax);
  for (const secret of secrets) {
    const expected = sign(secret, id, timestamp, message.body);
    if (candidates.some((candidate) => areEqual(candidate, expected))) return undefined;
  }
  return "no signature fits: are the secrets the same on both sides, and is the body signed as it was sent?";
}

function sign(secret: string, id: string, timestamp: string, body: Uint8Array): string {
  const head = encoder.encode(`${id}.${timestamp}.`);
  const content = new Uint8Array(head.length + body.length);
  content.set(head);
  content.set(body, head.length);
  return `v1,${btoa(String.fromCharCode(...signerOf(secret)(content)))}`;
}

/** Each secret is made a key once, not with each message. */
const signers = new Map<string, ReturnType<typeof hmacSha256>>();
const signersMax = 1_000;

function signerOf(secret: string): ReturnType<typeof hmacSha256> {
  const known = signers.get(secret);
  if (known) return known;
  const signer = hmacSha256(keyBytes(secret) ?? encoder.encode(secret));
  if (signers.size >= signersMax) signers.clear();
  signers.set(secret, signer);
  return signer;
}

/** In constant time. Compares the text, not the bytes behind it: base64 has several spellings of the same bytes. */
function areEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
  }
  return difference === 0;
}
