import fc from "fast-check";
import { expect, it } from "vitest";
import { hmacSha256 } from "./hmac.ts";

const byWebCrypto = async (key: Uint8Array<ArrayBuffer>, message: Uint8Array<ArrayBuffer>) => {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
};
const bytes = (minLength: number, maxLength: number) =>
  fc.uint8Array({ minLength, maxLength }).map((one) => new Uint8Array(one));

it("says the same as WebCrypto about any key and message", async () => {
  await fc.assert(
    fc.asyncProperty(bytes(1, 64), bytes(0, 700), async (key, message) => {
      expect(hmacSha256(key)(message)).toEqual(await byWebCrypto(key, message));
    }),
    { numRuns: 300 },
  );
});

it("pads at each length around a block, and takes a long message", async () => {
  const key = crypto.getRandomValues(new Uint8Array(32));
  for (const length of [...Array(130).keys(), 70_000]) {
    const message = new Uint8Array(length).fill(length);
    expect(hmacSha256(key)(message)).toEqual(await byWebCrypto(key, message));
  }
});

it("agrees with RFC 4231, test case 2", () => {
  const encode = (text: string) => new TextEncoder().encode(text);
  const digest = hmacSha256(encode("Jefe"))(encode("what do ya want for nothing?"));
  expect(Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")).toBe(
    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  );
});
