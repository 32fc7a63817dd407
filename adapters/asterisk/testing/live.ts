/** A real Asterisk, set up as README.md says for this, with phones of ours around it. */
import type { World } from "../../../src/platform/contract-suite.ts";
import { createTestConnection } from "../../../src/testing/connection.ts";
import { calls } from "../calls.ts";
import { followEvents } from "../follow.ts";
import { ask } from "../request.ts";
import { type Asterisk, type Settings, settings } from "../settings.ts";
import { testSettings } from "../testing.ts";
import type { Report } from "../watch.ts";
import { openPhone, type Phone } from "./phones/phone.ts";

const { env } = process;
export const liveUrl = env.ASTERISK_ARI_URL;

const liveSettings = (): Settings =>
  settings.parse({
    ...testSettings,
    ariUrl: liveUrl,
    username: env.ASTERISK_ARI_USER ?? "patchcord",
    password: env.ASTERISK_ARI_PASSWORD ?? "",
    agents: Array.from({ length: 101 }, (_, n) => ({
      id: n === 0 ? "alice" : `agent${n}`,
      name: `Agent ${n}`,
      endpoint: n === 0 ? "PJSIP/alice" : "PJSIP/outside",
    })),
  });

/** Where Asterisk takes SIP. */
const sip = env.ASTERISK_SIP ?? "127.0.0.1:5060";
export const tones = { alice: 500, customer: 700, expert: 1_100, music: 1_900 } as const;

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export async function until<T>(find: () => T | Promise<T>, what: string, ms = 5_000): Promise<NonNullable<T>> {
  const endsAt = performance.now() + ms;
  for (;;) {
    const found = await find();
    if (found) return found;
    if (performance.now() > endsAt) throw new Error(`waited in vain: ${what}`);
    await sleep(20);
  }
}

/** What the network does to the next requests. */
type Mishaps = { refuse?: Response; dropAnswerOf?: RegExp; failPost?: boolean; word?: string; dials: number };

function mishapsFetch(mishaps: Mishaps): Asterisk["fetch"] {
  return async (input, init = {}) => {
    const { lane: _lane, cost: _cost, ...rest } = init;
    if (mishaps.refuse) return mishaps.refuse.clone();
    const path = new URL(String(input)).pathname;
    if (mishaps.failPost && rest.method === "POST") {
      mishaps.failPost = false;
      return new Response(null, { status: 503 });
    }
    const response = await fetch(input, rest);
    if (path.endsWith("/dial") && response.ok) mishaps.dials++;
    if (mishaps.dropAnswerOf?.test(path)) {
      delete mishaps.dropAnswerOf;
      throw new TypeError("fetch failed");
    }
    if (mishaps.word && path.endsWith("/endpoints"))
      return new Response((await response.text()).replaceAll('"online"', `"${mishaps.word}"`));
    return response;
  };
}

export type Stage = Awaited<ReturnType<typeof openStage>>;

/** Three phones, a follower of events, and a connection; `close` leaves nothing in Asterisk. */
export async function openStage() {
  const [alice, customer, expert] = await Promise.all([
    openPhone({ port: 6001, user: "alice", tone: tones.alice }),
    openPhone({ host: "127.0.0.2", port: 6002, user: "outside", tone: tones.customer }),
    openPhone({ port: 6003, user: "expert", tone: tones.expert }),
  ]);
  alice.behave("answer");
  const mishaps: Mishaps = { dials: 0 };
  const connection: Asterisk = createTestConnection(liveSettings(), { fetch: mishapsFetch(mishaps) });
  const calm: Asterisk = createTestConnection(liveSettings());
  const reported: Parameters<Report>[0] = [];
  let over = new AbortController();
  let isClosed = false;
  let following: Promise<unknown> = Promise.resolve();
  const follow = async () => {
    over = new AbortController();
    const before = reported.length;
    following = followEvents(calm, async (events) => void reported.push(...events), { signal: over.signal });
    await until(() => reported.slice(before).some(({ kind }) => kind === "attention"), "the event stream");
  };
  const unfollow = async () => {
    over.abort();
    await following;
  };
  const list = async (what: "channels" | "bridges") =>
    (await ask(calm, { path: `/${what}`, lane: "call" })).body as { id: string; name: string }[];
  await follow();

  return {
    alice,
    customer,
    expert,
    connection,
    mishaps,
    reported,
    follow,
    unfollow,
    list,
    /** The customer calls, Alice picks up, and they talk. */
    async startCall(): Promise<string> {
      customer.call(`sip:support@${sip}`);
      const isOurs = ({ name }: { name: string }) => name.startsWith("PJSIP/outside");
      const { id } = await until(async () => (await list("channels")).find(isOurs), "the customer's channel");
      await until(async () => {
        const parties = (await calls.lookup(calm, id))?.parties ?? [];
        return parties.length === 2 && parties.every(({ state }) => state === "connected");
      }, "customer and agent talk");
      return id;
    },
    async close(): Promise<void> {
      if (isClosed) return;
      isClosed = true;
      for (const phone of [customer, alice, expert]) phone.hangUp();
      await unfollow();
      for (const { id } of await list("channels"))
        await ask(calm, { method: "DELETE", path: `/channels/${id}`, lane: "call" });
      for (const { id } of await list("bridges"))
        await ask(calm, { method: "DELETE", path: `/bridges/${id}`, lane: "call" });
      await until(async () => (await list("channels")).length === 0, "Asterisk has no channels left");
      for (const phone of [customer, alice, expert]) phone.close();
    },
  };
}

/** Which of the known tones a phone hears for most of half a second. */
export async function hears(phone: Phone): Promise<string[]> {
  phone.media.forget();
  await sleep(550);
  return Object.entries(tones)
    .filter(([, frequency]) => phone.media.loudness(frequency) > 1_500)
    .map(([name]) => name)
    .sort();
}

/** The contract suite's world, with the network between us and Asterisk in the suite's hands. */
export async function makeLiveWorld(): Promise<World<Settings>> {
  const stage = await openStage();
  const { connection, mishaps, expert } = stage;
  return {
    connection,
    throttle: (ms) => {
      mishaps.refuse = new Response(null, { status: 429, headers: { "retry-after": String(ms / 1000) } });
    },
    revoke: () => {
      connection.settings.password = "another";
    },
    close: () => stage.close(),
    presence: {
      account: "alice",
      stranger: "nobody",
      showUnknownWord: () => {
        mishaps.word = "zen";
      },
    },
    people: { accounts: connection.settings.agents.map(({ id }) => id) },
    calls: {
      startCall: async () => ({ interaction: await stage.startCall(), agent: "alice" }),
      stranger: "1700000000.99",
      expert: { kind: "phone", e164: "+33123456789" },
      async answer() {
        await until(() => expert.state() === "ringing", "the expert's phone rings");
        expert.answer();
      },
      // An INVITE takes its time to the phone; that one command makes one INVITE has a test of its own.
      dials: () => mishaps.dials,
      loseNextAnswer: () => {
        mishaps.dropAnswerOf = /\/dial$/;
      },
      failNextCommand: () => {
        mishaps.failPost = true;
      },
    },
  };
}
