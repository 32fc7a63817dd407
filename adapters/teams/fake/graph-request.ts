import type { Context, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { JWTPayload } from "jose";
import { readBearer } from "./bearer.ts";
import { type FakeUser, findUser, type World } from "./world.ts";

export type GraphEnv = { Variables: { claims: JWTPayload } };
export type GraphContext = Context<GraphEnv>;

type FaultStatus = 400 | 401 | 403 | 404 | 409 | 410 | 415 | 429;

/** Thrown by the routes, answered as Graph words its errors. */
export class GraphFault extends HTTPException {
  readonly code: string;
  readonly headers: Record<string, string>;
  constructor(status: FaultStatus, code: string, message: string, headers: Record<string, string> = {}) {
    super(status, { message });
    this.code = code;
    this.headers = headers;
  }
}

export function answerFault(c: Context, world: World, { status, code, message, headers }: GraphFault) {
  const requestId = crypto.randomUUID();
  const innerError = {
    date: world.clock.now().toISOString(),
    "request-id": requestId,
    "client-request-id": c.req.header("client-request-id") ?? requestId,
  };
  return c.json({ error: { code, message, innerError } }, status, { ...headers, "request-id": requestId });
}

export const authenticate =
  (world: World): MiddlewareHandler<GraphEnv> =>
  async (c, next) => {
    const claims = await readBearer(world, c, "https://graph.microsoft.com");
    if (!claims) throw new GraphFault(401, "InvalidAuthenticationToken", "Lifetime or audience validation failed.");
    c.set("claims", claims);
    await next();
  };

/** The token must carry one of these application permissions. */
export const needs =
  (...anyOf: string[]): MiddlewareHandler<GraphEnv> =>
  async (c, next) => {
    const { roles } = c.get("claims");
    if (!Array.isArray(roles) || !anyOf.some((one) => roles.includes(one))) {
      throw new GraphFault(403, "Forbidden", `Insufficient privileges: ${anyOf.join(" or ")} is missing.`);
    }
    await next();
  };

/** Somebody has signed in and consented to one of these; an application by itself is refused whatever it may else. */
export const needsSomebody =
  (...anyOf: string[]): MiddlewareHandler<GraphEnv> =>
  async (c, next) => {
    const scopes = scopesOf(c);
    if (!anyOf.some((one) => scopes.includes(one)))
      throw new GraphFault(403, "Forbidden", `Delegated ${anyOf.join(" or ")} is missing.`);
    await next();
  };

export const scopesOf = (c: GraphContext): string[] =>
  String(c.get("claims").scp ?? "")
    .split(" ")
    .filter(Boolean);

export async function readBody(c: Context): Promise<Record<string, unknown>> {
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Record<string, unknown>;
  throw new GraphFault(400, "BadRequest", "The request body is not a JSON object.");
}

export function userInPath(world: World, c: Context): FakeUser {
  const user = findUser(world, c.req.param("user") ?? "");
  if (!user) throw new GraphFault(404, "Request_ResourceNotFound", "The user does not exist.");
  return user;
}

export const contextOf = (world: World, what: string) => `${world.urls.graph}/v1.0/$metadata#${what}`;
