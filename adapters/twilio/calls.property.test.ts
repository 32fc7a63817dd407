/** Random histories of commands, people and mishaps: whatever happens, the customer's leg is never ended by us. */
import fc from "fast-check";
import { expect, it } from "vitest";
import type { CallCommand, CallOperation, Outcome } from "../../src/platform/contract.ts";
import { callOperations } from "../../src/platform/contract.ts";
import type { FakeOptions } from "./fake.ts";
import { twilio } from "./index.ts";
import { breaking, customerHas, type MishapKind, mishaps, openMuteScene, openScene, type Scene } from "./testing.ts";

type Command = {
  do: "command";
  operation: CallOperation;
  party: number;
  speakTo: "customer" | "expert";
  /** The request that goes wrong, and how. */
  breaks?: { at: number; kind: MishapKind } | undefined;
  /** The same command once more. */
  again: boolean;
};
type Step =
  | Command
  | { do: "answer" | "voicemail" | "decline" | "noAnswer" | "hangUp"; party: number }
  | { do: "wait"; ms: number }
  | { do: "look" | "agentHangsUp" | "agentCrashes" | "holdCustomer" | "unholdCustomer" | "holdAgent" };

const command: fc.Arbitrary<Step> = fc.record({
  do: fc.constant("command" as const),
  operation: fc.constantFrom(...callOperations),
  party: fc.nat(4),
  speakTo: fc.constantFrom("customer" as const, "expert" as const),
  breaks: fc.option(fc.record({ at: fc.nat(12), kind: fc.constantFrom(...mishaps) }), { nil: undefined }),
  again: fc.boolean(),
});
const phone: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(
    "answer" as const,
    "answer" as const,
    "voicemail" as const,
    "decline" as const,
    "hangUp" as const,
  ),
  party: fc.nat(3),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: command },
  { weight: 7, arbitrary: phone },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(500, 5_000, 40_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        "agentHangsUp" as const,
        "agentCrashes" as const,
        "holdCustomer" as const,
        "unholdCustomer" as const,
        "holdAgent" as const,
      ),
    }),
  },
);
const habits: fc.Arbitrary<Partial<FakeOptions>> = fc.record({
  removesRinging: fc.boolean(),
  ringsOn: fc.boolean(),
  dialMs: fc.constantFrom(0, 300),
});

const pick = <T>(all: readonly T[], index: number): T | undefined => all[index % Math.max(1, all.length)];
const expertsOf = (scene: Scene) =>
  scene.fake.calls().filter((one) => one.direction === "outbound-api" && one.to.startsWith("+"));

async function runCommand(
  scene: Scene,
  { operation, party, speakTo, breaks, again }: Command,
): Promise<Outcome | undefined> {
  const legs = scene.fake.calls().map((one) => one.sid);
  const phoneNumber = { kind: "phone", e164: `+3312345678${party}` } as const;
  const change: Partial<CallCommand> = {
    speakTo,
    ...(["startConsult", "addParty", "blindTransfer"].includes(operation) ? { target: phoneNumber } : {}),
    ...(["removeParty", "hold", "resume"].includes(operation) ? { party: pick(legs, party) ?? "" } : {}),
  };
  const one = scene.command(operation, change);
  const dialled = scene.fake.dials();
  const connection = breaks ? breaking(scene.connection, breaks.at, breaks.kind).connection : scene.connection;
  const outcome = await twilio.calls?.run(connection, one).catch((error) => {
    expect(error.code).toBe("platform_throttled");
    return undefined;
  });
  if (again) await scene.send(one);
  expect(scene.fake.dials() - dialled).toBeLessThanOrEqual(1);
  return outcome;
}

async function take(scene: Scene, one: Step): Promise<Outcome | undefined> {
  const byHand = {
    holdCustomer: ["customer", true],
    unholdCustomer: ["customer", false],
    holdAgent: ["worker", true],
  } as const;
  if (one.do === "command") return runCommand(scene, one);
  if (one.do === "wait") await scene.pass(one.ms);
  else if (one.do === "look") await scene.look();
  else if ("party" in one) {
    const leg = pick(expertsOf(scene), one.party);
    if (leg) scene.fake[one.do](leg.sid);
  } else if (one.do === "agentHangsUp" || one.do === "agentCrashes") scene.fake[one.do](scene.ref);
  else {
    const [role, hold] = byHand[one.do];
    try {
      scene.fake.holdByHand(scene.ref, role, hold);
    } catch {
      // That leg has gone.
    }
  }
  return undefined;
}

