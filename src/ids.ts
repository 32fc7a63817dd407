/**
 * Our own ids: a prefix that says what the thing is, then 120 bits that sort by the time they were made.
 * Platform ids stay opaque strings and are only parsed inside their adapter.
 */
export type Id<Prefix extends string> = `${Prefix}_${string}`;
export type TenantId = Id<"ten">;
export type ConnectionId = Id<"con">;
export type PersonId = Id<"per">;
export type AccountId = Id<"acc">;
export type InteractionId = Id<"int">;
export type ConsultId = Id<"cst">;
export type OfferId = Id<"off">;
export type CommandId = Id<"cmd">;
export type ContextId = Id<"ctx">;
export type JourneyId = Id<"jny">;

const alphabet = "0123456789abcdefghjkmnpqrstvwxyz"; // Crockford base 32: no i, l, o, u

function encode(value: bigint, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = alphabet[Number(rest & 31n)] + text;
    rest >>= 5n;
  }
  return text;
}

/** 26 characters: 48 bits of milliseconds, 80 random bits. With the prefix 30, short enough for a SIP header or UUI. */
export function newId<P extends string>(prefix: P, at: Date = new Date()): Id<P> {
  const random = crypto.getRandomValues(new Uint8Array(10)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return `${prefix}_${encode(BigInt(at.getTime()), 10)}${encode(random, 16)}`;
}

export const isId = <P extends string>(prefix: P, value: string): value is Id<P> =>
  new RegExp(`^${prefix}_[0-9a-hjkmnp-tv-z]{26}$`).test(value);
