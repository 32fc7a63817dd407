import { type Api, requireActor, z } from "../api.ts";
import type { Hub } from "./hub.ts";

const peopleMax = 1_000;

/** `GET /v1/live?people=per_…,per_…`: server-sent events; `Last-Event-ID` resumes without loss. */
export function addLiveRoutes(api: Api, openFeed: Hub["open"]): void {
  api.openAPIRegistry.registerPath({
    method: "get",
    path: "/v1/live",
    summary: "What changes, as it changes: server-sent events that resume with Last-Event-ID",
    tags: ["live"],
    security: [{ bearer: [] }],
    request: {
      query: z.object({
        people: z
          .string()
          .optional()
          .describe(
            "Only these people's presence: ids with commas. It comes again every 15 s, unchanged too, so that its age stays true",
          ),
      }),
      headers: z.object({ "last-event-id": z.string().optional() }),
    },
    responses: {
      200: { description: "hello, then an event a change", content: { "text/event-stream": { schema: z.string() } } },
    },
  });
  api.get("/v1/live", async (c) => {
    const { actor, tenantId } = requireActor(c, {
      kinds: ["agent", "expert", "admin"],
      scope: "presence:read",
      roles: ["supervisor"],
    });
    const people = c.req.query("people")?.split(",").filter(Boolean).slice(0, peopleMax);
    const lastEventId = c.req.header("last-event-id");
    const stream = await openFeed({
      tenantId,
      actor,
      ...(people ? { people } : {}),
      ...(lastEventId ? { lastEventId } : {}),
    });
    return c.body(stream, 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
  });
}
