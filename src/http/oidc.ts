/**
 * Sign-in by OpenID Connect: authorization code with PKCE, state and nonce, through oauth4webapi. Who is an admin or a
 * supervisor is told by the `roles` claim of the directory; who an agent is, at a desk that nobody hosts, and who an expert,
 * on their own page in a browser, by the directory's own id of them. Never by an address.
 */
import { and, eq } from "drizzle-orm";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import * as oauth from "oauth4webapi";
import type { Api, ApiContext } from "../api.ts";
import { deskTokenFor, findAgent } from "../desk/sign-in.ts";
import { issueToken, sessionMs } from "../desk/tokens.ts";
import { isBridgeError } from "../errors.ts";
import { accounts, people, signIns, tenants } from "../identity/schema.ts";
import { isSlug } from "../identity/slug.ts";
import type { Log } from "../log.ts";
import { ownPath } from "../own-path.ts";
import type { Service } from "../platform/service.ts";
import { finishUpload, isUploadState } from "../teams/app/upload.ts";
import { expertCookie, sessionCookie } from "./auth.ts";
import { handOverPage } from "./desk-sign-in.ts";
import { signInError, toState } from "./sign-in-page.ts";

const flowCookie = "patchcord_flow";
type Kind = "admins" | "agents";
type Flow = {
  tenantId: string;
  /** Its short name. */
  tenant: string;
  kind: Kind;
  /** Of who signs in as the administrators do: experts come the same way, to their own page. */
  as: "admin" | "expert";
  state: string;
  nonce: string;
  verifier: string;
  back: string;
};
type SignIn = typeof signIns.$inferSelect;

async function signInOf(service: Service, slug: string, kind: Kind): Promise<{ signIn: SignIn; tenantId: string }> {
  if (!isSlug(slug)) throw nowhere();
  const [row] = await service.database.asSystem((db) =>
    db
      .select({ signIn: signIns, tenantId: tenants.id })
      .from(signIns)
      .innerJoin(tenants, eq(tenants.id, signIns.tenantId))
      .where(and(eq(tenants.slug, slug), eq(signIns.kind, kind))),
  );
  if (!row) throw nowhere();
  return row;
}

const nowhere = () =>
  signInError(
    "not_found",
    "nowhere",
    "There is no sign-in for this organization. Check the address, or ask your administrator.",
  );

/** Plain http only towards a stand-in on this very machine. */
const insecure = (service: Service, issuer: string) =>
  service.sandbox && /^http:\/\/(127\.0\.0\.1|localhost)[:/]/.test(issuer);

async function serverOf(service: Service, signIn: SignIn) {
  const options = {
    [oauth.customFetch]: (url: string, init: object) => service.fetch(url, init as RequestInit),
    [oauth.allowInsecureRequests]: insecure(service, signIn.issuer),
  };
  const issuer = new URL(signIn.issuer);
  try {
    const response = await oauth.discoveryRequest(issuer, { algorithm: "oidc", ...options });
    return { server: await oauth.processDiscoveryResponse(issuer, response), options };
  } catch (cause) {
    throw signInError("unavailable", "silent", "Your organization's sign-in does not answer. Try again in a moment.", {
      cause,
      retryAfterMs: 2_000,
    });
  }
}

const redirectUri = (service: Service) => `${service.publicUrl}/auth/callback`;
async function begin(c: ApiContext): Promise<Response> {
  const service = c.get("service");
  const wanted = c.req.query("for");
  const kind = wanted === "desk" ? "agents" : "admins";
  const tenant = c.req.query("tenant") ?? "";
  const { signIn, tenantId } = await signInOf(service, tenant, kind);
  const { server } = await serverOf(service, signIn);
  const back = ownPath(c.req.query("back"));
  const flow: Flow = {
    tenantId,
    tenant,
    kind,
    state: oauth.generateRandomState() + toState({ tenant, for: wanted ?? "", back }),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    back,
    as: wanted === "expert" ? "expert" : "admin",
  };
  const sealed = await service.keyring.seal("*", "sign-in-flow", flow);
  setCookie(c, flowCookie, sealed, {
    httpOnly: true,
    sameSite: "Lax",
    secure: service.publicUrl.startsWith("https:"),
    path: "/auth",
    maxAge: 600,
  });
  const url = new URL(server.authorization_endpoint ?? "");
  url.search = new URLSearchParams({
    client_id: signIn.audience,
    redirect_uri: redirectUri(service),
    response_type: "code",
    scope: "openid profile",
    state: flow.state,
    nonce: flow.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: "S256",
  }).toString();
  return c.redirect(url.toString());
}

async function finish(c: ApiContext): Promise<Response> {
  const service = c.get("service");
  const sealed = getCookie(c, flowCookie);
  if (!sealed) throw expired();
  const flow = await service.keyring.open<Flow>("*", "sign-in-flow", sealed).catch((cause) => {
    throw expired(cause);
  });
  deleteCookie(c, flowCookie, { path: "/auth" });
  const [signIn] = await service.database.asSystem((db) =>
    db
      .select()
      .from(signIns)
      .where(and(eq(signIns.tenantId, flow.tenantId), eq(signIns.kind, flow.kind))),
  );
  if (!signIn) throw signInError("unauthenticated", "closed", "This organization no longer signs in here.");
  const claims = await exchange(
    service,
    signIn,
    flow,
    new URL(service.publicUrl + c.req.path + new URL(c.req.url).search),
  ).catch((cause) => {
    if (isBridgeError(cause)) throw cause;
    throw signInError("unauthenticated", "unfinished", "The sign-in did not succeed. Start again.", { cause });
  });
  if (flow.kind === "agents") return openDesk(service, c.get("log"), { signIn, tenant: flow.tenant }, claims);
  const token =
    flow.as === "expert" ? await expertToken(service, flow, claims) : await adminToken(service, signIn, claims);
  setCookie(c, flow.as === "expert" ? expertCookie : sessionCookie, token, {
    httpOnly: true,
    sameSite: "Lax",
    secure: service.publicUrl.startsWith("https:"),
    path: "/",
    maxAge: sessionMs / 1000,
  });
  return c.redirect(flow.back);
}

