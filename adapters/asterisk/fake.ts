/**
 * An Asterisk that speaks ARI: channels, bridges, applications and phones behind the same HTTP and WebSocket, with the
 * traps that the real one has (they are listed in README.md). What it does was observed on Asterisk 22.10.1; nothing of
 * Asterisk's own text is in here. Serves contract tests, scenarios and demos.
 */

import { type Clock, realClock } from "../../src/testing/clock.ts";
import { createFaults } from "../../src/testing/faults.ts";
import { createApps } from "./fake/apps.ts";
import { createDialplan } from "./fake/dialplan.ts";
import { createLines } from "./fake/lines.ts";
import { createPhones } from "./fake/phones.ts";
import { createServer } from "./fake/server.ts";
import { hearing } from "./fake/sound.ts";
import { createWorld, type FakeChannel, toBridge, toChannel } from "./fake/world.ts";

export { type Clock, createManualClock } from "../../src/testing/clock.ts";
export type { FakeSocket } from "./fake/apps.ts";
export type { NewCall } from "./fake/dialplan.ts";
export type { PhoneHabit, Ringing } from "./fake/phones.ts";
export type { Hearing } from "./fake/sound.ts";

export type FakeOptions = {
  username: string;
  password: string;
  /** Endpoints of pjsip.conf: agents' phones and trunks. */
  endpoints: readonly string[];
  app?: string;
  contextHeader?: string;
  version?: string;
  /** A user that may only read. */
  readOnly?: boolean;
  clock?: Clock;
  /** How many requests later Asterisk has done what it answered 204 to. */
  lag?: number;
};

export type FakeAsterisk = ReturnType<typeof createFakeAsterisk>;

export function createFakeAsterisk(options: FakeOptions) {
  const { app = "patchcord", contextHeader = "X-Context-Id", version = "22.10.1", lag = 0 } = options;
  const { clock = realClock, readOnly = false } = options;
  const credentials = { username: options.username, password: options.password };
  const states = new Map<string, string>();
  const endpoints = new Set([...options.endpoints, "PJSIP/outside"]);
  const world = createWorld(clock, lag);
  const keyOf = () => `${credentials.username}:${credentials.password}`;
  const apps = createApps(world, (key) => key === keyOf());
  const lines = createLines(world, apps);
  const phones = createPhones(world, lines, contextHeader);
  const dialplan = createDialplan(world, lines, app);
  const faults = createFaults((ms) => new Promise((resolve) => void clock.after(ms, resolve)));
  const server = createServer({
    world,
    apps,
    lines,
    phones,
    dialplan,
    endpoints,
    version,
    access: (header) => (header === `Basic ${btoa(keyOf())}` ? (readOnly ? "read" : "write") : "none"),
    stateOf: (endpoint) => states.get(endpoint) ?? "online",
    faults: faults.middleware,
  });
  const { ring: _ring, ...controls } = phones;
  const known = (id: string): FakeChannel => {
    const channel = world.channels.get(id);
    if (!channel) throw new Error("no such channel");
    return channel;
  };
  return {
    app: server,
    clock,
    faults,
    ...controls,
    catchUp: world.catchUp,
    startCall: dialplan.startCall,
    startLeg: dialplan.startLeg,
    /** A WebSocket client, for `followEvents(…, { connect: fake.connect })`. */
    connect: apps.connect,
    /** Somebody listens to the event stream; else calls go on without us. */
    isHeard: (): boolean => apps.all().some(({ socket }) => socket !== undefined),
    disconnect: apps.disconnect,
    loseEvents: apps.lose,
    events: apps.sent,
    setPassword(password: string): void {
      credentials.password = password;
    },
    /** What is known of a phone: online, offline, unknown, or a word of a later Asterisk. */
    setEndpoint(endpoint: string, state: string): void {
      states.set(endpoint, state);
      const [technology, resource] = endpoint.split("/");
      for (const one of apps.all())
        if (one.sources.has(`endpoint:${endpoint}`))
          apps.send(one.name, {
            type: "EndpointStateChange",
            endpoint: { technology, resource, state, channel_ids: [] },
          });
    },
    channels: () => [...world.channels.values()].map(toChannel),
    bridges: () => [...world.bridges.values()].map(toBridge),
    variable: (channel: string, name: string) => known(channel).variables.get(name),
    /** Who hears whom, who hears music and who hears a phone ring, by channel. */
    hears: () => hearing(world),
    /** How often anybody was dialled. */
    dials: () => world.counted.dials,
  };
}
