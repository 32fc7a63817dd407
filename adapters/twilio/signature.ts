/**
 * `X-Twilio-Signature`: base64 of HMAC-SHA1, keyed with the primary auth token, over the address that Twilio called and,
 * for forms, each parameter's name and value, sorted by name. Bodies of any other kind are covered by their SHA-256 in
 * the address (`bodySHA256`). The time of sending is not covered. Source: Twilio, "Validate requests"; its own libraries
 * for what is not written there: repeated parameters, and addresses with and without the standard port.
 */
const encoder = new TextEncoder();

type Delivery = { url: string; headers: Headers; body: Uint8Array };

const isForm = (headers: Headers) =>
  /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get("content-type") ?? "");

/** Why a delivery is not to be believed; undefined when it is genuine. */
export async function findForgery(authToken: string, { url, headers, body }: Delivery): Promise<string | undefined> {
  const given = headers.get("x-twilio-signature");
  if (!given) return "the X-Twilio-Signature header is missing";
  const hash = URL.parse(url)?.searchParams.get("bodySHA256");
  if (!isForm(headers) || hash) {
    if (!hash) return "neither a form nor a body with its hash in the address";
    if (!areEqual(hash.toLowerCase(), await sha256(body)))
      return "the body is not the one whose hash is in the address";
  }
  const content = hash ? "" : parametersOf(new TextDecoder().decode(body));
  for (const address of spellings(url)) if (areEqual(given, await sign(authToken, address + content))) return undefined;
  return "the signature does not fit: is this the primary auth token, and is our public address the one that Twilio calls?";
}

/** Names in order; a name that comes several times has its different values in order. */
function parametersOf(form: string): string {
  const parameters = new URLSearchParams(form);
  const names = [...new Set(parameters.keys())].sort();
  return names
    .map((name) =>
      [...new Set(parameters.getAll(name))]
        .sort()
        .map((value) => name + value)
        .join(""),
    )
    .join("");
}

/** Twilio signs some addresses with the standard port and some without. */
function spellings(url: string): string[] {
  const parsed = URL.parse(url);
  if (!parsed) return [url];
  const port = parsed.protocol === "https:" ? ":443" : ":80";
  const rest = url.slice(url.indexOf("//") + 2);
  const end = rest.search(/[/?#]|$/);
  const authority = rest.slice(0, end);
  const bare = authority.replace(/:\d+$/, "");
  const spelled = (host: string) => `${parsed.protocol}//${host}${rest.slice(end)}`;
  return [...new Set([url, spelled(bare), spelled(bare + port)])];
}

export async function sign(authToken: string, content: string): Promise<string> {
  const key = await crypto.subtle.importKey("raw", encoder.encode(authToken), { name: "HMAC", hash: "SHA-1" }, false, [
    "sign",
  ]);
  const digest = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(content)));
  return btoa(String.fromCharCode(...digest));
}

export async function sha256(body: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(body)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The headers that prove a delivery, and the address with the hash of a body that is not a form. */
export async function prove(authToken: string, url: string, body: string | Uint8Array, form: boolean) {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  if (form) {
    const signature = await sign(authToken, url + parametersOf(new TextDecoder().decode(bytes)));
    return { url, headers: { "x-twilio-signature": signature, "content-type": "application/x-www-form-urlencoded" } };
  }
  const signed = `${url}${url.includes("?") ? "&" : "?"}bodySHA256=${await sha256(bytes)}`;
  const headers = { "x-twilio-signature": await sign(authToken, signed), "content-type": "application/json" };
  return { url: signed, headers };
}

/** In constant time, and by the text: base64 has several spellings of the same bytes. */
function areEqual(given: string, expected: string): boolean {
  if (given.length !== expected.length) return false;
  let difference = 0;
  for (let index = 0; index < expected.length; index++)
    difference |= given.charCodeAt(index) ^ expected.charCodeAt(index);
  return difference === 0;
}
