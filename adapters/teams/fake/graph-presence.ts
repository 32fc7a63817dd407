import { Hono } from "hono";
import { type GraphContext, type GraphEnv, GraphFault, needs, readBody, userInPath } from "./graph-request.ts";
import { readDuration, type Shown } from "./presences.ts";
import { createThrottle, vendorLimits } from "./throttle.ts";
import type { FakeUser, World } from "./world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;
const idsMax = 650;

/** Source: Microsoft Graph, "Manage presence state". */
const sessionPairs = [
  "Available/Available",
  "Busy/InACall",
  "Busy/InAConferenceCall",
  "Away/Away",
  "DoNotDisturb/Presenting",
];
const preferredPairs = [
  "Available/Available",
  "Busy/Busy",
  "DoNotDisturb/DoNotDisturb",
  "BeRightBack/BeRightBack",
  "Away/Away",
  "Offline/OffWork",
];

export function createPresenceRoutes(world: World) {
  const app = new Hono<GraphEnv>();
  const throttle = createThrottle(world.clock, vendorLimits.presence);
  const read = needs("Presence.Read.All", "Presence.ReadWrite.All");
  const write = needs("Presence.ReadWrite.All");

  for (const path of ["/communications/*", "/users/:user/presence/*"]) {
    app.use(path, async (c, next) => {
      const wait = throttle.take(`${c.get("claims").appid}`);
      if (wait) throw new GraphFault(429, "TooManyRequests", "Too many requests.", { "Retry-After": String(wait) });
      await next();
    });
  }
  app.post("/communications/getPresencesByUserId", read, async (c) => {
    const users = readIds(await readBody(c)).map((id) => world.users.get(id));
    const value = users.filter((user) => user !== undefined).map((user) => toPresence(world, user));
    return c.json({ value });
  });
  app.get("/users/:user/presence", read, (c) => c.json(toPresence(world, userInPath(world, c))));
  app.get("/communications/presences/:user", read, (c) => c.json(toPresence(world, userInPath(world, c))));

  const action = (name: string, run: (user: FakeUser, body: Record<string, unknown>, c: GraphContext) => void) =>
    app.post(`/users/:user/presence/${name}`, write, async (c) => {
      const user = userInPath(world, c);
      run(user, await readBody(c), c);
      world.changed({ kind: "presence", user: user.id });
      return c.body(null, 200);
    });
  const { presences } = world;
  action("setPresence", (user, body, c) => {
    const app = sessionOf(body, c);
    presences.setSession(user.id, app, readPair(body, sessionPairs), readLease(body));
  });
  action("clearPresence", (user, body, c) => {
    const app = sessionOf(body, c);
    if (!presences.clearSession(user.id, app)) throw new GraphFault(404, "NotFound", "The session does not exist.");
  });
  action("setUserPreferredPresence", (user, body) => {
    const pair = readPair(body, preferredPairs);
    const isShort = pair.availability === "Busy" || pair.availability === "DoNotDisturb";
    presences.setPreferred(user.id, pair, readOwnDuration(body) ?? (isShort ? day : 7 * day));
  });
  action("clearUserPreferredPresence", (user) => presences.clearPreferred(user.id));
  return app;
}

function toPresence(world: World, user: FakeUser) {
  const { sequenceNumber, availability, activity } = world.presences.see(user.id);
  return {
    id: user.id,
    availability,
    activity,
    sequenceNumber,
    outOfOfficeSettings: { isOutOfOffice: false, message: null },
  };
}

function readIds({ ids }: Record<string, unknown>): string[] {
  if (!Array.isArray(ids) || ids.some((id) => typeof id !== "string")) {
    throw new GraphFault(400, "BadRequest", "ids must be a collection of strings.");
  }
  if (ids.length === 0 || ids.length > idsMax) throw new GraphFault(400, "BadRequest", `ids: 1 to ${idsMax}.`);
  return ids;
}

/** An application has one session for each user, named by its own client id. */
function sessionOf({ sessionId }: Record<string, unknown>, c: GraphContext): string {
  const { appid } = c.get("claims");
  if (typeof sessionId !== "string" || sessionId !== appid) {
    throw new GraphFault(400, "BadRequest", "sessionId must be the id of the calling application.");
  }
  return sessionId;
}

function readPair({ availability, activity }: Record<string, unknown>, legal: string[]): Shown {
  if (!legal.includes(`${availability}/${activity}`)) {
    throw new GraphFault(400, "BadRequest", "This combination of availability and activity is not supported.");
  }
  return { availability: String(availability), activity: String(activity) };
}

function readLease(body: Record<string, unknown>): number {
  const ms = readOwnDuration(body) ?? 5 * minute;
  if (ms < 5 * minute || ms > 240 * minute)
    throw new GraphFault(400, "BadRequest", "expirationDuration: PT5M to PT4H.");
  return ms;
}

function readOwnDuration({ expirationDuration }: Record<string, unknown>): number | undefined {
  if (expirationDuration === undefined || expirationDuration === null) return undefined;
  const ms = readDuration(String(expirationDuration));
  if (ms === undefined) throw new GraphFault(400, "BadRequest", "expirationDuration is not an ISO 8601 duration.");
  return ms;
}
