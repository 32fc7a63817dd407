import {
  type FakeBridge,
  type FakeChannel,
  type FakeEvent,
  instant,
  toBridge,
  toChannel,
  type World,
} from "./world.ts";

/** One WebSocket, as a client sees it. */
export type FakeSocket = EventTarget & { readonly url: string; close(): void };

type App = {
  name: string;
  socket?: FakeSocket;
  /** `channel:…`, `endpoint:…`: what it hears of besides the channels in its hands. */
  sources: Set<string>;
};

export type Apps = ReturnType<typeof createApps>;

/** The applications that are registered: each has one socket, and hears of what is in its hands or subscribed to. */
export function createApps(world: World, accepts: (key: string | null) => boolean) {
  const apps = new Map<string, App>();
  /** Events as they left, whether or not anybody was there. */
  const sent: FakeEvent[] = [];
  let losing = 0;

  const post = (app: App, event: FakeEvent): void => {
    const { type, ...rest } = event;
    const whole = { type, application: app.name, timestamp: instant(world.clock.now()), asterisk_id: "fa:ke", ...rest };
    sent.push(whole);
    if (losing > 0) losing--;
    else app.socket?.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(whole) }));
  };

  const isAbout = (app: App, channel: FakeChannel): boolean =>
    channel.app === app.name ||
    app.sources.has(`channel:${channel.id}`) ||
    app.sources.has(`endpoint:${channel.endpoint}`);

  const holds = (app: App, bridge: FakeBridge): boolean =>
    bridge.channels.some((id) => world.channels.get(id)?.app === app.name);

  /** To whoever hears of this channel or bridge. */
  const tell = (type: string, about: { channel?: FakeChannel; bridge?: FakeBridge }, more: object = {}): void => {
    const { channel, bridge } = about;
    const what = {
      ...(channel ? { channel: toChannel(channel) } : {}),
      ...(bridge ? { bridge: toBridge(bridge) } : {}),
    };
    for (const app of apps.values())
      if ((channel && isAbout(app, channel)) || (bridge && holds(app, bridge))) post(app, { type, ...what, ...more });
  };

  const drop = (app: App, socket: FakeSocket): void => {
    if (app.socket === socket) delete app.socket;
    socket.dispatchEvent(new Event("close"));
  };

  const register = (name: string, socket: FakeSocket): App => {
    const app = apps.get(name) ?? { name, sources: new Set<string>() };
    apps.set(name, app);
    const before = app.socket;
    // The first one stays open, and is deaf from now on.
    if (before) post({ ...app, socket: before }, { type: "ApplicationReplaced" });
    app.socket = socket;
    return app;
  };

  return {
    sent,
    tell,
    isActive: (name: string): boolean => apps.get(name)?.socket !== undefined,
    find(name: string): App | undefined {
      const app = apps.get(name);
      const isInUse = app?.socket || [...world.channels.values()].some((channel) => channel.app === name);
      return isInUse ? app : undefined;
    },
    all: (): App[] => [...apps.values()],
    subscribe(name: string, source: string): void {
      apps.get(name)?.sources.add(source);
    },
    /** To one application, for events about no channel. */
    send(name: string, event: FakeEvent): void {
      const app = apps.get(name);
      if (app) post(app, event);
    },
    /** A `WebSocket` to /events. What is wrong with it shows as an error and a close, as it does in a browser. */
    connect(url: string): FakeSocket {
      const query = new URL(url).searchParams;
      const name = query.get("app");
      const registered: { app?: App } = {};
      const socket: FakeSocket = Object.assign(new EventTarget(), {
        url,
        close: () => registered.app && drop(registered.app, socket),
      });
      queueMicrotask(() => {
        if (!name || !accepts(query.get("api_key"))) {
          socket.dispatchEvent(new Event("error"));
          socket.dispatchEvent(new Event("close"));
          return;
        }
        registered.app = register(name, socket);
        socket.dispatchEvent(new Event("open"));
      });
      return socket;
    },
    /** The network breaks: every socket ends. */
    disconnect(): void {
      for (const app of apps.values()) if (app.socket) drop(app, app.socket);
    },
    /** The next events never arrive. */
    lose(times: number): void {
      losing += times;
    },
  };
}
