import type { World } from "../../src/platform/contract-suite.ts";
import { testAdapter } from "../../src/platform/contract-suite.ts";
import { createTestConnection, fetchFrom } from "../../src/testing/connection.ts";
import { mountForFile } from "../../src/testing/mount.ts";
import { createFakeAsterisk, createManualClock, type FakeAsterisk } from "./fake.ts";
import { asterisk } from "./index.ts";
import type { Settings } from "./settings.ts";
import { settle } from "./settle.ts";
import { alice, expertNumber, testSettings } from "./testing.ts";

const origin = "https://pbx.example";
const password = "a secret of the tests";

let fake: FakeAsterisk;
mountForFile({ [origin]: () => fake.app });

/** `lag`: Asterisk acts so many requests after it has answered. */
function makeWorld(lag: number): World<Settings> {
  const clock = createManualClock();
  const others = Array.from({ length: 120 }, (_, n) => ({ id: `a${n}`, name: `Agent ${n}`, endpoint: "PJSIP/ben" }));
  const agents = [...testSettings.agents.filter(({ id }) => id !== "gone"), ...others];
  const endpoints = ["PJSIP/alice", "PJSIP/ben", "PJSIP/trunk"];
  fake = createFakeAsterisk({ username: "patchcord", password, endpoints, clock, lag });
  const straight = lag === 0 ? {} : { fetch: fetchFrom(fake.app) };
  const connection = createTestConnection({ ...testSettings, agents, password }, { now: clock.now, ...straight });
  fake.connect(`${origin.replace("https", "wss")}/ari/events?app=patchcord&api_key=patchcord:${password}`);
  const refuseAll = (status: number, headers: Record<string, string> = {}) =>
    fake.faults.next({ status, headers, times: Number.POSITIVE_INFINITY });
  let ringing = "";
  fake.onRing(({ channel }) => {
    ringing = channel;
  });
  return {
    connection,
    throttle: (retryAfterMs) => refuseAll(429, { "retry-after": String(retryAfterMs / 1000) }),
    revoke: () => fake.setPassword("another secret"),
    pass: (ms) => clock.advance(ms),
    presence: {
      account: "alice",
      stranger: "nobody",
      showUnknownWord: () => fake.setEndpoint("PJSIP/alice", "zen"),
    },
    people: { accounts: agents.map(({ id }) => id) },
    calls: {
      async startCall() {
        const interaction = fake.startCall({ agent: alice, attributes: { queue: "claims" } });
        const newcomers = fake.channels().map(({ id }) => id);
        await settle(connection, interaction, newcomers);
        fake.catchUp();
        return { interaction, agent: "alice" };
      },
      stranger: "1700000000.99",
      expert: { kind: "phone", e164: expertNumber },
      answer: () => fake.answer(ringing),
      dials: fake.dials,
      loseNextAnswer: () => fake.faults.next({ path: /\/dial$/, method: "POST", applyThenDrop: true }),
      failNextCommand: () => fake.faults.next({ method: "POST", status: 503 }),
    },
  };
}

testAdapter(asterisk, () => makeWorld(0));
testAdapter({ ...asterisk, id: "asterisk-that-lags" }, () => makeWorld(3));
