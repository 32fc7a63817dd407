import { type Context, Hono } from "hono";
import { createAuthorization } from "./authorize.ts";
import { lifetime } from "./keys.ts";
import type { AppRegistration, FakeUser, World } from "./world.ts";

const tokenSeconds = 3_599;
/** Template id of the directory role. Source: Entra built-in roles. */
export const teamsAdministrator = "69091246-20e8-4a56-aa4d-066075b2a7a8";

/** Entra: tokens for applications, sign-in of people, keys. Mounted at `/login`. */
export function createLogin(world: World) {
  const app = new Hono();
  const authorization = createAuthorization(world);

  app.post("/:tenant/oauth2/v2.0/token", async (c) => {
    const form = new URLSearchParams(await c.req.text());
    const refusal = checkClient(world, c.req.param("tenant"), form);
    if (refusal) return refuse(c, world, refusal);
    const grant = form.get("grant_type");
    if (grant === "client_credentials") return grantToApp(c, world, form);
    if (grant === "refresh_token") return grantAgain(c, world, form);
    if (grant !== "authorization_code") return refuse(c, world, faults.grantType);
    const redeemed = await authorization.redeem(form);
    if (!redeemed) return refuse(c, world, faults.code);
    return c.json(await (graphScopes(redeemed.scope).length > 0 ? grantForGraph : grantToPerson)(world, redeemed));
  });
  app.get("/:tenant/oauth2/v2.0/authorize", authorization.page);
  app.get("/:tenant/oauth2/v2.0/logout", (c) => {
    const back = c.req.query("post_logout_redirect_uri");
    return back ? c.redirect(back) : c.text("You are signed out.");
  });
  app.get("/:tenant/discovery/v2.0/keys", async (c) => c.json(await world.entra.publicKeys()));
  app.get("/:tenant/v2.0/.well-known/openid-configuration", (c) => {
    const { tenant } = c.req.param();
    return isKnownTenant(world, tenant) ? c.json(metadata(world, tenant)) : refuse(c, world, faults.tenant);
  });

  return { app, issueTabToken: (user: FakeUser, options: TabTokenOptions = {}) => issueTabToken(world, user, options) };
}

// ---------------------------------------------------------------- who asks

type Fault = { status: 400 | 401; error: string; code: number; says: string };

/** Source: Entra authentication and authorization error codes. */
const faults = {
  tenant: { status: 400, error: "invalid_request", code: 90002, says: "Tenant not found." },
  client: {
    status: 400,
    error: "unauthorized_client",
    code: 700016,
    says: "Application was not found in the directory.",
  },
  secret: { status: 401, error: "invalid_client", code: 7000215, says: "Invalid client secret provided." },
  scope: {
    status: 400,
    error: "invalid_scope",
    code: 1002012,
    says: "The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.",
  },
  resource: {
    status: 400,
    error: "invalid_resource",
    code: 500011,
    says: "The resource principal was not found in the tenant.",
  },
  grantType: {
    status: 400,
    error: "unsupported_grant_type",
    code: 70003,
    says: "The app requested an unsupported grant type.",
  },
  refresh: {
    status: 400,
    error: "invalid_grant",
    code: 700082,
    says: "The refresh token has expired or was revoked.",
  },
  code: {
    status: 400,
    error: "invalid_grant",
    code: 70000,
    says: "The provided code, redirect URI or code verifier is not valid.",
  },
} as const satisfies Record<string, Fault>;

function refuse(c: Context, world: World, { status, error, code, says }: Fault) {
  const body = {
    error,
    error_description: `AADSTS${code}: ${says}`,
    error_codes: [code],
    timestamp: world.clock.now().toISOString(),
    trace_id: crypto.randomUUID(),
    correlation_id: crypto.randomUUID(),
  };
  return c.json(body, status);
}

const isKnownTenant = (world: World, tenant: string) => [world.tenantId, "common", "organizations"].includes(tenant);

function checkClient(world: World, tenant: string, form: URLSearchParams): Fault | undefined {
  if (tenant !== world.tenantId) return faults.tenant;
  const app = findApp(world, form.get("client_id"));
  if (!app) return faults.client;
  // A public client proves itself by its code verifier alone; client credentials need the secret.
  const secret = form.get("client_secret");
  const isPublic = secret === null && form.has("code_verifier");
  return isPublic || secret === app.clientSecret ? undefined : faults.secret;
}

const findApp = ({ graphApp, botApp }: World, clientId: string | null): AppRegistration | undefined =>
  [graphApp, botApp].find((app) => app.clientId === clientId);

// ---------------------------------------------------------------- what they get

/** Resources that an application may ask for; what it gets is a v1 token. */
const resources = ["https://graph.microsoft.com", "https://api.botframework.com"];

