/** Each command, each of its requests, each way in which that request can go wrong: the customer comes to no harm. */
import { describe, expect, it } from "vitest";
import type { CallCommand, CallOperation } from "../../src/platform/contract.ts";
import { callOperations } from "../../src/platform/contract.ts";
import { twilio } from "./index.ts";
import { breaking, customerHas, type MishapKind, mishaps, openMuteScene, type Scene } from "./testing.ts";

type Case = {
  /** What has happened before. */
  before: (scene: Scene) => Promise<void>;
  command?: (scene: Scene) => Partial<CallCommand>;
  /** Who is in it once the command has done its work. */
  ends: string;
};

const consulting = async (scene: Scene) => {
  await scene.run("startConsult");
  scene.answer();
};
const merged = async (scene: Scene) => {
  await consulting(scene);
  await scene.run("mergeConference");
};
const party = (scene: Scene) => ({ party: scene.ringing() });
const all = "agent connected, customer connected, expert connected";
const both = "agent connected, customer connected";

const cases: Record<CallOperation, Case> = {
  startConsult: { before: async () => {}, ends: "agent connected, customer held, expert ringing" },
  switchParty: {
    before: consulting,
    command: () => ({ speakTo: "customer" }),
    ends: "agent connected, customer connected, expert held",
  },
  mergeConference: { before: consulting, ends: all },
  completeTransfer: { before: consulting, ends: "customer connected, expert connected" },
  cancelConsult: { before: consulting, command: party, ends: both },
  blindTransfer: { before: async () => {}, ends: "customer connected, expert ringing" },
  addParty: { before: async () => {}, ends: "agent connected, customer connected, expert ringing" },
  removeParty: { before: merged, command: party, ends: both },
  hold: { before: async () => {}, ends: "agent connected, customer held" },
  resume: { before: async (scene) => void (await scene.run("hold")), ends: both },
};

async function prepare(operation: CallOperation) {
  const scene = await openMuteScene();
  const { before, command } = cases[operation];
  await before(scene);
  return { scene, command: scene.command(operation, command?.(scene)), dialled: scene.fake.dials() };
}

/** Runs the command so that one request goes wrong; how it ended, or the code of what it threw. */
async function attempt(scene: Scene, command: CallCommand, at: number, kind: MishapKind) {
  const broken = breaking(scene.connection, at, kind);
  const ended = await twilio.calls?.run(broken.connection, command).then(
    (outcome) => outcome.state,
    (error) => `threw ${error.code}`,
  );
  return { ended, requests: broken.requests() };
}

async function placesOf(operation: CallOperation): Promise<number[]> {
  const { scene, command } = await prepare(operation);
  const { requests } = await attempt(scene, command, Number.POSITIVE_INFINITY, "failed");
  return Array.from({ length: requests }, (_, place) => place);
}

const expectUnharmed = (scene: Scene, where: string) => {
  expect(["company", "music", "ring"], where).toContain(customerHas(scene));
  expect(scene.fake.conference(scene.ref).status, where).toBe("in-progress");
};

describe.each(callOperations)("%s", (operation) => {
  it.each(mishaps)("%s at any request: unharmed, settled by the same command, rung once", async (kind) => {
    for (const place of await placesOf(operation)) {
      const { scene, command, dialled } = await prepare(operation);
      const where = `${kind} at request ${place}`;
      const changes = () => scene.fake.timeline.filter(({ status }) => status >= 200 && status < 300).length;
      const before = changes();
      const { ended } = await attempt(scene, command, place, kind);
      if (ended === "threw platform_throttled") expect(changes(), where).toBe(before);
      expect(["done", "refused", "unknown", "threw platform_throttled"], where).toContain(ended);
      if (kind === "lost" || kind === "dropped" || kind === "failed") expect(ended, where).not.toBe("refused");
      expectUnharmed(scene, where);
      const again = await scene.send(command);
      expect(["done", "refused"], where).toContain(again.state);
      expect(await scene.seen(), where).toBe(cases[operation].ends);
      expectUnharmed(scene, where);
      expect(scene.fake.dials() - dialled, where).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    "refused",
    "lost",
    "outage",
  ] as const)("%s at any request: cancelling brings the customer back to the agent", async (kind) => {
    for (const place of await placesOf(operation)) {
      const { scene, command } = await prepare(operation);
      const where = `${kind} at request ${place}`;
      await attempt(scene, command, place, kind);
      const hasAgent = (await scene.seen()).includes("agent");
      if (!hasAgent) continue; // handed over: there is no agent to come back to
      expect((await scene.run("cancelConsult")).state, where).toBe("done");
      expect(await scene.seen(), where).toBe(both);
      expect(customerHas(scene), where).toBe("company");
    }
  });
});