/** What holds after every step. */
function expectSound(scene: Scene): void {
  const customer = scene.fake.call(scene.customer());
  if (customer.endedBy) expect(customer.endedBy, "who ended the customer's call").toBe("person");
  const conference = scene.fake.conference(scene.ref);
  if (conference.status === "completed" && customer.status !== "in-progress")
    expect(conference.endedBy, "who ended the conference").toBe("person");
  for (const { path, form } of scene.fake.timeline) {
    expect(form.Status === "completed", `${path} must not complete anything`).toBe(false);
    if (path.includes(scene.customer())) expect(Object.keys(form)).not.toContain("EndConferenceOnExit");
  }
  const removed = scene.fake.timeline.filter(({ method }) => method === "DELETE").map(({ path }) => path);
  for (const path of removed) expect(path).not.toContain(scene.customer());
}

/** What holds after a command that says that it was done. */
function expectDone(scene: Scene, operation: CallOperation): void {
  const heard = scene.fake.hears(scene.ref)[scene.customer()];
  const agentIsThere = scene.fake.call(scene.agent()).status === "in-progress";
  if (operation === "completeTransfer") {
    expect(agentIsThere).toBe(false);
    expect(heard?.hears.length).toBeGreaterThan(0);
  }
  if (operation === "startConsult" && heard) expect(heard.hears).toEqual([]);
  if (operation === "cancelConsult" && heard && agentIsThere) expect(heard.hears).toContain(scene.agent());
  if (operation === "mergeConference") expect(heard?.music).toBe(false);
}

it("no command of ours ends the customer's leg, whatever happens in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(habits, fc.array(step, { maxLength: 14 }), async (options, steps) => {
      const scene = await openMuteScene(options);
      for (const one of steps) {
        const outcome = await take(scene, one);
        expectSound(scene);
        const isPlain = one.do === "command" && !one.again && !one.breaks;
        if (isPlain && outcome?.state === "done") expectDone(scene, one.operation);
      }
    }),
    { numRuns: 150 },
  );
});

it("a customer whose agent is there is with them again after cancelling, whatever happened before", async () => {
  await fc.assert(
    fc.asyncProperty(habits, fc.array(step, { maxLength: 10 }), async (options, steps) => {
      const scene = await openMuteScene(options);
      for (const one of steps) await take(scene, one);
      const there =
        (await scene.look())?.parties.filter((one) => one.role === "expert" && one.state !== "failed") ?? [];
      for (const { ref } of there) await scene.run("cancelConsult", { party: ref });
      await scene.run("cancelConsult");
      const isThere = (call: string) =>
        scene.fake.conference(scene.ref).participants.some((one) => one.call.sid === call && !one.hold);
      if (!isThere(scene.agent())) return;
      expect(customerHas(scene)).toBe("company");
      expect(expertsOf(scene).filter((one) => one.status === "ringing")).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it("lost, doubled, late and swapped callbacks cost nothing but time", async () => {
  const mishap = fc.constantFrom("lose" as const, "duplicate" as const, "reorder" as const, { delayMs: 9_000 });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.array(mishap, { maxLength: 8 }), async (steps, all) => {
      const scene = await openScene();
      for (const each of all) scene.fake.misbehave(each);
      for (const one of steps) await take(scene, one);
      await scene.pass(10_000);
      await scene.fake.idle();
      expectSound(scene);
      const ids = scene.inbox.map((event) => event.eventId);
      for (const event of scene.inbox)
        if (event.kind === "interaction-changed") expect(event.interaction).toMatch(/^WT/);
      const found = await scene.look();
      const live = scene.fake.conference(scene.ref).participants.map((one) => one.call.sid);
      const shown = found?.parties.filter(({ state }) => state !== "left" && state !== "failed").map(({ ref }) => ref);
      expect(shown?.sort()).toEqual(live.sort());
      expect(scene.fake.deliveries.every(({ status }) => status === 204)).toBe(true);
      if (all.length === 0) expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 40 },
  );
});
