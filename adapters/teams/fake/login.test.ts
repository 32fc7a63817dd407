import { base64url, createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { fetchFrom } from "../../../src/testing/connection.ts";
import { createTestWorld, jonas, marta, minute } from "./test-world.ts";

const redirectUri = "https://patchcord.example/auth/callback";
const verifier = "a-verifier-of-at-least-forty-three-characters-0123456789";
const challengeOf = async (text: string) =>
  base64url.encode(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));

async function start() {
  const world = createTestWorld();
  const { fake } = world;
  const send = fetchFrom(fake.app);
  const base = `https://login.microsoftonline.com/${fake.tenantId}`;
  const authorizeUrl = async (more: Record<string, string> = {}) => {
    const url = new URL(`${base}/oauth2/v2.0/authorize`);
    const query = {
      client_id: fake.clientId,
      response_type: "code",
      redirect_uri: redirectUri,
      scope: "openid profile",
      state: "our-state",
      nonce: "our-nonce",
      code_challenge: await challengeOf(verifier),
      code_challenge_method: "S256",
      ...more,
    };
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url.href;
  };
  const signIn = async (chosen: string, more: Record<string, string> = {}) => {
    const back = (await send(await authorizeUrl({ chosen, ...more }))).headers.get("location") ?? "";
    return new URL(back).searchParams;
  };
  const redeem = (code: string, more: Record<string, string> = {}) =>
    send(`${base}/oauth2/v2.0/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        client_id: fake.clientId,
        client_secret: "made-up-client-secret",
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...more,
      }),
    });
  return { ...world, base, send, authorizeUrl, signIn, redeem };
}
type Tokens = { id_token: string; access_token: string };

describe("signing in as somebody", () => {
  it("offers everybody, safely escaped, and comes back with a code and our state", async () => {
    const { fake, send, authorizeUrl } = await start();
    fake.updateUser(marta.id, { displayName: '<script>"Marta"</script>' });
    const page = await (await send(await authorizeUrl())).text();
    expect(page).toContain("Jonas Sund");
    expect(page).not.toContain("<script>");
    const link = /href="([^"]*chosen=11111111[^"]*)"/.exec(page)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const back = new URL((await send(new URL(link, await authorizeUrl()).href)).headers.get("location") ?? "");
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(back.searchParams.get("state")).toBe("our-state");
    expect(back.searchParams.get("code")).toBeTruthy();
  });

  it("gives tokens that its published keys confirm", async () => {
    const { fake, base, send, signIn, redeem, clock } = await start();
    const { id_token, access_token } = (await (
      await redeem((await signIn(jonas.id)).get("code") ?? "")
    ).json()) as Tokens;
    const metadata = (await (await send(`${base}/v2.0/.well-known/openid-configuration`)).json()) as Record<
      string,
      string
    >;
    const keys = createLocalJWKSet((await (await send(metadata.jwks_uri ?? "")).json()) as JSONWebKeySet);
    const check = { audience: fake.clientId, issuer: metadata.issuer ?? "", currentDate: clock.now() };
    expect((await jwtVerify(id_token, keys, check)).payload).toMatchObject({
      nonce: "our-nonce",
      oid: jonas.id,
      tid: fake.tenantId,
      preferred_username: jonas.userPrincipalName,
      name: "Jonas Sund",
      roles: ["Patchcord.Supervisor"],
      ver: "2.0",
    });
    expect((await jwtVerify(access_token, keys, check)).payload).toMatchObject({
      scp: "access_as_user",
      oid: jonas.id,
    });
  });

  it("can be done without a page by naming the person", async () => {
    const { send, authorizeUrl } = await start();
    const location = async (login_hint: string) =>
      (await send(await authorizeUrl({ prompt: "none", login_hint }))).headers.get("location") ?? "";
    expect(await location(marta.userPrincipalName)).toContain("code=");
    expect(await location("nobody@contoso.example")).toContain("error=login_required");
  });

  it.each([
    ["twice", {}, 2],
    ["with another verifier", { code_verifier: "something else" }, 1],
    ["for another address", { redirect_uri: "https://evil.example/" }, 1],
    ["with a wrong secret", { client_secret: "wrong" }, 1],
  ])("does not take a code %s", async (_name, more, times) => {
    const { signIn, redeem } = await start();
    const code = (await signIn(jonas.id)).get("code") ?? "";
    for (let i = 1; i < times; i++) expect((await redeem(code)).status).toBe(200);
    expect([400, 401]).toContain((await redeem(code, more)).status);
  });

  it("does not take a code after ten minutes", async () => {
    const { signIn, redeem, clock } = await start();
    const code = (await signIn(jonas.id)).get("code") ?? "";
    clock.pass(10 * minute);
    expect(await (await redeem(code)).json()).toMatchObject({ error: "invalid_grant" });
  });

  it("takes a public client by its verifier alone", async () => {
    const { fake, base, send, signIn } = await start();
    const code = (await signIn(jonas.id)).get("code") ?? "";
    const body = {
      grant_type: "authorization_code",
      client_id: fake.clientId,
      code,
      redirect_uri: redirectUri,
      code_verifier: verifier,
    };
    expect((await send(`${base}/oauth2/v2.0/token`, { method: "POST", body: new URLSearchParams(body) })).status).toBe(
      200,
    );
  });

  it.each([
    [{ client_id: "somebody else" }, /AADSTS700016/],
    [{ response_type: "token" }, /AADSTS900144/],
    [{ redirect_uri: "not a url" }, /AADSTS50011/],
    [{ scope: "profile" }, /AADSTS70011/],
    [{ code_challenge_method: "plain" }, /AADSTS501491/],
  ])("refuses %j", async (more, code) => {
    const { send, authorizeUrl } = await start();
    const refused = await send(await authorizeUrl(more));
    expect(refused.status).toBe(400);
    expect(await refused.text()).toMatch(code);
  });
});

describe("tokens for tabs and applications", () => {
  it("for a tab are v2, for our API, from Teams", async () => {
    const { fake } = await start();
    expect(decodeJwt(await fake.issueTabToken(jonas.id))).toMatchObject({
      iss: `https://login.microsoftonline.com/${fake.tenantId}/v2.0`,
      aud: fake.clientId,
      oid: jonas.id,
      tid: fake.tenantId,
      scp: "access_as_user",
      azp: "5e3ce6c0-2b1f-4285-8d4b-75ee78787346",
    });
    expect(decodeJwt(await fake.issueTabToken(jonas.id, { aud: "other", scp: "User.Read" }))).toMatchObject({
      aud: "other",
      scp: "User.Read",
    });
  });

  it.each([
    ["https://graph.microsoft.com/User.Read.All", "invalid_scope"],
    ["https://unknown.example/.default", "invalid_resource"],
  ])("for an application are not for %s", async (scope, error) => {
    const { fake, base, send } = await start();
    const body = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: fake.clientId,
      client_secret: "made-up-client-secret",
      scope,
    });
    const refused = await send(`${base}/oauth2/v2.0/token`, { method: "POST", body });
    expect(await refused.json()).toMatchObject({
      error,
      error_codes: [expect.any(Number)],
      trace_id: expect.any(String),
    });
  });

  it("for many tenants at once name the tenant only as a template", async () => {
    const { send } = await start();
    const common = await send("https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration");
    expect(await common.json()).toMatchObject({ issuer: "https://login.microsoftonline.com/{tenantid}/v2.0" });
    expect(
      (await send("https://login.microsoftonline.com/elsewhere/v2.0/.well-known/openid-configuration")).status,
    ).toBe(400);
  });
});
