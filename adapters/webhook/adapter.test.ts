import type { EventsWorld, World } from "../../src/platform/contract-suite.ts";
import { testAdapter } from "../../src/platform/contract-suite.ts";
import { signatureHeaders } from "../../src/platform/signature.ts";
import { createTestConnection } from "../../src/testing/connection.ts";
import { mountForFile } from "../../src/testing/mount.ts";
import { createFakeContactCenter, createManualClock, type FakeContactCenter } from "./fake.ts";
import { webhook } from "./index.ts";

const origin = "https://contact-center.example";
const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const expert = { kind: "phone", e164: "+33123456789" } as const;
const agents = Array.from({ length: 25 }, (_, index) => ({ id: `agent-${index + 1}`, name: `Agent ${index + 1}` }));

let fake: FakeContactCenter;
mountForFile({ [origin]: () => fake.app });

function makeWorld(): World<{ commandUrl: string; secret: string }> {
  const clock = createManualClock();
  fake = createFakeContactCenter({ secret, agents, clock, pageSize: 10 });
  const refuseAll = (status: number, headers: Record<string, string> = {}) =>
    fake.faults.next({ status, headers, times: Number.POSITIVE_INFINITY });
  let ringing = "";
  fake.onRing(({ party }) => {
    ringing = party;
  });
  return {
    connection: createTestConnection({ commandUrl: origin, secret }, { now: clock.now }),
    throttle: (retryAfterMs) => refuseAll(429, { "retry-after": String(retryAfterMs / 1000) }),
    revoke: () => fake.setSecrets("another secret, long enough to be one"),
    pass: (ms) => clock.advance(ms),
    presence: {
      account: "agent-1",
      stranger: "agent-999",
      showUnknownWord: (account) => fake.chooseStatus(account, "zen"),
      goOnQueue: (account) => fake.chooseStatus(account, "On Queue"),
    },
    people: { accounts: agents.map(({ id }) => id) },
    calls: {
      startCall: () => ({
        interaction: fake.startCall({ customer: { name: "Ada" }, agent: "agent-1" }),
        agent: "agent-1",
      }),
      stranger: "call-999",
      expert,
      answer: () => fake.answer(ringing),
      dials: fake.dials,
      loseNextAnswer: () => fake.faults.next({ path: "/commands", method: "POST", applyThenDrop: true }),
      failNextCommand: () => fake.faults.next({ path: "/commands", method: "POST", status: 503 }),
    },
    events: eventsWorld(clock.now),
  };
}

function eventsWorld(now: () => Date): EventsWorld {
  const occurredAt = now().toISOString();
  const state = { status: "Pause café", means: "break", routable: false, sequence: 7 };
  const event = { eventId: "evt-1", occurredAt, type: "agent.state.changed", agent: "agent-1", state };
  return {
    proof: ["webhook-id", "webhook-timestamp", "webhook-signature"],
    signsBody: true,
    signsTime: true,
    async deliver({ sentAt = now(), body = new TextEncoder().encode(JSON.stringify({ events: [event] })) } = {}) {
      const proof = await signatureHeaders([secret], { id: "evt-1", sentAt, body });
      const headers = new Headers({ ...proof, "content-type": "application/json" });
      return { method: "POST", url: "https://patchcord.example/hooks/con_test", headers, body };
    },
  };
}

testAdapter(webhook, makeWorld);
