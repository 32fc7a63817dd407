import type { Context } from "hono";
import { html } from "hono/html";
import { base64url } from "jose";
import type { FakeUser, World } from "./world.ts";

type Granted = {
  user: FakeUser;
  clientId: string;
  redirectUri: string;
  scope: string;
  nonce?: string;
  challenge?: string;
  expiresAt: number;
};

const codeMs = 10 * 60_000;

/**
 * Authorization code with PKCE. Instead of asking for a password, the page asks who one would like to be.
 * A request that already names the person (`login_hint` plus `prompt=none`, or the page's own link) goes straight back.
 */
export function createAuthorization(world: World) {
  const granted = new Map<string, Granted>();
  const now = () => world.clock.now().getTime();

  function page(c: Context) {
    const query = c.req.query();
    const fault = checkRequest(world, c.req.param("tenant"), query);
    if (fault) return c.html(faultPage(fault), 400);
    if (query.refused) return c.redirect(comeBack(query, { error: "access_denied", error_subcode: "cancel" }));
    const chosen =
      world.users.get(query.chosen ?? "") ?? (query.prompt === "none" ? hinted(world, query.login_hint) : undefined);
    if (chosen) return c.redirect(comeBack(query, { code: grantTo(chosen, query) }));
    if (query.prompt === "none") return c.redirect(comeBack(query, { error: "login_required" }));
    return c.html(choicePage([...world.users.values()], c.req.url));
  }

  function grantTo(user: FakeUser, query: Record<string, string>): string {
    const code = crypto.randomUUID();
    granted.set(code, {
      user,
      clientId: query.client_id ?? "",
      redirectUri: query.redirect_uri ?? "",
      scope: query.scope ?? "",
      ...(query.nonce ? { nonce: query.nonce } : {}),
      ...(query.code_challenge ? { challenge: query.code_challenge } : {}),
      expiresAt: now() + codeMs,
    });
    return code;
  }

  /** A code works once, within ten minutes, for who asked for it, with the right verifier. */
  async function redeem(form: URLSearchParams): Promise<Granted | undefined> {
    const code = form.get("code") ?? "";
    const one = granted.get(code);
    granted.delete(code);
    if (!one || one.expiresAt <= now()) return undefined;
    if (one.clientId !== form.get("client_id") || one.redirectUri !== form.get("redirect_uri")) return undefined;
    if (one.challenge && one.challenge !== (await challengeOf(form.get("code_verifier") ?? ""))) return undefined;
    return one;
  }

  return { page, redeem };
}

async function challengeOf(verifier: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

function checkRequest(world: World, tenant: string | undefined, query: Record<string, string>): string | undefined {
  if (![world.tenantId, "common", "organizations"].includes(tenant ?? "")) return "AADSTS90002: Tenant not found.";
  if (query.client_id !== world.graphApp.clientId) return "AADSTS700016: Application was not found in the directory.";
  if (query.response_type !== "code") return "AADSTS900144: The request must contain response_type=code.";
  if (!query.redirect_uri || !URL.canParse(query.redirect_uri)) return "AADSTS50011: The redirect URI does not match.";
  const scopes = query.scope?.split(" ") ?? [];
  if (!scopes.some((one) => one === "openid" || one.startsWith("https://graph.microsoft.com/")))
    return "AADSTS70011: The scope must name something.";
  if (query.code_challenge && query.code_challenge_method !== "S256")
    return "AADSTS501491: Use code_challenge_method=S256.";
  return undefined;
}

const hinted = (world: World, hint: string | undefined) =>
  [...world.users.values()].find(({ userPrincipalName }) => userPrincipalName === hint);

function comeBack(query: Record<string, string>, answer: Record<string, string>): string {
  const back = new URL(query.redirect_uri ?? "");
  for (const [name, value] of Object.entries(answer)) back.searchParams.set(name, value);
  if (query.state) back.searchParams.set("state", query.state);
  return back.href;
}

const frame = (title: string, content: unknown) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>
  body { font: 16px/1.4 system-ui, sans-serif; margin: 0; display: grid; place-items: center; min-height: 100vh; background: Canvas; color: CanvasText; }
  main { width: min(26rem, 92vw); padding: 2rem 0; }
  ul { list-style: none; margin: 1rem 0; padding: 0; }
  a { display: block; padding: .7rem 1rem; margin: .4rem 0; border: 1px solid; border-radius: .4rem; color: inherit; text-decoration: none; }
  a:hover, a:focus-visible { background: Highlight; color: HighlightText; }
  small { display: block; opacity: .8; }
</style>
<main>${content}</main>
</html>`;

function choicePage(users: FakeUser[], url: string) {
  const linkOf = (user: FakeUser) => {
    const here = new URL(url);
    here.searchParams.set("chosen", user.id);
    return here.search;
  };
  const entries = users.map(
    (user) => html`<li><a href="${linkOf(user)}">${user.displayName}<small>${describe(user)}</small></a></li>`,
  );
  const away = new URL(url);
  away.searchParams.set("refused", "1");
  return frame(
    "Who are you today?",
    html`<h1>Who are you today?</h1><p>This stands in for Microsoft's sign-in. Everybody here is made up.</p><ul>${entries}<li><a href="${away.search}">Cancel</a></li></ul>`,
  );
}

const describe = (user: FakeUser) =>
  [user.jobTitle, user.department, ...(user.appRoles ?? [])].filter(Boolean).join(" · ") || user.userPrincipalName;

const faultPage = (fault: string) =>
  frame("Sign-in is not possible", html`<h1>Sign-in is not possible</h1><p>${fault}</p>`);
