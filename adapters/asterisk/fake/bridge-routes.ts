import { type Context, Hono } from "hono";
import type { Parts } from "./channel-routes.ts";
import { refuse } from "./refusal.ts";
import { type FakeBridge, type FakeChannel, toBridge } from "./world.ts";

export function bridgeRoutes({ world, lines }: Pick<Parts, "world" | "lines">) {
  const { bridges, channels } = world;
  const routes = new Hono();

  const find = (c: Context): FakeBridge => bridges.get(c.req.param("id") ?? "") ?? refuse(404, "Bridge not found");

  const create = (c: Context, id: string) => {
    if (bridges.has(id)) refuse(409, `Bridge with id '${id}' already exists`);
    const wanted = (c.req.query("type") ?? "mixing").split(",");
    const type = wanted.includes("holding") ? "holding" : "mixing";
    const technology = type === "holding" ? "holding_bridge" : "simple_bridge";
    const name = c.req.query("name") ?? "";
    const bridge: FakeBridge = { id, name, type, technology, channels: [], createdAt: world.clock.now() };
    bridges.set(id, bridge);
    return c.json(toBridge(bridge));
  };

  const findChannels = (c: Context): FakeChannel[] => {
    const ids = (c.req.query("channel") ?? "").split(",").filter(Boolean);
    if (ids.length === 0) refuse(400, "Missing parameter channel");
    return ids.map((id) => {
      const channel = channels.get(id) ?? refuse(400, "Channel not found");
      return channel.app === undefined ? refuse(422, "Channel not in Stasis application") : channel;
    });
  };

  routes.get("/", (c) => c.json([...bridges.values()].map(toBridge)));
  routes.post("/", (c) => create(c, c.req.query("bridgeId") || crypto.randomUUID()));
  routes.post("/:id", (c) => create(c, c.req.param("id")));
  routes.get("/:id", (c) => c.json(toBridge(find(c))));
  routes.delete("/:id", (c) => {
    const bridge = find(c);
    // Nobody in it is hung up.
    lines.closeBridge(bridge);
    return c.body(null, 204);
  });

  routes.post("/:id/addChannel", (c) => {
    const bridge = find(c);
    for (const channel of findChannels(c)) {
      if (channel.bridge === bridge.id) continue;
      if (c.req.query("inhibitConnectedLineUpdates") === "true") channel.isConnectedKept = true;
      // Out of the old one at once, into the new one a moment later.
      lines.leaveBridge(channel);
      world.soon(() => lines.enterBridge(channel, bridge));
    }
    return c.body(null, 204);
  });
  routes.post("/:id/removeChannel", (c) => {
    const bridge = find(c);
    for (const channel of findChannels(c)) {
      if (channel.bridge !== bridge.id) refuse(422, "Channel not in this bridge");
      lines.leaveBridge(channel);
    }
    return c.body(null, 204);
  });
  for (const method of ["post", "delete"] as const)
    routes[method]("/:id/moh", (c) => {
      find(c);
      return c.body(null, 204);
    });
  return routes;
}
