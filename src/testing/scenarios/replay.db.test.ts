/** Every event of a call, one to ten times, in any order: the end is the same. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "../../ids.ts";
import { signatureHeaders } from "../../platform/signature.ts";
import { ana, createTestService, type TestService } from "../service.ts";

const secret = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy";
let service: TestService;
let hook: string;
beforeAll(async () => {
  service = await createTestService();
  const { body } = await service.ask("GET", "/v1/connections");
  hook = new URL(String(body.items?.find((one) => one.adapter === "webhook")?.hookUrl)).pathname;
});
afterAll(() => service?.close());

const roles = ["customer", "agent", "expert"] as const;
/** The steps of a call with a three-way and a hand-over, as the platform tells them. */
const steps = [
  ["connected", "connected"],
  ["held", "connected", "ringing"],
  ["held", "connected", "connected"],
  ["connected", "connected", "connected"],
  ["connected", "left", "connected"],
  ["left", "left", "left"],
] as const;

type Event = { eventId: string; body: string };

function eventsOf(call: string, from: number): Event[] {
  const at = (step: number) => new Date(from + step * 1_000).toISOString();
  return steps.flatMap((states, step): Event[] => {
    const parties = states.map((state, n) => ({
      ...{ ref: `${call}-${roles[n]}`, role: roles[n], state },
      ...(roles[n] === "agent" ? { account: ana.account } : {}),
    }));
    const state = step === steps.length - 1 ? "ended" : "live";
    const told = { ref: call, state, parties, startedAt: at(0), observedAt: at(step), sequence: step + 1 };
    const agent = {
      status: `S${step}`,
      means: step < 4 ? "on-call" : "wrap-up",
      routable: false,
      sequence: from + step,
    };
    return [
      { type: "interaction.changed", interaction: call, snapshot: told },
      { type: "agent.state.changed", agent: ana.account, state: agent },
    ].map((event) => {
      const eventId = newId("evt");
      return { eventId, body: JSON.stringify({ eventId, occurredAt: at(step), ...event }) };
    });
  });
}

async function send({ body }: Event): Promise<void> {
  const message = { id: newId("msg"), sentAt: service.clock.now(), body: new TextEncoder().encode(body) };
  const headers = await signatureHeaders([secret], message);
  expect((await service.ask("POST", hook, { token: "", body, headers })).status).toBeLessThan(300);
}

/** What is known in the end of the call and of the agent, without what names the one or the other run. */
async function endOf(call: string) {
  const [told] = await service.sql`
    select state, ended_at is not null as is_over, jsonb_path_query_array(snapshot, '$.parties[*].state') as parties
    from interactions where ref = ${call}`;
  const [presence] = await service.sql`
    select availability, activity, native from presences p join accounts a on a.id = p.account_id
    where a.external_id = ${ana.account}`;
  const taken = await service.sql`select count(*)::int as n from interactions where ref = ${call}`;
  return { told, presence, calls: taken[0]?.n };
}

it("in any order and however often each comes, the end is that of telling each once in its order", async () => {
  let nth = 0;
  const play = async (arrange: (events: Event[]) => Event[]) => {
    const call = `replay-${++nth}`;
    await service.pass(20_000, 20_000);
    for (const event of arrange(eventsOf(call, service.clock.now().getTime() - 10_000))) await send(event);
    return endOf(call);
  };
  const plain = await play((events) => events);
  expect(plain).toMatchObject({ told: { state: "ended", is_over: true }, presence: { native: "S5" }, calls: 1 });
  const count = steps.length * 2;
  const runs = fc.record({
    times: fc.array(fc.integer({ min: 1, max: 10 }), { minLength: count, maxLength: count }),
    order: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: count * 10, maxLength: count * 10 }),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ times, order }) => {
      const end = await play((events) =>
        events
          .flatMap((event, n) => Array.from({ length: times[n] ?? 1 }, () => event))
          .map((event, n) => ({ event, key: order[n] ?? 0 }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event),
      );
      expect(end).toEqual(plain);
    }),
    { numRuns: 8 },
  );
}, 60_000);
