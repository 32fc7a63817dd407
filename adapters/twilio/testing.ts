import type { CallCommand, CallOperation, Outcome, PlatformEvent } from "../../src/platform/contract.ts";
import { createTestConnection, fetchFrom } from "../../src/testing/connection.ts";
import { createFakeTwilio, createManualClock, type FakeOptions } from "./fake.ts";
import { twilio } from "./index.ts";
import type { Settings, Twilio } from "./settings.ts";

export const hookAddress = "https://patchcord.example/hooks/con_test";
export const ada = `WK${"1".repeat(32)}`;
export const ben = `WK${"2".repeat(32)}`;
export const stranger = `WK${"f".repeat(32)}`;
export const expertPhone = "+33123456789";
export const expert = { kind: "phone", e164: expertPhone } as const;

const workers = [
  { sid: ada, name: "ada@example.com", attributes: { email: "ada@example.com", full_name: "Ada Agent" } },
  { sid: ben, name: "ben", activity: "Available" },
];

/** A fake on a clock of its own, a connection straight to it, and what it has told us so far. */
export function openFake(options: Partial<FakeOptions> = {}, own: Partial<Settings> = {}) {
  const clock = createManualClock();
  const inbox: PlatformEvent[] = [];
  const fake = createFakeTwilio({
    workers,
    clock,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = new Uint8Array(await request.arrayBuffer());
      const { method, url, headers } = request;
      const answer = await twilio.events?.receive(connection, { method, url, headers, body });
      if (!answer || !("events" in answer)) return new Response(JSON.stringify(answer), { status: 401 });
      inbox.push(...answer.events);
      return new Response(null, { status: 204 });
    },
    ...options,
  });
  const settings: Settings = { ...fake.settings(), ...own };
  const connection: Twilio = createTestConnection(settings, { now: clock.now, fetch: fetchFrom(fake.app) });
  return { fake, clock, connection, inbox };
}

export type Opened = ReturnType<typeof openFake>;

/** A customer talks to Ada, and Twilio tells us what happens. */
export async function openScene(options: Partial<FakeOptions> = {}, own: Partial<Settings> = {}) {
  const opened = openFake(options, own);
  await twilio.events?.subscribe?.(opened.connection, hookAddress);
  return setScene(opened);
}

/** The same, quicker, for tests that look for themselves. */
export const openMuteScene = async (options: Partial<FakeOptions> = {}) => setScene(openFake(options));

/** Short words for what tests do with a call. */
function setScene(opened: ReturnType<typeof openFake>) {
  const { fake, connection, clock } = opened;
  let ringing = "";
  fake.onRing(({ call }) => {
    ringing = call;
  });
  const ref = fake.startCall({ customer: { name: "Cleo", intent: "invoice" }, agent: ada });
  let commands = 0;
  const command = (operation: CallOperation, change: Partial<CallCommand> = {}): CallCommand => ({
    commandId: `cmd_${++commands}`,
    operation,
    interaction: ref,
    agent: ada,
    ...(["startConsult", "addParty", "blindTransfer"].includes(operation) ? { target: expert, ringMs: 18_000 } : {}),
    ...change,
  });
  const send = (one: CallCommand): Promise<Outcome> => twilio.calls?.run(connection, one) ?? Promise.reject();
  return {
    ...opened,
    ref,
    command,
    send,
    run: (operation: CallOperation, change: Partial<CallCommand> = {}) => send(command(operation, change)),
    look: () => twilio.calls?.lookup(connection, ref),
    /** The call of the phone that rang last. */
    ringing: () => ringing,
    answer: () => fake.answer(ringing),
    pass: (ms: number) => clock.advance(ms),
    /** Who is in it and how, as `customer connected, agent connected, expert ringing`. */
    async seen(): Promise<string> {
      const snapshot = await twilio.calls?.lookup(connection, ref);
      return (snapshot?.parties ?? [])
        .filter(({ state }) => state !== "left" && state !== "failed")
        .map(({ role, state }) => `${role} ${state}`)
        .sort()
        .join(", ");
    },
    customer: () => partyOf(fake, ref, "customer"),
    agent: () => partyOf(fake, ref, "worker"),
  };
}
export type Scene = ReturnType<typeof setScene>;

const partyOf = (fake: Opened["fake"], ref: string, role: "customer" | "worker"): string => {
  const task = fake.tasks().find((one) => one.sid === ref);
  return JSON.parse(task?.attributes ?? "{}").conference?.participants[role] ?? "";
};

/** Ada has an expert on the line, the customer hears music. */
export async function consulting(...options: Parameters<typeof openScene>): Promise<Scene> {
  const scene = await openScene(...options);
  await scene.run("startConsult");
  scene.answer();
  return scene;
}

/** How one request goes wrong. `outage`: that one and all that follow. */
export const mishaps = ["refused", "failed", "dropped", "lost", "throttled", "outage"] as const;
export type MishapKind = (typeof mishaps)[number];

const answers = {
  refused: () => Response.json({ code: 20001, message: "no", status: 400 }, { status: 400 }),
  failed: () => Response.json({ code: 20500, message: "oops", status: 500 }, { status: 500 }),
  throttled: () =>
    Response.json({ code: 20429, message: "slow", status: 429 }, { status: 429, headers: { "retry-after": "1" } }),
} as const;

/** The same connection, on which the request at this place goes wrong; `Infinity` only counts. */
export function breaking(connection: Twilio, at: number, kind: MishapKind) {
  let count = 0;
  const fetch: Twilio["fetch"] = async (input, init) => {
    const place = count++;
    if (place < at || (place > at && kind !== "outage")) return connection.fetch(input, init);
    if (kind === "lost") await connection.fetch(input, init);
    if (kind === "refused" || kind === "failed" || kind === "throttled") return answers[kind]();
    throw new TypeError("fetch failed");
  };
  return { connection: { ...connection, fetch }, requests: () => count };
}

/** What the customer has: company, music, the sound of a ring; nothing is silence. */
export function customerHas(scene: Scene): "company" | "music" | "ring" | "silence" | "gone" {
  const call = scene.customer();
  if (scene.fake.call(call).status !== "in-progress") return "gone";
  const heard = scene.fake.hears(scene.ref)[call];
  if (heard?.music) return "music";
  if (heard?.hears.length) return "company";
  return heard?.ringing ? "ring" : "silence";
}
