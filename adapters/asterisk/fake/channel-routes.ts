import { type Context, Hono } from "hono";
import type { Apps } from "./apps.ts";
import type { Dialplan } from "./dialplan.ts";
import type { Lines } from "./lines.ts";
import type { Phones } from "./phones.ts";
import { allocationFailed, refuse } from "./refusal.ts";
import { type FakeChannel, toChannel, type World } from "./world.ts";

const reasons = [
  "normal",
  "busy",
  "congestion",
  "no_answer",
  "timeout",
  "rejected",
  "unallocated",
  "normal_unspecified",
  "number_incomplete",
  "codec_mismatch",
  "interworking",
  "failure",
  "answered_elsewhere",
];

export type Parts = {
  world: World;
  apps: Apps;
  lines: Lines;
  phones: Phones;
  dialplan: Dialplan;
  /** Endpoints that Asterisk knows, as technology/resource. */
  endpoints: ReadonlySet<string>;
};

/** `PJSIP/number@trunk`, `PJSIP/trunk/sip:…` or `PJSIP/alice`: whose line it is, and what it dials. */
export function readEndpoint(text: string): { endpoint: string; address: string } {
  const [technology = "", resource = "", ...rest] = text.split("/");
  const [number = "", trunk] = resource.split("@");
  if (trunk) return { endpoint: `${technology}/${trunk}`, address: number };
  const uri = rest.join("/");
  return { endpoint: `${technology}/${resource}`, address: uri || text };
}

