/** Pictures of people as platforms give them: small, and really pictures. */
import type { Photo } from "./contract.ts";

/** Enough for a picture of a hundred pixels a side; more is not kept. */
export const photoBytesMax = 64_000;

const signs = [
  { type: "image/jpeg", first: [0xff, 0xd8, 0xff] },
  { type: "image/png", first: [0x89, 0x50, 0x4e, 0x47] },
] as const;

/** What the first bytes say it is, whatever its sender says. Only JPEG and PNG: nothing in which a script could hide. */
const typeOf = (bytes: Uint8Array): Photo["type"] | undefined =>
  signs.find(({ first }) => first.every((byte, index) => bytes[index] === byte))?.type;

/** Undefined for what is too large or no picture. Reads no more than it keeps. */
export async function readPhoto(response: Response): Promise<Photo | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > photoBytesMax) return undefined;
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const type = typeOf(bytes);
  return type && { type, bytes };
}
