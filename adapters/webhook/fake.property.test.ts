import fc from "fast-check";
import { expect, it } from "vitest";
import type { CallCommand, InteractionSnapshot, Outcome } from "../../src/platform/contract.ts";
import { callOperations } from "../../src/platform/contract.ts";
import { calls } from "./calls.ts";
import type { FakeOptions } from "./fake.ts";
import { openFake } from "./testing.ts";
import type { WireSnapshot } from "./wire.ts";

type Step =
  | {
      do: "command";
      operation: CallCommand["operation"];
      party: number;
      speakTo: "customer" | "expert";
      again: boolean;
    }
  | { do: "answer" | "voicemail" | "decline" | "noAnswer" | "hangUp"; party: number }
  | { do: "wait"; ms: number }
  | { do: "agentHangsUp" | "customerHangsUp" };

const party = fc.nat(6);
const pause = fc.constantFrom(500, 5_000, 40_000);
const command = fc.record({
  do: fc.constant("command" as const),
  operation: fc.constantFrom(...callOperations),
  party,
  speakTo: fc.constantFrom("customer" as const, "expert" as const),
  again: fc.boolean(),
});
const failure = fc.constantFrom("voicemail" as const, "decline" as const, "noAnswer" as const, "hangUp" as const);
const end = fc.constantFrom("agentHangsUp" as const, "customerHangsUp" as const);
// Weighted so that consults are answered and calls live long enough for something to happen in them.
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: command },
  { weight: 12, arbitrary: fc.record({ do: fc.constant("answer" as const), party }) },
  { weight: 4, arbitrary: fc.record({ do: failure, party }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("wait" as const), ms: pause }) },
  { weight: 1, arbitrary: fc.record({ do: end }) },
);
const history = (maxLength: number) => fc.array(step, { minLength: 5, maxLength, size: "max" });

const kinds: fc.Arbitrary<Partial<FakeOptions>> = fc.record({
  endsWithCustomer: fc.boolean(),
  returnsCustomer: fc.boolean(),
  hearsMachines: fc.boolean(),
  renumbers: fc.boolean(),
  dialMs: fc.constantFrom(0, 300),
});

type Opened = ReturnType<typeof openFake>;
/** `secret`: the expert whom the customer must not hear, and who must not hear the customer. */
type Scene = Opened & { ref: string; commands: number; secret?: string };

const openScene = (options: Partial<FakeOptions>, mute = false): Scene => {
  const open = openFake(options, mute);
  return { ...open, ref: open.fake.startCall({ customer: { name: "Cleo" }, agent: "agent-1" }), commands: 0 };
};

const pick = (scene: Scene, index: number, fits: (party: WireSnapshot["parties"][number]) => boolean): string => {
  const parties = scene.fake.interaction(scene.ref).parties.filter(fits);
  return parties[index % Math.max(1, parties.length)]?.ref ?? "nobody";
};
const isRinging = (state: string) => state === "dialing" || state === "ringing";

async function runCommand(
  scene: Scene,
  { operation, party: index, speakTo, again }: Step & { do: "command" },
): Promise<Outcome> {
  const dials = ["startConsult", "addParty", "blindTransfer"].includes(operation);
  const ordered: CallCommand = {
    commandId: `cmd-${scene.commands++}`,
    operation,
    interaction: scene.ref,
    agent: "agent-1",
    speakTo,
    ...(dials ? { target: { kind: "phone", e164: `+3312345678${index}` } } : {}),
    ...(["removeParty", "hold", "resume"].includes(operation) ? { party: pick(scene, index, () => true) } : {}),
  };
  const outcome = await calls.run(scene.connection, ordered);
  const after = scene.fake.dials();
  if (again) expect(await calls.run(scene.connection, ordered)).toEqual(outcome);
  expect(scene.fake.dials()).toBe(after);
  return outcome;
}

async function take(scene: Scene, one: Step): Promise<Outcome | undefined> {
  if (one.do === "command") return runCommand(scene, one);
  if (one.do === "wait") await scene.clock.advance(one.ms);
  else if ("party" in one) {
    const fits = one.do === "hangUp" ? isThere : isRinging;
    const leg = pick(scene, one.party, ({ role, state }) => role === "expert" && fits(state));
    if (leg !== "nobody") scene.fake[one.do](leg);
  } else scene.fake[one.do](scene.ref);
  return undefined;
}

const look = ({ fake, ref }: Scene): WireSnapshot => ({ ...fake.interaction(ref), observedAt: "" });
const customerOf = ({ parties }: WireSnapshot) => parties.find(({ role }) => role === "customer");
const isThere = (state: string | undefined) => state === "connected" || state === "held";