export function channelRoutes(parts: Parts) {
  const { world, apps, lines, phones, dialplan, endpoints } = parts;
  const { channels } = world;
  const routes = new Hono();

  const find = (c: Context): FakeChannel => channels.get(c.req.param("id") ?? "") ?? refuse(404, "Channel not found");
  /** In an application's hands, or Asterisk does not touch it for us. */
  const findOurs = (c: Context): FakeChannel => {
    const channel = find(c);
    return channel.app === undefined ? refuse(409, "Channel not in Stasis application") : channel;
  };
  const findAwake = (c: Context): FakeChannel => {
    const channel = findOurs(c);
    const sleeps = channel.state === "Down" || (channel.isCreated && channel.state === "Ringing");
    return sleeps ? refuse(412, "Channel in invalid state") : channel;
  };

  const make = async (c: Context, id = c.req.query("channelId") || world.newId()): Promise<FakeChannel> => {
    const dialled = c.req.query("endpoint");
    if (!dialled) return refuse(400, "Endpoint must be specified");
    const { endpoint, address } = readEndpoint(dialled);
    if (!/^[^/]+\/[^/]+$/.test(endpoint)) refuse(400, "Invalid endpoint specified");
    if (channels.has(id)) refuse(409, "Channel with given unique ID already exists");
    if (!endpoints.has(endpoint)) allocationFailed();
    const { variables = {} } = (await c.req.json().catch(() => ({}))) as { variables?: Record<string, string> };
    const channel: FakeChannel = {
      id,
      name: world.newName(endpoint),
      endpoint,
      address,
      state: "Down",
      caller: { name: "", number: "" },
      connected: { name: "", number: "" },
      createdAt: world.clock.now(),
      variables: new Map(Object.entries(variables)),
      doing: { name: "", data: "" },
      isCreated: true,
      isDialled: false,
      hasMusic: false,
      isMuted: false,
      timers: [],
    };
    channels.set(id, channel);
    // So the application is told of its end, which it is not of calls that the dialplan handed over.
    apps.subscribe(c.req.query("app") ?? "", `channel:${id}`);
    return channel;
  };

  routes.get("/", (c) => c.json([...channels.values()].map(toChannel)));

  routes.post("/create", async (c) => {
    const app = c.req.query("app") ?? "";
    const channel = await make(c);
    const snapshot = toChannel(channel);
    // Nobody listens: the answer is 200 all the same, and the channel is gone moments later.
    world.soon(() => lines.enterApp(channel, app, c.req.query("appArgs") ?? "") || lines.end(channel, 0));
    return c.json(snapshot);
  });

  const originate = async (c: Context, id?: string) => {
    const app = c.req.query("app");
    if (!app && !c.req.query("extension")) refuse(400, "Application or extension must be specified");
    const channel = await make(c, id);
    phones.ring(channel, Number(c.req.query("timeout") ?? 30) * 1000);
    // Not one of the phone's timers: those end when it is picked up.
    const look = (): void => {
      if (!channels.has(channel.id)) return;
      if (channel.state !== "Up") world.clock.after(100, look);
      else if (!lines.enterApp(channel, app ?? "", c.req.query("appArgs") ?? "")) lines.end(channel, 0);
    };
    look();
    return c.json(toChannel(channel));
  };
  routes.post("/", (c) => originate(c));
  routes.post("/:id", (c) => originate(c, c.req.param("id")));

  routes.get("/:id", (c) => c.json(toChannel(find(c))));
  routes.delete("/:id", (c) => {
    const channel = find(c);
    const { reason, reason_code: code } = c.req.query();
    if (reason && code) refuse(400, "The reason and reason_code can't both be specified");
    if (reason && !reasons.includes(reason)) refuse(400, "Invalid reason for hangup reason provided");
    world.soon(() => lines.end(channel, 16, channel.isCreated && channel.state !== "Up" ? 487 : undefined));
    return c.body(null, 204);
  });

  routes.post("/:id/dial", (c) => {
    const channel = findOurs(c);
    if (channel.state !== "Down") refuse(409, "Channel is not in the 'Down' state");
    if (!channel.isCreated) refuse(409, "Dialing a channel not created by ARI");
    const timeoutMs = Number(c.req.query("timeout") ?? 0) * 1000;
    // A second dial of a phone that has not rung yet ends the call.
    world.soon(() => {
      if (!channels.has(channel.id)) return;
      if (channel.isDialled) lines.end(channel, 16);
      else phones.ring(channel, timeoutMs);
    });
    return c.body(null, 204);
  });

  routes.post("/:id/answer", (c) => {
    lines.setState(findAwake(c), "Up");
    return c.body(null, 204);
  });
  routes.post("/:id/continue", (c) => {
    const channel = findAwake(c);
    world.soon(() => channels.has(channel.id) && dialplan.goOn(channel));
    return c.body(null, 204);
  });
  routes.post("/:id/move", (c) => {
    const channel = findOurs(c);
    const destination = c.req.query("app") ?? refuse(400, "App name is required");
    const args = c.req.query("appArgs") ?? "";
    if (!apps.isActive(destination)) {
      apps.tell("ApplicationMoveFailed", { channel }, { destination, args: args ? args.split(",") : [] });
      return c.body(null, 204);
    }
    // The end for one application is not the end of the call. What it was called with at first stays on show.
    apps.tell("StasisEnd", { channel });
    channel.app = destination;
    apps.tell("StasisStart", { channel }, { args: args ? args.split(",") : [] });
    return c.body(null, 204);
  });
  // A REFER is queued, and nobody ever hears what became of it.
  routes.post("/:id/redirect", (c) => {
    findAwake(c);
    if (!c.req.query("endpoint")) refuse(400, "Endpoint parameter not provided");
    return c.body(null, 204);
  });

  const switching = (path: string, set: (channel: FakeChannel, on: boolean) => void) => {
    routes.post(`/:id/${path}`, (c) => {
      set(findAwake(c), true);
      return c.body(null, 204);
    });
    routes.delete(`/:id/${path}`, (c) => {
      set(findAwake(c), false);
      return c.body(null, 204);
    });
  };
  // Music to this channel only: no re-INVITE, and the others still hear it.
  switching("hold", (channel, on) => {
    channel.hasMusic = on;
  });
  switching("moh", (channel, on) => {
    channel.hasMusic = on;
  });
  switching("mute", (channel, on) => {
    channel.isMuted = on;
  });

  routes.get("/:id/variable", (c) => {
    const name = c.req.query("variable") || refuse(400, "Variable name is required");
    const value = find(c).variables.get(name);
    return value === undefined ? refuse(404, "Provided variable was not found") : c.json({ value });
  });
  routes.post("/:id/variable", (c) => {
    const name = c.req.query("variable") || refuse(400, "Variable name is required");
    findOurs(c).variables.set(name, c.req.query("value") ?? "");
    return c.body(null, 204);
  });
  return routes;
}
