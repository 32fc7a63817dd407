import { type Context, Hono } from "hono";
import { type Limits, penaltyHeaders } from "./limits.ts";
import type { FakeSession, Sessions } from "./sessions.ts";
import type { World } from "./world.ts";

const jwtGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer";

type OauthStatus = 400 | 401 | 415 | 429;

/** Sign-in by JWT, refresh and revoke. Group Auth: five requests a minute. */
export function createOauth(world: World, sessions: Sessions, limits: Limits) {
  const app = new Hono();

  app.post("/restapi/oauth/token", async (c) => {
    const { headers, isRefused } = limits.take("Auth");
    if (isRefused) return refuse(c, 429, "invalid_request", "CMN-301", { ...headers, ...penaltyHeaders });
    if (!isForm(c)) return refuse(c, 415, "invalid_request", "CMN-415", headers);
    if (!isClient(world, c.req.header("authorization"))) return refuse(c, 401, "invalid_client", "OAU-146", headers);
    const form = new URLSearchParams(await c.req.text());
    const session = grant(form);
    if (typeof session === "string") return refuse(c, 400, session, "OAU-140", headers);
    return c.json(toTokenInfo(world, session, world.clock.now()), 200, headers);
  });
  app.post("/restapi/oauth/revoke", async (c) => {
    const { headers, isRefused } = limits.take("Auth");
    if (isRefused) return refuse(c, 429, "invalid_request", "CMN-301", { ...headers, ...penaltyHeaders });
    sessions.end(new URLSearchParams(await c.req.text()).get("token") ?? "");
    return c.body(null, 200, headers);
  });
  return app;

  function grant(
    form: URLSearchParams,
  ): FakeSession | "unauthorized_client" | "invalid_grant" | "unsupported_grant_type" {
    const kind = form.get("grant_type");
    if (kind === "refresh_token") return sessions.refresh(form) ?? "invalid_grant";
    if (kind !== jwtGrant) return "unsupported_grant_type";
    if (!world.client.allowsJwt) return "unauthorized_client";
    return form.get("assertion") === world.user.jwt ? sessions.open(form) : "invalid_grant";
  }
}

const isForm = (c: Context) => (c.req.header("content-type") ?? "").startsWith("application/x-www-form-urlencoded");

const isClient = (world: World, authorization = "") =>
  authorization === `Basic ${btoa(`${world.client.id}:${world.client.secret}`)}`;

function refuse(c: Context, status: OauthStatus, error: string, errorCode: string, headers: Record<string, string>) {
  // Sign-in with unknown words is not about credentials: the OAuth error says what it is.
  const code = error === "invalid_grant" || error === "invalid_client" || status === 429 ? errorCode : "OAU-250";
  return c.json({ error, error_description: error, errors: [{ errorCode: code, message: error }] }, status, headers);
}

const toTokenInfo = (world: World, session: FakeSession, now: Date) => ({
  access_token: session.access,
  token_type: "bearer",
  expires_in: Math.floor((session.accessUntil - now.getTime()) / 1_000),
  ...(session.refresh
    ? {
        refresh_token: session.refresh,
        refresh_token_expires_in: Math.floor((session.refreshUntil - now.getTime()) / 1_000),
      }
    : {}),
  scope: session.scopes.join(" "),
  owner_id: world.user.extensionId,
  endpoint_id: "made-up-endpoint",
  session_id: session.id,
});
