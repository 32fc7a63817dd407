import { z } from "zod";
import { isBridgeError } from "../../src/errors.ts";
import type { Socket } from "../../src/platform/contract.ts";
import { addressOf, ask, pathOf, read } from "./request.ts";
import type { Asterisk } from "./settings.ts";
import { createWatch, type Report, type Watch } from "./watch.ts";
import * as wire from "./wire.ts";

export type FollowOptions = { signal: AbortSignal } & Partial<Pick<Asterisk, "wait">> & {
    connect?: (url: string) => Socket;
  };

/** Half a second, one, two, … thirty. */
const backOffMs = (failures: number) => Math.min(30_000, 500 * 2 ** failures);
/** A socket that is silent for so long has to prove that it is alive. */
const silenceMs = 20_000;
const proofMs = 5_000;
const proof = "patchcord-alive";

/**
 * Keeps our application registered in Asterisk and does what its events call for (settle.ts), until `signal` says so.
 * While nobody follows, Asterisk hands no call to us and lets us dial nobody; calls under way go on. Exactly one process
 * may follow a connection: Asterisk gives the stream to the latest and leaves the others deaf, hence `replaced`.
 * @throws BridgeError `platform_unauthorized`: a person must correct the settings.
 */
export async function followEvents(
  c: Asterisk,
  report: Report,
  options: FollowOptions,
): Promise<"stopped" | "replaced"> {
  const { signal, wait = c.wait } = options;
  const watch = createWatch(c, report);
  let failures = 0;
  while (!signal.aborted) {
    const ended = await followOnce(c, watch, options).catch((error): Ended => {
      if (isBridgeError(error) && error.code === "platform_unauthorized") throw error;
      return "failed";
    });
    if (ended === "replaced") return "replaced";
    failures = ended === "closed" ? 0 : failures + 1;
    if (signal.aborted) break;
    c.log.warn("the event stream ended", { outcome: ended, failures });
    await wait(backOffMs(failures) * (0.75 + Math.random() / 2), signal);
  }
  return "stopped";
}

type Ended = "closed" | "failed" | "replaced";

async function followOnce(
  c: Asterisk,
  watch: Watch,
  { signal, connect = (url) => c.openSocket(url, ["ari"]), wait = c.wait }: FollowOptions,
): Promise<Ended> {
  await checkSignIn(c); // a WebSocket does not tell why it failed
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  const state = { ended: "failed" as Ended, heardAt: c.now().getTime(), wake: () => {} };
  const socket = connect(socketAddress(c));
  const opened = new Promise<void>((resolve) => socket.addEventListener("open", () => resolve()));
  socket.addEventListener("close", () => over.abort());
  socket.addEventListener("error", () => over.abort());
  socket.addEventListener("message", ({ data }: MessageEvent) => {
    state.heardAt = c.now().getTime();
    const event = readEvent(data);
    if (event?.type === "ApplicationReplaced" && event.application === c.settings.app) {
      state.ended = "replaced";
      over.abort();
    } else if (event) watch.take(event);
    state.wake();
  });
  try {
    await Promise.race([opened, aborted(until)]);
    if (until.aborted) return state.ended;
    state.ended = "closed";
    await begin(c, watch);
    while (!until.aborted) {
      await watch.work();
      await proveLife(c, state, over);
      const woken = new Promise<void>((resolve) => {
        state.wake = resolve;
      });
      await Promise.race([woken, wait(Math.max(5, watch.idleMs()), until)]);
    }
    return state.ended;
  } finally {
    socket.close();
  }
}

/** The WebSocket of browsers and Workers carries no headers of ours, so the password is in the address: never log it. */
function socketAddress(c: Asterisk): string {
  const { app, username, password } = c.settings;
  const query = new URLSearchParams({ app, api_key: `${username}:${password}` });
  return `${addressOf(c, "/events").replace(/^http/, "ws")}?${query}`;
}

async function checkSignIn(c: Asterisk): Promise<void> {
  await read(c, { path: "/asterisk/info", lane: "call" }, wire.info);
}

/** Asks for the events of the agents' phones too, and looks at everything that is there. */
async function begin(c: Asterisk, watch: Watch): Promise<void> {
  const path = `${pathOf("applications", c.settings.app)}/subscription`;
  for (const { endpoint } of c.settings.agents)
    await ask(c, { method: "POST", path, query: { eventSource: `endpoint:${endpoint}` }, lane: "expert" });
  const channels = await read(c, { path: "/channels", lane: "call" }, z.array(wire.channel));
  const bridges = await read(c, { path: "/bridges", lane: "call" }, z.array(wire.bridge));
  await watch.begin(
    channels ?? [],
    (bridges ?? []).map(({ id }) => id),
  );
}

/** After a long silence we have an event sent to ourselves; if it does not come, the socket is dead or deaf. */
async function proveLife(c: Asterisk, state: { heardAt: number }, over: AbortController): Promise<void> {
  const silentMs = c.now().getTime() - state.heardAt;
  if (silentMs < silenceMs) return;
  if (silentMs >= silenceMs + proofMs) return over.abort();
  await ask(c, {
    method: "POST",
    path: pathOf("events", "user", proof),
    query: { application: c.settings.app },
    lane: "bulk",
  });
}

function readEvent(data: unknown): wire.WireEvent | undefined {
  try {
    return wire.event.safeParse(JSON.parse(String(data))).data;
  } catch {
    return undefined;
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