async function grantToApp(c: Context, world: World, form: URLSearchParams) {
  const [, resource] = /^(.+)\/\.default$/.exec(form.get("scope") ?? "") ?? [];
  if (!resource) return refuse(c, world, faults.scope);
  if (!resources.includes(resource)) return refuse(c, world, faults.resource);
  const appid = form.get("client_id") ?? "";
  const isGraph = resource === resources[0] && appid === world.graphApp.clientId;
  const access_token = await world.entra.sign({
    ...lifetime(world.clock.now(), tokenSeconds),
    aud: resource,
    iss: `https://sts.windows.net/${world.tenantId}/`,
    appid,
    appidacr: "1",
    idtyp: "app",
    tid: world.tenantId,
    ver: "1.0",
    uti: String(world.tokenGeneration),
    ...(isGraph && world.roles.length > 0 ? { roles: [...world.roles] } : {}),
  });
  return c.json({ token_type: "Bearer", expires_in: tokenSeconds, ext_expires_in: tokenSeconds, access_token });
}

/** A refresh token counts once; with it the service account gets a token for Graph and the next refresh token. */
async function grantAgain(c: Context, world: World, form: URLSearchParams) {
  if (!world.refreshTokens.delete(form.get("refresh_token") ?? "")) return refuse(c, world, faults.refresh);
  const refresh_token = `refresh-${crypto.randomUUID()}`;
  world.refreshTokens.add(refresh_token);
  const access_token = await world.entra.sign({
    ...lifetime(world.clock.now(), tokenSeconds),
    aud: resources[0] ?? "",
    iss: `https://sts.windows.net/${world.tenantId}/`,
    appid: form.get("client_id") ?? "",
    idtyp: "user",
    tid: world.tenantId,
    ver: "1.0",
    uti: String(world.tokenGeneration),
    scp: "Presence.Read.All",
  });
  return c.json({ token_type: "Bearer", expires_in: tokenSeconds, access_token, refresh_token });
}

type Redeemed = { user: FakeUser; clientId: string; nonce?: string; scope: string };

async function grantToPerson(world: World, { user, clientId, nonce, scope }: Redeemed) {
  const claims = { ...personClaims(world, user), aud: clientId };
  return {
    token_type: "Bearer",
    scope,
    expires_in: tokenSeconds,
    access_token: await world.entra.sign({ ...claims, azp: clientId, scp: "access_as_user" }),
    id_token: await world.entra.sign({ ...claims, ...(nonce ? { nonce } : {}) }),
  };
}

const graphScopes = (scope: string) =>
  scope
    .split(" ")
    .filter((one) => one.startsWith("https://graph.microsoft.com/"))
    .map((one) => one.slice("https://graph.microsoft.com/".length));

/** Somebody's token for Graph, with what was asked for; which directory roles they have goes along as `wids`. */
async function grantForGraph(world: World, { user, clientId, scope }: Redeemed) {
  const access_token = await world.entra.sign({
    ...lifetime(world.clock.now(), tokenSeconds),
    aud: resources[0] ?? "",
    iss: `https://sts.windows.net/${world.tenantId}/`,
    appid: clientId,
    idtyp: "user",
    oid: user.id,
    tid: world.tenantId,
    ver: "1.0",
    uti: String(world.tokenGeneration),
    scp: graphScopes(scope).join(" "),
    wids: user.isTeamsAdmin ? [teamsAdministrator] : [],
  });
  return { token_type: "Bearer", scope, expires_in: tokenSeconds, access_token };
}

const personClaims = (world: World, user: FakeUser) => ({
  ...lifetime(world.clock.now(), tokenSeconds),
  iss: `${world.urls.login}/${world.tenantId}/v2.0`,
  oid: user.id,
  sub: `${user.id}-here`,
  tid: world.tenantId,
  preferred_username: user.userPrincipalName,
  name: user.displayName,
  ver: "2.0",
  ...(user.appRoles?.length ? { roles: user.appRoles } : {}),
});

export type TabTokenOptions = { aud?: string; scp?: string; azp?: string };

/** Teams on the web, as pre-authorised in the app registration. */
const teamsWeb = "5e3ce6c0-2b1f-4285-8d4b-75ee78787346";

/** The v2 access token that a tab gets from `authentication.getAuthToken()`. */
const issueTabToken = (world: World, user: FakeUser, options: TabTokenOptions) =>
  world.entra.sign({
    ...personClaims(world, user),
    aud: options.aud ?? world.graphApp.clientId,
    azp: options.azp ?? teamsWeb,
    azpacr: "0",
    scp: options.scp ?? "access_as_user",
  });

function metadata({ urls }: World, tenant: string) {
  const base = `${urls.login}/${tenant}`;
  return {
    // For `common` the issuer is a template that names the tenant of whoever signs in.
    issuer: `${urls.login}/${/^[0-9a-f-]{36}$/.test(tenant) ? tenant : "{tenantid}"}/v2.0`,
    authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
    token_endpoint: `${base}/oauth2/v2.0/token`,
    end_session_endpoint: `${base}/oauth2/v2.0/logout`,
    jwks_uri: `${base}/discovery/v2.0/keys`,
    response_types_supported: ["code"],
    response_modes_supported: ["query"],
    subject_types_supported: ["pairwise"],
    id_token_signing_alg_values_supported: ["RS256"],
    token_endpoint_auth_methods_supported: ["client_secret_post"],
    code_challenge_methods_supported: ["S256"],
    scopes_supported: ["openid", "profile", "email", "offline_access"],
    claims_supported: ["sub", "iss", "aud", "exp", "iat", "nonce", "preferred_username", "name", "tid", "oid", "roles"],
  };
}
