import type { CallingSettings } from "./settings.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const toBase64 = (bytes: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/**
 * The headers with which a request proves that it knows the resource's access key. `url` and `body` must go over the
 * wire byte by byte as they are signed. Source: Azure Communication Services, "Authenticate with an access key".
 */
export async function signedHeaders(
  { accessKey }: Pick<CallingSettings, "accessKey">,
  method: string,
  url: string,
  body: string,
  now: Date,
): Promise<Record<string, string>> {
  const { host, pathname, search } = new URL(url);
  const date = now.toUTCString();
  const contentHash = toBase64(await crypto.subtle.digest("SHA-256", bytesOf(body)));
  const toSign = `${method}\n${pathname}${search}\n${date};${host};${contentHash}`;
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", fromBase64(accessKey), hmac, false, ["sign"]);
  const signature = toBase64(await crypto.subtle.sign("HMAC", key, bytesOf(toSign)));
  return {
    "x-ms-date": date,
    "x-ms-content-sha256": contentHash,
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
  };
}
