import type { EventsWorld, World } from "../../src/platform/contract-suite.ts";
import { testAdapter } from "../../src/platform/contract-suite.ts";
import { createTestConnection } from "../../src/testing/connection.ts";
import { mountForFile } from "../../src/testing/mount.ts";
import { createFakeTwilio, createManualClock, type FakeTwilio } from "./fake.ts";
import { twilio } from "./index.ts";
import type { Settings } from "./settings.ts";
import { prove } from "./signature.ts";
import { ada, expert, hookAddress, stranger } from "./testing.ts";

const others = Array.from({ length: 24 }, (_, index) => ({ name: `Agent ${index + 2}`, activity: "Available" }));

let fake: FakeTwilio;
mountForFile({
  "https://api.twilio.com": () => fake.app,
  "https://taskrouter.twilio.com": () => fake.app,
  "https://events.twilio.com": () => fake.app,
});

function makeWorld(): World<Settings> {
  const clock = createManualClock();
  const workers = [{ sid: ada, name: "Ada", activity: "Online", attributes: { email: "ada@example.com" } }, ...others];
  fake = createFakeTwilio({ workers, clock, pageSizeMax: 10 });
  const forEver = Number.POSITIVE_INFINITY;
  let ringing = "";
  fake.onRing(({ call }) => {
    ringing = call;
  });
  const dialing = { path: /Participants\.json$/, method: "POST" };
  return {
    connection: createTestConnection(fake.settings(), { now: clock.now }),
    throttle: (retryAfterMs) =>
      fake.faults.next({
        status: 429,
        headers: { "retry-after": String(retryAfterMs / 1000) },
        body: { code: 20429, message: "Too Many Requests", status: 429 },
        times: forEver,
      }),
    revoke: () => fake.revoke(),
    pass: (ms) => clock.advance(ms),
    presence: {
      account: ada,
      stranger,
      showUnknownWord: (account) => fake.chooseActivity(account, "Zen"),
      goOnQueue: (account) => fake.chooseActivity(account, "Available"),
    },
    people: { accounts: fake.workers().map(({ sid }) => sid) },
    calls: {
      startCall: () => ({ interaction: fake.startCall({ customer: { name: "Cleo" }, agent: ada }), agent: ada }),
      stranger: `WT${"9".repeat(32)}`,
      expert,
      answer: () => fake.answer(ringing),
      dials: fake.dials,
      loseNextAnswer: () => fake.faults.next({ ...dialing, applyThenDrop: true }),
      failNextCommand: () => fake.faults.next({ path: "/2010-04-01", method: "POST", status: 503 }),
    },
    events: eventsWorld(fake.settings().authToken),
  };
}

function eventsWorld(authToken: string): EventsWorld {
  const payload = {
    sid: `EV${"7".repeat(32)}`,
    timestamp: "2026-03-02T09:00:00.000Z",
    worker_sid: ada,
    worker_activity_name: "Break",
  };
  const event = { id: payload.sid, type: "com.twilio.taskrouter.worker.activity.update", data: { payload } };
  return {
    proof: ["x-twilio-signature"],
    signsBody: true,
    signsTime: false,
    async deliver({ body = new TextEncoder().encode(JSON.stringify([event])) } = {}) {
      const { url, headers } = await prove(authToken, hookAddress, body, false);
      return { method: "POST", url, headers: new Headers(headers), body };
    },
  };
}

testAdapter(twilio, makeWorld);
