/** The details of a request are stored in a table that somebody has locked: no call waits for it, and nothing is lost. */
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { ConsultView } from "../../views.ts";
import type { CenterStage } from "../centers/index.ts";
import { webhookStage } from "../centers/webhook.ts";
import { testDatabase } from "../database.ts";
import { beginPlay, type Play } from "../scenarios/play.ts";
import { jonas } from "../service.ts";
import { type ProcessService, startProcessService } from "./service.ts";

const question = "Why was she charged twice?";
const patienceMs = 60_000;
/** Promised are two seconds; a machine that is busy with other tests may take longer, a lock does in any case. */
const promptMs = 8_000;

let service: ProcessService;
let stage: CenterStage;
let sql: postgres.Sql;
let drop: () => Promise<void>;
let play: Play;
let unlock: (() => Promise<void>) | undefined;
beforeAll(async () => {
  const database = await testDatabase();
  drop = database.drop;
  sql = postgres(database.url, { max: 2, onnotice: () => {} });
  service = await startProcessService(database.url, webhookStage);
  stage = service.world.stage;
});
afterEach(async () => {
  await unlock?.();
  await play.over();
});
afterAll(async () => {
  await service?.close();
  await sql?.end();
  await drop?.();
});

/** Nobody reads or writes details until `unlock`. */
async function lock(): Promise<void> {
  const isLocked = Promise.withResolvers<void>();
  const isWanted = Promise.withResolvers<void>();
  const held = sql.begin(async (tx) => {
    await tx`lock table contexts in access exclusive mode`;
    isLocked.resolve();
    await isWanted.promise;
  });
  await isLocked.promise;
  unlock = async () => {
    unlock = undefined;
    isWanted.resolve();
    await held;
  };
}

const lastCard = () => JSON.stringify(service.microsoft.chatOf(jonas.id).at(-1));
const stored = async () => Number((await sql`select count(*)::int as n from contexts`)[0]?.n);
const waiting = async () =>
  Number((await sql`select count(*)::int as n from jobs where name in ('context.store', 'context.follow')`)[0]?.n);
const begin = async () => {
  play = await beginPlay(service, stage);
  await play.hear({ customer: "agent", agent: "customer" });
};
const prompt = async <T>(work: Promise<T>): Promise<T> => {
  const startedAt = Date.now();
  const result = await work;
  expect(Date.now() - startedAt).toBeLessThan(promptMs);
  return result;
};
/** What the agent is shown of the request. */
const asked = async (): Promise<Pick<ConsultView, "question" | "isQuestionLate">> => {
  const { question, isQuestionLate } = await prompt(play.consult());
  return { question, ...(isQuestionLate ? { isQuestionLate } : {}) };
};

it("while it is asked: the colleague sees the question all the same, their phone rings, and it is stored afterwards", async () => {
  await begin();
  const before = await stored();
  await lock();
  await prompt(play.asks("consult", { question }));
  await play.hear({ expert: "ringing" }, patienceMs);
  expect(lastCard()).toContain(question);
  expect(await asked()).toEqual({ question });
  // What is not stored cannot be searched, so nobody is told that it has been erased.
  const erased = await prompt(service.ask("POST", "/v1/contexts/erase", { body: { identity: "+46 70 111 22 33" } }));
  expect(erased).toMatchObject({ status: 503, body: { code: "unavailable" } });
  expect(erased.headers.get("retry-after")).toBe("5");
  expect(unlock).toBeDefined(); // it has been locked all the while
  await unlock?.();
  await play.wait("it is stored", async () => (await stored()) === before + 1, patienceMs);
  await play.wait("nothing is left to do", async () => (await waiting()) === 0, patienceMs);
  expect(await asked()).toEqual({ question });
});

it("and our process is killed meanwhile: it is stored all the same, once", async () => {
  await begin();
  const before = await stored();
  await lock();
  await play.asks("consult", { question });
  await play.hear({ expert: "ringing" }, patienceMs);
  service.kill();
  await service.upSince();
  await unlock?.();
  await play.wait("it is stored", async () => (await stored()) === before + 1, patienceMs);
  await play.wait("nothing is left to do", async () => (await waiting()) === 0, patienceMs);
  expect(await stored()).toBe(before + 1);
  expect(await asked()).toEqual({ question });
});

it("once it is stored: a yes counts and the phone rings without the details, which follow on card and desk", async () => {
  await begin();
  const { body: experts } = await service.ask("GET", "/v1/experts?q=jonas", { token: play.token });
  const interactionId = (await play.desk()).interactions.find(({ ref }) => ref === play.call)?.id;
  const given = { interactionId, kind: "consult", personIds: [experts.items?.[0]?.personId], question };
  const { body: consult } = await service.ask("POST", "/v1/consults", { token: play.token, body: given });
  const offer = (consult as unknown as ConsultView).offers[0]?.id ?? "";
  await play.wait("the card", () => lastCard().includes(offer), patienceMs);
  expect(lastCard()).toContain(question);
  await lock();
  const card = service.microsoft.chatOf(jonas.id).at(-1);
  const press = { verb: "answer", data: { offer, answer: "now" } };
  const pressed = await prompt(service.microsoft.clickAction(jonas.id, String(card?.id), press));
  expect(pressed.status).toBe(200);
  await play.hear({ expert: "ringing" }, patienceMs);
  expect(lastCard()).toContain("The details follow in a moment.");
  const seen = async () =>
    (await service.ask("GET", `/v1/consults/${consult.id}`, { token: play.token })).body as unknown as ConsultView;
  expect(await prompt(seen())).toMatchObject({ question: "", isQuestionLate: true, state: "ringing" });
  expect(unlock).toBeDefined();
  await unlock?.();
  await play.wait("the card says it all", () => lastCard().includes(question), patienceMs);
  await play.wait("so does the desk", async () => (await seen()).question === question, patienceMs);
  expect((await seen()).isQuestionLate).toBeUndefined();
  expect(lastCard()).not.toContain("The details follow");
});
