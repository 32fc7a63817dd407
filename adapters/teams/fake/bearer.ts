import type { Context } from "hono";
import type { JWTPayload } from "jose";
import type { World } from "./world.ts";

/** The claims of the request's token, if it is one of ours for this audience, in time, and not revoked. */
export async function readBearer(world: World, c: Context, audience: string): Promise<JWTPayload | undefined> {
  const [, token] = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "") ?? [];
  const claims = token ? await world.entra.verify(token, audience, world.clock.now()) : undefined;
  return claims?.uti === String(world.tokenGeneration) ? claims : undefined;
}
