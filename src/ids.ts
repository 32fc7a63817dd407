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

/** `value`: a whole number, five bits a character. */
function encode(value: number, length: number): string {
  let rest = value;
  let text = "";
  for (let i = 0; i < length; i++) {
    text = alphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Randomness is fetched for many ids at once: asking for it costs more than all the rest. */
const random = new Uint8Array(5_000);
let used = random.length;

/** A whole number of 40 random bits. */
function draw(): number {
  if (used === random.length) {
    crypto.getRandomValues(random);
    used = 0;
  }
  let value = 0;
  for (const end = used + 5; used < end; used++) value = value * 256 + (random[used] ?? 0);
  return value;
}

/** 26 characters: 48 bits of milliseconds, 80 random bits. With the prefix 30, short enough for a SIP header or UUI. */
export const newId = <P extends string>(prefix: P, at: Date = new Date()): Id<P> =>
  `${prefix}_${encode(at.getTime(), 10)}${encode(draw(), 8)}${encode(draw(), 8)}`;

const shape = /^[0-9a-hjkmnp-tv-z]{26}$/;
export const isId = <P extends string>(prefix: P, value: string): value is Id<P> =>
  value.startsWith(`${prefix}_`) && shape.test(value.slice(prefix.length + 1));
