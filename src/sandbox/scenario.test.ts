/** The whole product as a stranger runs it: the world, the service as a process of its own, spoken to over HTTP. */
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../config.ts";
import { playDemo } from "./demo-steps.ts";
import { beginJourney, isPrivate, isTogether, isWithAgent, type Journey, partiesOf, phoneOf } from "./journey.ts";
import { type Sandbox, startSandbox } from "./main.ts";
import { presencesOf } from "./picture.ts";
import { until } from "./player.ts";
import type { WorldView } from "./protocol.ts";

let sandbox: Sandbox;
let folder = "";
let atRest: WorldView;
const slow = 90_000;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "patchcord-scenario-"));
  await chmod(folder, 0o711); // the database may run as another account
  const settings = readSettings({ PORT: "0", PATCHCORD_SANDBOX_PORT: "0", PATCHCORD_DATA: folder });
  sandbox = await startSandbox(settings, { durable: false });
  atRest = sandbox.world.look();
}, slow);

afterAll(async () => {
  await sandbox?.stop();
  rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  await sandbox.world.act({ action: "reset" });
});

/** The hard way, and back again. */
async function killService(): Promise<void> {
  const { restarts } = sandbox.world.look().service;
  sandbox.service.kill();
  await until("the service is back", async () => sandbox.world.look().service.restarts > restarts, 20_000);
}

/** As far as the expert's phone ringing. */
async function beginCall(): Promise<Journey> {
  const journey = await beginJourney(sandbox);
  await journey.customerCalls();
  await journey.agentSearches();
  return journey;
}

const ended = (journey: Journey, result: string) =>
  until(`the consult has ended: ${result}`, async () => {
    const consult = await journey.consult();
    return consult.state === "ended" && consult.result === result;
  });

/** What went over the wire in this call: each command under an id of its own, none of them twice. */
function commandsOf(journey: Journey): string[] {
  const { timeline } = sandbox.world.platforms.contactCenter;
  const mine = timeline.filter(({ interaction }) => interaction === journey.told.call);
  return [...new Map(mine.map(({ commandId, operation }) => [commandId, operation])).values()];
}

const names = ["Ana Delgado", "Marta Ruiz", "Jonas Sund"];
/** Nobody is left with a status that is not theirs. */
const everybodyIsAsBefore = () =>
  until(
    "everybody's presence is what it was",
    async () => names.every((name) => sameWords(presencesOf(sandbox.world.look(), name), presencesOf(atRest, name))),
    20_000,
  );
const sameWords = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);

test(
  "a stranger plays the whole story",
  async () => {
    const { steps, commands } = await playDemo(sandbox);
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(commands.map(({ operation }) => operation)).toEqual(["startConsult", "mergeConference", "completeTransfer"]);
  },
  slow,
);

describe("our server is killed", () => {
  test(
    "after each step of the story: the consult goes on, and nothing is done twice",
    async () => {
      const journey = await beginCall();
      await killService();
      await journey.agentConsults();
      await journey.cardArrives();
      await killService();
      await journey.expertAnswers("now");
      await journey.phoneRings(20_000);
      await killService();
      await journey.expertPicksUp();
      await killService();
      await journey.allTogether(20_000);
      await killService();
      await journey.agentLeaves(20_000);
      await killService();
      await ended(journey, "transferred");
      await journey.customerHangsUp();
      expect(commandsOf(journey)).toEqual(["startConsult", "mergeConference", "completeTransfer"]);
      await everybodyIsAsBefore();
    },
    slow,
  );

  test(
    "while a command waits for its answer: it takes effect once",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      const { faults, dials } = sandbox.world.platforms.contactCenter;
      const before = dials();
      faults.next({ path: /\/commands$/, delayMs: 400 });
      await journey.expertAnswers("now");
      await until("the command is under way", async () => commandsIn(sandbox.world.look(), journey).length > 0);
      await killService();
      await journey.phoneRings(40_000);
      await journey.expertPicksUp();
      expect(dials() - before).toBe(1);
      await journey.customerHangsUp();
      await ended(journey, "customer-left");
    },
    slow,
  );

  test(
    "and the customer hangs up meanwhile: no phone goes on ringing, the consult ends",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      await journey.expertAnswers("now");
      await journey.phoneRings();
      sandbox.service.kill();
      await journey.customerHangsUp();
      await ended(journey, "customer-left");
      expect(phoneOf(sandbox.world.look(), journey.told.expert?.account ?? "")?.ringing).toBeNull();
      await everybodyIsAsBefore();
    },
    slow,
  );
});

const commandsIn = (view: WorldView, journey: Journey) => journey.call(view)?.commands ?? [];

describe("the contact center fails", () => {
  test(
    "with 429 and Retry-After: we wait as asked, then go on",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      await sandbox.world.act({ action: "break", what: "slow-down" });
      await journey.expertAnswers("now");
      await journey.phoneRings(20_000);
      expect(sandbox.world.look().faults).toEqual([]);
      await journey.expertPicksUp();
      expect(commandsOf(journey)).toEqual(["startConsult"]);
    },
    slow,
  );

  test(
    "by losing its answers: we look before we ask again, and the customer is never lost",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      const lose = () => sandbox.world.act({ action: "break", what: "answer-lost" });
      await lose();
      await journey.expertAnswers("now");
      await journey.phoneRings(20_000);
      await journey.expertPicksUp();
      await lose();
      await journey.allTogether(20_000);
      await lose();
      await journey.agentLeaves(20_000);
      expect(commandsOf(journey)).toEqual(["startConsult", "mergeConference", "completeTransfer"]);
    },
    slow,
  );

  test(
    "with 503 while agent and expert talk: everybody stays where they are, and it works once it is mended",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      await journey.expertAnswers("now");
      await journey.phoneRings();
      await journey.expertPicksUp();
      await sandbox.world.act({ action: "break", what: "platform-down" });
      await journey.move("all-together");
      await until("it was asked in vain", async () => (sandbox.world.look().faults[0]?.hits ?? 0) > 1);
      expect(isPrivate(partiesOf(journey.call(sandbox.world.look())))).toBe(true);
      await sandbox.world.act({ action: "mend" });
      await until("the desk can drive again", async () => (await journey.consult()).pending === undefined, 20_000);
      if (!isTogether(partiesOf(journey.call(sandbox.world.look())))) await journey.allTogether(20_000);
      await journey.heard("all three hear each other", isTogether);
    },
    slow,
  );
});

test(
  "nobody answers: the customer is back with the agent",
  async () => {
    const journey = await beginCall();
    await journey.agentConsults();
    await journey.cardArrives();
    await sandbox.world.act({ action: "break", what: "voicemail" });
    await journey.expertAnswers("now");
    await journey.phoneRings();
    await journey.heard("customer and agent talk", isWithAgent, 10_000);
    await until("the expert's leg is gone", async () => {
      const { expert } = partiesOf(journey.call(sandbox.world.look()));
      return expert?.state === "left" || expert?.state === "failed";
    });
  },
  slow,
);
