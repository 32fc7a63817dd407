import { Hono } from "hono";
import { type GraphEnv, GraphFault, needs, readBody, userInPath } from "./graph-request.ts";
import type { FakeUser, World } from "./world.ts";

export function createMeetingRoutes(world: World) {
  const app = new Hono<GraphEnv>();
  const meetings = new Map<string, Record<string, unknown>>();
  const write = needs("OnlineMeetings.ReadWrite.All");

  app.post("/users/:user/onlineMeetings", write, async (c) => {
    const organizer = mayOrganize(userInPath(world, c));
    return c.json(makeMeeting(world, organizer, await readBody(c)), 201);
  });
  app.post("/users/:user/onlineMeetings/createOrGet", write, async (c) => {
    const organizer = mayOrganize(userInPath(world, c));
    const body = await readBody(c);
    if (typeof body.externalId !== "string") throw new GraphFault(400, "BadRequest", "externalId is required.");
    const key = `${organizer.id}/${body.externalId}`;
    const known = meetings.get(key);
    if (known) return c.json(known, 200);
    const made = makeMeeting(world, organizer, body);
    meetings.set(key, made);
    return c.json(made, 201);
  });
  return app;
}

function mayOrganize(user: FakeUser): FakeUser {
  if (user.hasMeetingPolicy === false) {
    throw new GraphFault(403, "Forbidden", "No application access policy found for this app.");
  }
  return user;
}

function makeMeeting(world: World, organizer: FakeUser, body: Record<string, unknown>): Record<string, unknown> {
  const now = world.clock.now();
  const { startDateTime = now.toISOString(), endDateTime = new Date(now.getTime() + 3_600_000).toISOString() } = body;
  if (Date.parse(String(endDateTime)) <= Date.parse(String(startDateTime))) {
    throw new GraphFault(400, "BadRequest", "endDateTime must be after startDateTime.");
  }
  const thread = `19:meeting_${crypto.randomUUID().replaceAll("-", "")}@thread.v2`;
  const context = encodeURIComponent(JSON.stringify({ Tid: world.tenantId, Oid: organizer.id }));
  world.changed({ kind: "meeting", user: organizer.id });
  return {
    id: crypto.randomUUID(),
    creationDateTime: now.toISOString(),
    startDateTime,
    endDateTime,
    ...(body.externalId ? { externalId: body.externalId } : {}),
    subject: body.subject ?? null,
    joinWebUrl: `https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(thread)}/0?context=${context}`,
    chatInfo: { threadId: thread, messageId: "0" },
    participants: { organizer: { upn: organizer.userPrincipalName, identity: { user: { id: organizer.id } } } },
  };
}
