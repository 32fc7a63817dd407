import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import type { World } from "./world.ts";

const apiVersions = ["2023-10-01", "2026-07-22"];
const scopesKnown = ["chat", "voip", "chat.join", "chat.join.limited", "voip.join"];

/** A resource of Azure Communication Services: its access key, and who it knows. */
export type Communication = {
  accessKey: string;
  resourceId: string;
  /** The latest token's scopes and end, by identity. */
  identities: Map<string, { scopes: string[]; expiresOn: Date } | undefined>;
};

export const createCommunicationState = (): Communication => ({
  accessKey: "bWFkZS11cC1hY2Nlc3Mta2V5LW9mLTMyLWJ5dGVzLS0=",
  resourceId: "5f1e7c52-9a0b-4d3e-8c6f-2b1a0d9e8f70",
  identities: new Map(),
});

class Refusal extends HTTPException {
  readonly code: string;
  constructor(status: 400 | 401 | 404, code: string, message: string) {
    super(status, { message });
    this.code = code;
  }
}

/** The identity service, api-version 2026-07-22. Mounted at `/communication`. */
export function createCommunication(world: World) {
  const { communication: state } = world;
  const app = new Hono();
  app.onError((error, c) => {
    if (!(error instanceof Refusal)) throw error;
    return c.json({ error: { code: error.code, message: error.message } }, error.status as 400);
  });
  app.use(async (c, next) => {
    if (!apiVersions.includes(c.req.query("api-version") ?? ""))
      throw new Refusal(400, "InvalidApiVersion", "The api-version is missing or unknown.");
    if (!(await isSigned(state, c.req.raw.clone())))
      throw new Refusal(401, "Denied", "The HMAC signature does not match.");
    await next();
  });

  app.post("/identities", async (c) => {
    const body = await readBody(c);
    const id = `8:acs:${state.resourceId}_${crypto.randomUUID()}`;
    state.identities.set(id, undefined);
    const wanted = body.createTokenWithScopes;
    if (wanted === undefined) return c.json({ identity: { id } }, 201);
    return c.json({ identity: { id }, accessToken: issue(world, id, wanted, body.expiresInMinutes) }, 201);
  });
  app.post("/identities/:id/:issueAccessToken{:issueAccessToken}", async (c) => {
    const id = known(state, c);
    const { scopes, expiresInMinutes } = await readBody(c);
    return c.json(issue(world, id, scopes, expiresInMinutes), 200);
  });
  app.post("/identities/:id/:revoke{:revokeAccessTokens}", (c) => {
    state.identities.set(known(state, c), undefined);
    return c.body(null, 204);
  });
  app.delete("/identities/:id", (c) => {
    state.identities.delete(known(state, c));
    return c.body(null, 204);
  });
  return app;
}

function known({ identities }: Communication, c: Context): string {
  const id = c.req.param("id") ?? "";
  if (!identities.has(id)) throw new Refusal(404, "IdentityNotFound", "The identity is not known to this resource.");
  return id;
}

async function readBody(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => ({}));
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

/** A token as the service makes them: a JWT whose claims the browser library reads. Its signature is made up. */
function issue(world: World, id: string, wanted: unknown, minutes: unknown = 1440) {
  const scopes = Array.isArray(wanted) ? wanted.map(String) : [];
  if (scopes.length === 0 || !scopes.every((one) => scopesKnown.includes(one)))
    throw new Refusal(400, "InvalidScopes", "The scopes are missing or unknown.");
  if (!Number.isInteger(minutes) || Number(minutes) < 60 || Number(minutes) > 1440)
    throw new Refusal(400, "InvalidExpiry", "expiresInMinutes wants 60 to 1440.");
  const nowMs = world.clock.now().getTime();
  const expiresOn = new Date(nowMs + Number(minutes) * 60_000);
  world.communication.identities.set(id, { scopes, expiresOn });
  const part = (value: object) =>
    btoa(JSON.stringify(value)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  const claims = {
    skypeid: id.replace(/^8:/, ""),
    scp: 1792,
    csi: String(Math.floor(nowMs / 1000)),
    exp: Math.floor(expiresOn.getTime() / 1000),
    iat: Math.floor(nowMs / 1000),
    acsScope: scopes.join(","),
    resourceId: world.communication.resourceId,
  };
  const token = [part({ alg: "RS256", kid: "fake", typ: "JWT" }), part(claims), "bWFkZS11cA"].join(".");
  return { token, expiresOn: expiresOn.toISOString() };
}

const bytes = (text: string) => new TextEncoder().encode(text);
const base64 = (value: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(value)));

async function isSigned({ accessKey }: Communication, request: Request): Promise<boolean> {
  const { pathname, search, host } = new URL(request.url);
  const hash = base64(await crypto.subtle.digest("SHA-256", await request.arrayBuffer()));
  const date = request.headers.get("x-ms-date") ?? "";
  if (Number.isNaN(Date.parse(date)) || request.headers.get("x-ms-content-sha256") !== hash) return false;
  const raw = Uint8Array.from(atob(accessKey), (char) => char.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const text = `${request.method}\n${pathname}${search}\n${date};${host};${hash}`;
  const signature = base64(await crypto.subtle.sign("HMAC", key, bytes(text)));
  const wanted = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
  return request.headers.get("authorization") === wanted;
}
