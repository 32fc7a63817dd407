import { type Context, Hono } from "hono";
import type { Center } from "./center.ts";
import { readForm } from "./forms.ts";
import { ApiError } from "./model.ts";
import { listNew } from "./paging.ts";
import type { Sink, StreamSubscription } from "./streams.ts";
import type { Views } from "./views.ts";

const bySid = (one: { sid: string }) => one.sid;
const typePattern = /^com\.twilio(\.[a-z-]+)+$/;

/** Event Streams v1: sinks and what they are subscribed to. */
export function createEventsRoutes({ streams, options }: Center, views: Views): Hono {
  const { pageSizeMax } = options;
  const app = new Hono();
  const missing = (): never => {
    throw new ApiError(404, 20404, "The requested resource was not found");
  };
  const sinkOf = (c: Context): Sink => streams.sinks.get(c.req.param("sink") ?? "") ?? missing();
  const subscriptionOf = (c: Context): StreamSubscription =>
    streams.subscriptions.get(c.req.param("subscription") ?? "") ?? missing();

  app.get("/Sinks", (c) =>
    listNew(c, "events", [...streams.sinks.values()], { key: "sinks", keyOf: bySid, view: views.sink, pageSizeMax }),
  );
  app.post("/Sinks", async (c) => {
    const form = await readForm(c);
    const type = form.needed("SinkType", 20001);
    const configuration = readJson(form.needed("SinkConfiguration", 20001));
    if (type === "webhook" && !/^https?:\/\//.test(String(configuration.destination)))
      throw new ApiError(400, 20001, "The destination must be an address");
    return c.json(views.sink(streams.newSink(form.needed("Description", 20001), type, configuration)), 201);
  });
  app.get("/Sinks/:sink", (c) => c.json(views.sink(sinkOf(c))));
  app.delete("/Sinks/:sink", (c) => {
    const sink = sinkOf(c);
    if ([...streams.subscriptions.values()].some((one) => one.sink === sink.sid))
      throw new ApiError(409, 20409, "The sink is in use");
    streams.sinks.delete(sink.sid);
    return c.body(null, 204);
  });

  app.get("/Subscriptions", (c) => {
    const sink = c.req.query("SinkSid");
    const found = [...streams.subscriptions.values()].filter((one) => !sink || one.sink === sink);
    return listNew(c, "events", found, { key: "subscriptions", keyOf: bySid, view: views.subscription, pageSizeMax });
  });
  app.post("/Subscriptions", async (c) => {
    const form = await readForm(c);
    const sink = streams.sinks.get(form.needed("SinkSid", 20001));
    if (sink?.status !== "active") throw new ApiError(400, 20001, "The sink is not active");
    const types = form.all("Types").map((one) => readType(readJson(one)));
    if (types.length === 0) throw new ApiError(400, 20001, "Types is required");
    const made = streams.newSubscription(sink.sid, form.needed("Description", 20001), new Map(types));
    return c.json(views.subscription(made), 201);
  });
  app.get("/Subscriptions/:subscription/SubscribedEvents", (c) => {
    const subscription = subscriptionOf(c);
    const all = [...subscription.types].map(([type, version]) => ({ type, version }));
    return listNew(c, "events", all, {
      key: "types",
      keyOf: (one) => one.type,
      view: (one) => views.subscribedEvent(subscription, one.type, one.version),
      pageSizeMax,
    });
  });
  app.post("/Subscriptions/:subscription/SubscribedEvents", async (c) => {
    const subscription = subscriptionOf(c);
    const [type, version] = readType({ type: (await readForm(c)).needed("Type", 20001) });
    if (subscription.types.has(type)) throw new ApiError(409, 20409, "The type is subscribed to already");
    subscription.types.set(type, version);
    return c.json(views.subscribedEvent(subscription, type, version), 201);
  });
  return app;
}

function readType({ type, schema_version: version }: Record<string, unknown>): [type: string, version: number] {
  if (typeof type !== "string" || !typePattern.test(type)) throw new ApiError(400, 20001, "Unknown event type");
  return [type, typeof version === "number" ? version : 4];
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new ApiError(400, 20001, "A value is not JSON");
  }
}
