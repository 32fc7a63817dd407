import fc from "fast-check";
import { expect, it } from "vitest";
import type { CallCommand, Outcome } from "../../src/platform/contract.ts";
import { callOperations } from "../../src/platform/contract.ts";
import { calls } from "./calls.ts";
import type { FakeOptions } from "./fake.ts";
import { settle } from "./settle.ts";
import { command, openFake, startTalk } from "./testing.ts";

type Mishap = { after: number; fault: { status?: number; drop?: boolean; applyThenDrop?: boolean } };
type Step =
  | {
      do: "command";
      operation: CallCommand["operation"];
      party: number;
      speakTo: "customer" | "expert";
      again: boolean;
      mishap?: Mishap;
    }
  | { do: "answer" | "refuse" | "hangUp"; leg: number }
  | { do: "wait"; ms: number }
  | { do: "agentHangsUp" | "customerHangsUp" | "settle" };

const mishap: fc.Arbitrary<Mishap> = fc.record({
  after: fc.nat(12),
  fault: fc.constantFrom({ status: 503 }, { drop: true }, { applyThenDrop: true }),
});
// Weighted so that consults are answered and calls live long enough for something to happen in them.
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 30,
    arbitrary: fc.record(
      {
        do: fc.constant("command" as const),
        operation: fc.constantFrom(...callOperations),
        party: fc.nat(5),
        speakTo: fc.constantFrom("customer" as const, "expert" as const),
        again: fc.boolean(),
        mishap,
      },
      { requiredKeys: ["do", "operation", "party", "speakTo", "again"] },
    ),
  },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("answer" as const), leg: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("refuse" as const, "hangUp" as const), leg: fc.nat(4) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(500, 20_000) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("settle" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("agentHangsUp" as const, "customerHangsUp" as const) }) },
);
const history = fc.array(step, { minLength: 5, maxLength: 25, size: "max" });
const kinds: fc.Arbitrary<Partial<FakeOptions>> = fc.record({ lag: fc.constantFrom(0, 0, 0, 2) });

async function openScene(options: Partial<FakeOptions>) {
  const scene = openFake(options);
  scene.listen();
  await Promise.resolve();
  const interaction = await startTalk(scene);
  const { fake } = scene;
  const agent = fake.channels().find(({ name }) => name.startsWith("PJSIP/alice"))?.id ?? "";
  const isThere = (id: string) => fake.channels().some((channel) => channel.id === id);
  const experts = () => fake.channels().filter(({ id }) => id !== interaction && id !== agent);
  return {
    ...scene,
    interaction,
    agent,
    experts,
    isThere,
    /** The dialplan has the customer back: whatever happens next is its own affair. */
    isGivenBack: () => fake.channels().find(({ id }) => id === interaction)?.dialplan.app_name === "Queue",
    dialCommands: new Set<string>(),
    /** What the world did: hung up, or left it to us. */
    customerHungUp: false,
    agentMayGo: false,
  };
}
type Scene = Awaited<ReturnType<typeof openScene>>;

async function runCommand(scene: Scene, one: Step & { do: "command" }): Promise<Outcome> {
  const { fake, connection, interaction } = scene;
  const parties = fake.channels().map(({ id }) => id);
  const party = parties[one.party % Math.max(1, parties.length)] ?? "nobody";
  const needsParty = ["removeParty", "hold", "resume"].includes(one.operation);
  const ordered = command(one.operation, interaction, { speakTo: one.speakTo, ...(needsParty ? { party } : {}) });
  if (ordered.target) scene.dialCommands.add(ordered.commandId);
  const lets = one.operation === "removeParty" && party === scene.agent;
  if (lets || ["completeTransfer", "blindTransfer"].includes(one.operation)) scene.agentMayGo = true;
  if (one.mishap) {
    let left = one.mishap.after;
    fake.faults.next({ path: Object.assign(/./, { test: () => left-- === 0 }), ...one.mishap.fault });
  }
  const outcome = await calls.run(connection, ordered);
  fake.faults.clear();
  const repeated = one.again || outcome.state === "unknown" ? await calls.run(connection, ordered) : outcome;
  fake.catchUp();
  return one.mishap ? repeated : outcome;
}

async function take(scene: Scene, one: Step): Promise<Outcome | undefined> {
  const { fake, clock, connection, interaction, agent } = scene;
  switch (one.do) {
    case "command":
      return runCommand(scene, one);
    case "wait":
      await clock.advance(one.ms);
      return undefined;
    case "settle": {
      const all = fake.channels().map(({ id }) => id);
      await settle(connection, interaction, all);
      fake.catchUp();
      return undefined;
    }
    case "customerHangsUp":
      if (scene.isThere(interaction)) fake.hangUp(interaction);
      scene.customerHungUp = true;
      scene.agentMayGo = true;
      return undefined;
    case "agentHangsUp":
      if (scene.isThere(agent)) fake.hangUp(agent);
      scene.agentMayGo = true;
      return undefined;
    default: {
      const legs = scene.experts();
      const leg = legs[one.leg % Math.max(1, legs.length)];
      if (!leg) return undefined;
      if (one.do === "hangUp") fake.hangUp(leg.id);
      else if (leg.state === "Ringing") fake[one.do](leg.id);
      return undefined;
    }
  }
}

function expectSound(scene: Scene, one: Step, outcome: Outcome | undefined): void {
  const { fake, interaction, agent, isThere } = scene;
  if (!scene.customerHungUp) expect(isThere(interaction), "the customer's leg").toBe(true);
  if (!scene.agentMayGo) expect(isThere(agent), "the agent's leg").toBe(true);
  expect(fake.dials()).toBeLessThanOrEqual(scene.dialCommands.size);
  if (one.do !== "command" || one.again || one.mishap || !isThere(interaction) || scene.isGivenBack()) return;
  const hears = fake.hears();
  const customer = hears[interaction] ?? { hears: [], music: false };
  const worked = outcome?.state === "done" || outcome?.state === "accepted";
  if (!worked) return;
  if (one.operation === "cancelConsult" && isThere(agent)) expect(customer.hears).toContain(agent);
  if (one.operation === "startConsult") expect(customer).toMatchObject({ hears: [], music: true });
  if (one.operation === "mergeConference") expect(customer.hears.length).toBeGreaterThan(0);
  if (one.operation === "completeTransfer") {
    expect(isThere(agent)).toBe(false);
    expect(customer.hears).not.toEqual([]);
    expect(Object.values(hears).some(({ music }) => music)).toBe(false);
  }
}

it("no command ends the customer's leg, rings twice or leaves them in silence, whatever happens in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(kinds, history, async (options, steps) => {
      const scene = await openScene(options);
      for (const one of steps) expectSound(scene, one, await take(scene, one));
    }),
    { numRuns: 120 },
  );
});

it("everything is cleared away once everybody has gone", async () => {
  await fc.assert(
    fc.asyncProperty(kinds, history, async (options, steps) => {
      const scene = await openScene(options);
      for (const one of steps) await take(scene, one);
      if (!scene.isGivenBack()) await take(scene, { do: "customerHangsUp" });
      await take(scene, { do: "settle" });
      // Two who still talk may do so; now they have said it all.
      for (const { id } of scene.experts()) scene.fake.hangUp(id);
      for (let count = 0; count < 3; count++) await take(scene, { do: "settle" });
      const left = scene.fake.channels().filter(({ dialplan }) => dialplan.app_name === "Stasis");
      expect([left, scene.fake.bridges()]).toEqual([[], []]);
    }),
    { numRuns: 80 },
  );
});
