/** Doors for agents whose contact center has no back end that makes desk tokens. */
import { z } from "zod";
import type { Api } from "../api.ts";
import { signInByPlatform } from "../desk/sign-in.ts";
import { BridgeError } from "../errors.ts";

const platformSignIn = z.strictObject({
  tenant: z.string().min(1).max(80),
  connection: z.string().min(1).max(120),
  token: z.string().min(1).max(8_000),
});

/**
 * Hands a desk token to the window that opened this one, which must be a page of ours, and closes; a desk that stands by
 * itself is gone to. `location.origin` is the only place that gets it.
 */
const script = `const{token,tenant}=document.body.dataset;if(opener){opener.postMessage({patchcord:1,type:"signed-in",token},location.origin);close()}else location.replace("/desk?tenant="+tenant+"#token="+encodeURIComponent(token))`;

const digest = async (text: string): Promise<string> =>
  btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))));

/** The last page of a sign-in by OpenID Connect. Token and short name are made of letters, digits, `-`, `_` and `.` only. */
export async function handOverPage(token: string, tenant: string): Promise<Response> {
  const body = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed in</title><body data-token="${token}" data-tenant="${tenant}"><p>Signed in. You can close this window.</p><script>${script}</script></body></html>`;
  return new Response(body, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; script-src 'sha256-${await digest(script)}'; frame-ancestors 'none'; base-uri 'none'`,
      "cache-control": "no-store",
    },
  });
}

export function addDeskSignInRoutes(api: Api): void {
  api.post("/auth/desk", async (c) => {
    const parsed = platformSignIn.safeParse(await c.req.json().catch(() => undefined));
    if (!parsed.success) throw new BridgeError("invalid", "Send tenant, connection and the platform's token as JSON.");
    const { token, expiresAt } = await signInByPlatform(c.get("service"), parsed.data, c.get("log"));
    return c.json({ token, expiresAt }, 201, { "cache-control": "no-store" });
  });
}