/** A consult is private from its start until everybody is merged, the agent has left or somebody ended it. */
function keepSecret(scene: Scene, one: Step, outcome: Outcome | undefined): void {
  const { parties } = look(scene);
  const isDone = one.do === "command" && outcome?.state !== "refused";
  const agentIsThere = parties.some(({ account, state }) => account === "agent-1" && isThere(state));
  if (isDone && one.operation === "startConsult")
    scene.secret = parties.findLast(({ role }) => role === "expert")?.ref ?? "";
  else if ((isDone && one.operation === "mergeConference") || !agentIsThere) delete scene.secret;
}

/** What holds after every step, whatever it was. */
function expectSound(scene: Scene): void {
  const seen = look(scene);
  const graph = scene.fake.hears(scene.ref);
  for (const { ref, state } of seen.parties) {
    const own = graph[ref];
    expect(own?.music).toBe(state === "held");
    if (state !== "connected") expect(own?.hears).toEqual([]);
    for (const other of own?.hears ?? []) expect(graph[other]?.hears).toContain(ref);
  }
  const customer = customerOf(seen);
  // Never silence: somebody, or music.
  if (customer?.state === "connected") expect(graph[customer.ref]?.hears).not.toEqual([]);
  if (scene.secret && customer) expect(graph[customer.ref]?.hears).not.toContain(scene.secret);
  const agentIsThere = seen.parties.some(({ account, state }) => account === "agent-1" && isThere(state));
  expect(scene.fake.agents()[0]?.state.means === "on-call").toBe(agentIsThere);
  // Whoever the agent leaves behind is together.
  if (!agentIsThere && seen.parties.some(({ role, state }) => role === "expert" && isThere(state)))
    expect(seen.parties.filter(({ state }) => state === "held")).toEqual([]);
  if (seen.state === "ended")
    expect(seen.parties.every(({ state }) => state === "left" || state === "failed")).toBe(true);
}

/** What holds after one step, given what was before it. */
function expectStep(scene: Scene, one: Step, before: WireSnapshot, outcome: Outcome | undefined): void {
  const after = look(scene);
  const wasThere = isThere(customerOf(before)?.state);
  const isByUs = one.do === "command" || one.do === "wait";
  if (isByUs && wasThere) expect(isThere(customerOf(after)?.state)).toBe(true);
  if (outcome?.state === "refused") expect(after).toEqual(before);
  if (one.do !== "command" || outcome?.state === "refused") return;
  const agent = after.parties.findLast(({ role }) => role === "agent");
  const heard = scene.fake.hears(scene.ref)[customerOf(after)?.ref ?? ""]?.hears;
  if (one.operation === "cancelConsult" && wasThere) expect(heard).toContain(agent?.ref);
  if (one.operation === "completeTransfer") {
    expect(agent?.state).toBe("left");
    expect(heard).not.toEqual([]);
    expect(after.parties.filter(({ state }) => state === "held")).toEqual([]);
  }
  if (one.operation === "startConsult" && wasThere) expect(heard).toEqual([]);
}

it("no command of ours ends the customer's leg or leaves them in silence, whatever happens in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(kinds, history(30), async (options, steps) => {
      const scene = openScene(options, true);
      for (const one of steps) {
        const before = look(scene);
        const outcome = await take(scene, one);
        keepSecret(scene, one, outcome);
        expectSound(scene);
        expectStep(scene, one, before, outcome);
      }
    }),
    { numRuns: 150 },
  );
});

it("the newest snapshot that was sent is the truth, though events come doubled, late and out of order", async () => {
  const mishap = fc.constantFrom("duplicate" as const, "reorder" as const, { delayMs: 700 }, { delayMs: 9_000 });
  await fc.assert(
    fc.asyncProperty(history(12), fc.array(mishap, { maxLength: 8 }), async (steps, mishaps) => {
      const scene = openScene({});
      for (const each of mishaps) scene.fake.misbehave(each);
      for (const one of steps) await take(scene, one);
      // Events that were held back leave with the next one.
      scene.fake.reportLoss();
      for (let count = 0; count < mishaps.length; count++) scene.fake.reportLoss();
      await scene.clock.advance(10_000);
      await scene.fake.idle();
      const told = scene.inbox.flatMap((event) => (event.snapshot ? [event.snapshot as WireSnapshot] : []));
      const newest = told.reduce((best, one) => ((one.sequence ?? 0) >= (best.sequence ?? 0) ? one : best));
      expect({ ...newest, observedAt: "" }).toEqual(look(scene));
      const found = (await calls.lookup(scene.connection, scene.ref)) as InteractionSnapshot;
      expect(found.sequence).toBe(newest.sequence);
    }),
    { numRuns: 60 },
  );
});