const expired = (cause?: unknown) =>
  signInError("unauthenticated", "expired", "This sign-in has expired. Start again.", { cause });

/** Told by the directory's own id of the person, never by an address. */
const subjectOf = (claims: oauth.IDToken): string => String(claims.oid ?? claims.sub);

type From = { signIn: SignIn; tenant: string };

async function openDesk(service: Service, log: Log, from: From, claims: oauth.IDToken): Promise<Response> {
  const { tenantId, connectionId } = from.signIn;
  const agent = await service.database.inTenant(tenantId, (db) =>
    findAgent(
      { db, tenantId, actor: { kind: "system", name: "sign-in" }, now: service.now, log },
      service,
      subjectOf(claims),
      connectionId ?? undefined,
    ),
  );
  if (!agent)
    throw signInError(
      "forbidden",
      "no-agent",
      "You are signed in, but are no agent of a contact center here. New colleagues appear within five minutes.",
    );
  return handOverPage((await deskTokenFor(service, tenantId, agent)).token, from.tenant);
}

/** @throws BridgeError `forbidden` for who has no role of ours. */
async function adminToken(service: Service, signIn: SignIn, claims: oauth.IDToken): Promise<string> {
  const roles = rolesOf(claims);
  if (roles.length === 0)
    throw signInError(
      "forbidden",
      "no-role",
      "You are signed in, but have no role in Patchcord. Ask for Patchcord.Admin or Patchcord.Supervisor.",
    );
  const person = await personOf(service, signIn, subjectOf(claims));
  const actor = { ...(person ? { personId: person.id } : {}), name: person?.name ?? "administrator", roles };
  return (await issueToken(service.keyring, service.now(), "admin", signIn.tenantId, actor)).token;
}

/** Only of the directory whose people are experts here. @throws BridgeError `forbidden` for who is not known. */
async function expertToken(service: Service, { tenantId }: Flow, claims: oauth.IDToken): Promise<string> {
  const person = await service.database.inTenant(tenantId, async (db) => {
    const [row] = await db
      .select()
      .from(signIns)
      .where(and(eq(signIns.tenantId, tenantId), eq(signIns.kind, "experts")));
    if (!row?.directoryId || row.directoryId !== claims.tid || typeof claims.oid !== "string") return undefined;
    const where = [eq(accounts.externalId, claims.oid), eq(accounts.active, true), eq(people.active, true)];
    if (row.connectionId) where.push(eq(accounts.connectionId, row.connectionId));
    const [found] = await db
      .select({ id: people.id, name: people.name })
      .from(accounts)
      .innerJoin(people, eq(people.id, accounts.personId))
      .where(and(...where));
    return found;
  });
  if (!person)
    throw signInError(
      "forbidden",
      "not-known",
      "You are signed in, but not known here yet. New colleagues appear within five minutes.",
    );
  const actor = { personId: person.id, name: person.name };
  return (await issueToken(service.keyring, service.now(), "expert", tenantId, actor)).token;
}

async function exchange(service: Service, signIn: SignIn, flow: Flow, url: URL): Promise<oauth.IDToken> {
  const { server, options } = await serverOf(service, signIn);
  const client: oauth.Client = { client_id: signIn.audience };
  const secret =
    signIn.settingsSealed &&
    (
      await service.keyring.open<{ clientSecret: string }>(
        signIn.tenantId,
        `sign-in:${signIn.kind}`,
        signIn.settingsSealed,
      )
    ).clientSecret;
  const authentication = secret ? oauth.ClientSecretPost(secret) : oauth.None();
  const parameters = oauth.validateAuthResponse(server, client, url, flow.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    authentication,
    parameters,
    redirectUri(service),
    flow.verifier,
    options,
  );
  const result = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: flow.nonce,
    requireIdToken: true,
  });
  await oauth.validateApplicationLevelSignature(server, response, options);
  const claims = oauth.getValidatedIdTokenClaims(result);
  if (!claims) throw new Error("no id token");
  return claims;
}

function rolesOf(claims: oauth.IDToken): ("admin" | "supervisor")[] {
  const given = Array.isArray(claims.roles) ? claims.roles : [];
  return (["admin", "supervisor"] as const).filter((role) =>
    given.includes(`Patchcord.${role === "admin" ? "Admin" : "Supervisor"}`),
  );
}

const personOf = (service: Service, signIn: SignIn, subject: string) =>
  service.database.inTenant(signIn.tenantId, async (db) => {
    const [row] = await db
      .select({ id: people.id, name: people.name })
      .from(accounts)
      .innerJoin(people, eq(people.id, accounts.personId))
      .where(and(eq(accounts.externalId, subject), eq(accounts.active, true)));
    return row;
  });

export function addOidcRoutes(api: Api): void {
  api.get("/auth/login", (c) => begin(c));
  // One address for all that an organization's sign-in sends back, so that a registration needs no second one.
  api.get("/auth/callback", (c) => (isUploadState(c.req.query("state")) ? finishUpload(c) : finish(c)));
  api.post("/auth/logout", (c) => {
    for (const name of [sessionCookie, expertCookie]) deleteCookie(c, name, { path: "/" });
    return c.body(null, 204);
  });
}
