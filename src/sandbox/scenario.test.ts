/** The whole product as a stranger runs it: the world, the service as a process of its own, spoken to over HTTP. */
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../config.ts";
import { cardsOf } from "./chats.ts";
import { usersOf } from "./company.ts";
import { playDemo } from "./demo-steps.ts";
import { isPrivate, isTogether, isWithAgent, partiesOf } from "./hearing.ts";
import { beginJourney, type Journey, phoneOf } from "./journey.ts";
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
  await until("the service is back", async () => sandbox.world.look().service.restarts > restarts);
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

/** What went over the wire in this call. */
const timelineOf = (journey: Journey) =>
  sandbox.world.platforms.contactCenter.timeline.filter(({ interaction }) => interaction === journey.told.call);

/** Each command has an id of its own; the same id again is the same command, which the platform carries out once. */
const commandsOf = (journey: Journey): string[] => [
  ...new Map(timelineOf(journey).map(({ commandId, operation }) => [commandId, operation])).values(),
];

const names = ["Ana Delgado", "Karim Haddad", "Marta Ruiz", "Jonas Sund", "Dana Whitfield"];
/** Nobody is left with a status that is not theirs. */
/** Within the 30 s that we promise, after a kill too. */
const everybodyIsAsBefore = () =>
  until(
    "everybody's presence is what it was",
    async () => names.every((name) => sameWords(presencesOf(sandbox.world.look(), name), presencesOf(atRest, name))),
    30_000,
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

test(
  "agent and expert are on RingCentral: asked, rung and shown as busy there",
  async () => {
    const journey = await beginJourney(sandbox, { agent: "agent-karim" });
    const karim = () => presencesOf(sandbox.world.look(), "Karim Haddad").RingCentral;
    await journey.customerCalls();
    await until("the agent's call shows there", async () => karim() === "Busy/NoCall");
    await journey.agentSearches("Dana Whitfield");
    await journey.agentConsults();
    await journey.cardArrives();
    await journey.expertAnswers("now");
    await journey.phoneRings();
    await journey.expertPicksUp();
    expect(presencesOf(sandbox.world.look(), "Dana Whitfield").RingCentral).toBe("Busy/CallConnected");
    await journey.agentLeaves();
    await ended(journey, "transferred");
    await journey.customerHangsUp();
    await everybodyIsAsBefore();
  },
  slow,
);

test("the bot answers what somebody types", async () => {
  const marta = usersOf("teams").find(({ name }) => name === "Marta Ruiz")?.id ?? "";
  await sandbox.world.act({ action: "say-to-bot", user: marta, text: "status" });
  const view = await until("the answer", async () => {
    const now = sandbox.world.look();
    return cardsOf(now, "teams", marta).length > 0 && now;
  });
  expect(JSON.stringify(cardsOf(view, "teams", marta))).toContain("TextBlock");
});

describe("the stand-in for Entra", () => {
  test("gives an expert's tab a token that our server takes", async () => {
    const { microsoft } = sandbox.world.platforms;
    const marta = microsoft.users().find(({ displayName }) => displayName === "Marta Ruiz");
    const headers = { authorization: `Bearer ${await microsoft.issueTabToken(marta?.id ?? "")}` };
    const me = await (await fetch(`${sandbox.url}/v1/me`, { headers })).json();
    expect(me).toMatchObject({ kind: "expert", name: "Marta Ruiz" });
  });

  test.each([
    ["ingrid.berg", 200, "admin"],
    ["marta.ruiz", 403, undefined],
  ])("signs %s in as an administrator: %i", async (who, status, role) => {
    const begun = await fetch(`${sandbox.url}/auth/login?tenant=lumivik&back=/v1/me`, { redirect: "manual" });
    const entra = new URL(begun.headers.get("location") ?? "");
    entra.searchParams.set("login_hint", `${who}@lumivik.example`);
    entra.searchParams.set("prompt", "none");
    const back = (await fetch(entra, { redirect: "manual" })).headers.get("location") ?? "";
    const cookieOf = (response: Response) =>
      response.headers
        .getSetCookie()
        .map((one) => one.split(";")[0])
        .join("; ");
    const finished = await fetch(back, { redirect: "manual", headers: { cookie: cookieOf(begun) } });
    expect(finished.status).toBe(role ? 302 : status);
    if (!role) return;
    const me = await fetch(sandbox.url + finished.headers.get("location"), { headers: { cookie: cookieOf(finished) } });
    expect(await me.json()).toMatchObject({ kind: "admin", roles: [role] });
  });
});

describe("our server is killed", () => {
  test(
    "after each step of the story: the consult goes on, and nothing is done twice",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      await killService();
      await journey.expertAnswers("now");
      await journey.phoneRings();
      await killService();
      await journey.expertPicksUp();
      await killService();
      await journey.allTogether();
      await killService();
      await journey.agentLeaves();
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
      await journey.phoneRings();
      await journey.expertPicksUp();
      expect(dials() - before).toBe(1);
      await journey.customerHangsUp();
      await ended(journey, "customer-left");
    },
    slow,
  );

  test(
    "in the middle of a call that is over when it is back: what it showed on both platforms is taken back within 30 s",
    async () => {
      const journey = await beginJourney(sandbox);
      const shows = ({ Teams, RingCentral }: Record<string, string>) => [Teams, RingCentral];
      const ana = () => shows(presencesOf(sandbox.world.look(), "Ana Delgado"));
      const inCall = ["Busy/InACall", "Busy/NoCall"];
      await journey.customerCalls();
      await until("the call shows on both", async () => sameWords(ana(), inCall), 20_000);
      const { restarts } = sandbox.world.look().service;
      sandbox.service.kill();
      await journey.customerHangsUp();
      expect(ana()).toEqual(inCall);
      await until("the service is back", async () => sandbox.world.look().service.restarts > restarts);
      await everybodyIsAsBefore();
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
      await journey.phoneRings();
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
      await journey.phoneRings();
      await journey.expertPicksUp();
      await lose();
      await journey.allTogether();
      await lose();
      await journey.agentLeaves();
      expect(commandsOf(journey)).toEqual(["startConsult", "mergeConference", "completeTransfer"]);
    },
    slow,
  );

  test(
    "by answering much too late: the phone rings all the same, and once",
    async () => {
      const journey = await beginCall();
      await journey.agentConsults();
      await journey.cardArrives();
      const { faults, dials } = sandbox.world.platforms.contactCenter;
      const before = dials();
      faults.next({ path: /\/commands$/, delayMs: 6_500 });
      await journey.expertAnswers("now");
      await journey.phoneRings();
      await journey.expertPicksUp();
      await until("the late command has arrived", async () =>
        timelineOf(journey).some(({ latencyMs }) => latencyMs > 6_000),
      );
      expect(dials() - before).toBe(1);
      expect(isPrivate(partiesOf(journey.call(sandbox.world.look())))).toBe(true);
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
      await until("the desk can drive again", async () => (await journey.consult()).pending === undefined);
      if (!isTogether(partiesOf(journey.call(sandbox.world.look())))) await journey.allTogether();
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
    await journey.heard("customer and agent talk", isWithAgent);
    await until("the expert's leg is gone", async () => {
      const { expert } = partiesOf(journey.call(sandbox.world.look()));
      return expert?.state === "left" || expert?.state === "failed";
    });
  },
  slow,
);
