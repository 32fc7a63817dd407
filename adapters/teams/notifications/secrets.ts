const encoder = new TextEncoder();

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replace(/\s+/g, "")), (char) => char.charCodeAt(0));

export async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", encoder.encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes the same time wherever the two differ: what is compared are digests of equal length. */
export async function isSameSecret(given: string, secret: string): Promise<boolean> {
  const [a, b] = [await digest(given), await digest(secret)];
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}

/** 256 random bits, far below the 128 characters that Graph takes. */
export const newSecret = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
