import { Hono, type MiddlewareHandler } from "hono";
import { bridgeRoutes } from "./bridge-routes.ts";
import { channelRoutes, type Parts } from "./channel-routes.ts";
import { Refused, refuse } from "./refusal.ts";

export type ServerOptions = Parts & {
  version: string;
  /** May this header sign in, and does it write? */
  access: (authorization: string | undefined) => "none" | "read" | "write";
  /** Whom an endpoint's state is known of: unknown, offline, online, or a word of a later Asterisk. */
  stateOf: (endpoint: string) => string;
  faults: MiddlewareHandler;
};

export function createServer(options: ServerOptions): Hono {
  const { world, apps, endpoints } = options;
  const app = new Hono();
  app.use(options.faults);
  app.use(async (c, next) => {
    const access = options.access(c.req.header("authorization"));
    if (access === "none") return c.json({ message: "Authentication required" }, 401);
    if (access === "read" && c.req.method !== "GET") return c.json({ message: "Write access required" }, 403);
    world.tick();
    return next();
  });
  app.onError((error, c) => {
    if (!(error instanceof Refused)) throw error;
    return c.json(error.body, error.status);
  });
  app.notFound((c) => c.json({ message: "Resource not found" }, 404));

  const ari = new Hono();
  ari.get("/asterisk/info", (c) => c.json({ system: { version: options.version, entity_id: "fa:ke" } }));
  ari.route("/channels", channelRoutes(options));
  ari.route("/bridges", bridgeRoutes(options));

  const toEndpoint = (name: string) => {
    const [technology = "", resource = ""] = name.split("/");
    const mine = [...world.channels.values()].filter((channel) => channel.endpoint === name);
    return { technology, resource, state: options.stateOf(name), channel_ids: mine.map(({ id }) => id) };
  };
  ari.get("/endpoints", (c) => c.json([...endpoints].map(toEndpoint)));

  const find = (name: string) => apps.find(name) ?? refuse(404, "Application not found");
  const toApp = (name: string) => {
    const { sources } = find(name);
    const of = (kind: string) =>
      [...sources].filter((one) => one.startsWith(`${kind}:`)).map((one) => one.slice(kind.length + 1));
    const held = [...world.channels.values()].filter((channel) => channel.app === name).map(({ id }) => id);
    return {
      name,
      channel_ids: [...held, ...of("channel")],
      bridge_ids: of("bridge"),
      endpoint_ids: of("endpoint"),
      device_names: of("deviceState"),
      events_allowed: [],
      events_disallowed: [],
    };
  };
  ari.get("/applications/:name", (c) => c.json(toApp(c.req.param("name"))));
  ari.post("/applications/:name/subscription", (c) => {
    const { name, sources } = find(c.req.param("name"));
    const wanted = (c.req.query("eventSource") || refuse(400, "Missing parameter eventSource")).split(",");
    for (const source of wanted) {
      const [kind = "", about = ""] = source.split(/:(.*)/s);
      if (!["channel", "bridge", "endpoint", "deviceState"].includes(kind)) refuse(400, "Invalid event source scheme");
      if (kind === "endpoint" && !endpoints.has(about)) refuse(422, "Event source does not exist");
      sources.add(source);
    }
    return c.json(toApp(name));
  });
  ari.post("/events/user/:name", (c) => {
    const name = c.req.query("application") || refuse(400, "Missing parameter application");
    if (!apps.isActive(name)) refuse(404, "Application not found");
    apps.send(name, { type: "ChannelUserevent", eventname: c.req.param("name"), userevent: {} });
    return c.body(null, 204);
  });
  app.route("/ari", ari);
  return app;
}
