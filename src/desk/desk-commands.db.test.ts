/** A platform whose calls only the agent's browser can drive: the desk claims commands and tells what came of them. */
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { calls } from "../../adapters/webhook/calls.ts";
import { webhook } from "../../adapters/webhook/index.ts";
import { type AnyAdapter, type CallCommand, callOperations, defineAdapter } from "../platform/contract.ts";
import type { CenterStage } from "../testing/centers/index.ts";
import { webhookStage } from "../testing/centers/webhook.ts";
import { createTestConnection, fetchFrom } from "../testing/connection.ts";
import { beginPlay, type Play } from "../testing/scenarios/play.ts";
import { createTestService, type TestService } from "../testing/service.ts";
import type { DeskClaim } from "../views.ts";

const operations = Object.fromEntries(callOperations.map((operation) => [operation, "desk"] as const));
const inBrowser: AnyAdapter = defineAdapter({
  ...webhook,
  calls, // without `capabilities`: what an instance says of itself counts before the facts below
  id: "in-browser",
  facts: { ...webhook.facts, calls: { ...webhook.facts.calls, operations } as typeof webhook.facts.calls & object },
});

let service: TestService;
let stage: CenterStage;
let play: Play;
let token: string;
let sentByServer = 0;

beforeAll(async () => {
  service = await createTestService({
    adapters: [inBrowser],
    center: (given) => ({ ...webhookStage(given), adapter: inBrowser.id }),
  });
  if (!service.stage) throw new Error("no contact center");
  stage = service.stage;
  service.watch((request) => {
    if (stage.acts.test(new URL(request.url).pathname)) sentByServer++;
    return undefined;
  });
});
afterEach(async () => {
  await play.over();
  expect(sentByServer).toBe(0);
});
afterAll(() => service?.close());

const begin = async () => {
  token = await service.deskToken();
  play = await beginPlay(service, stage);
};
const post = (path: string, body: object, as = token) =>
  service.ask("POST", `/v1/desk/commands/${path}`, { token: as, body });

/** The id of the command that waits for a desk. */
async function waiting(): Promise<string> {
  let found: string | undefined;
  await play.wait("a command waits for the desk", async () => {
    const { pending } = await play.consult();
    found = pending?.desk?.state === "waiting" ? pending.desk.command : undefined;
    return found !== undefined;
  });
  return found ?? "";
}

/** What the phone in the agent's browser does: here it is the platform's fake. */
async function carryOut(command: CallCommand): Promise<void> {
  const app = stage.origins["https://stage.test"];
  if (!app) throw new Error("no platform");
  const settings = webhook.settings.parse(stage.settings);
  const connection = createTestConnection(settings, { now: service.clock.now, fetch: fetchFrom(app) });
  expect((await webhook.calls?.run(connection, command))?.state).toMatch(/done|accepted/);
}

/** One window of the desk takes the command that waits and does it. */
async function work(desk = "window-one"): Promise<string> {
  const id = await waiting();
  const claimed = await post(`${id}/claim`, { desk });
  expect(claimed.status, JSON.stringify(claimed.body)).toBe(200);
  await carryOut((claimed.body as unknown as DeskClaim).command);
  expect((await post(`${id}/outcome`, { desk, outcome: "done" })).status).toBe(202);
  await service.settle();
  return id;
}
const answered = async () => {
  await play.hear({ expert: "ringing" });
  stage.expert.answers(play.call);
  await play.state("consulting");
};

it("a consult, a conference and a hand-over are carried out by the desk alone", async () => {
  await begin();
  await play.asks();
  const id = await waiting();
  const claimed = (await post(`${id}/claim`, { desk: "window-one" })).body as unknown as DeskClaim;
  expect(claimed).toMatchObject({
    command: { commandId: id, operation: "startConsult", interaction: play.call, target: { kind: "phone" } },
    again: false,
  });
  expect((await play.desk()).consults.at(-1)?.pending?.desk).toEqual({ command: id, state: "claimed" });
  await carryOut(claimed.command);
  await post(`${id}/outcome`, { desk: "window-one", outcome: "done" });
  await answered();
  await play.move("all-together");
  await work();
  await play.hear({ customer: "agent+expert" });
  await play.move("hand-over");
  await work();
  await play.hear({ customer: "expert", agent: "gone" });
  await play.state("ended");
  expect((await play.consult()).result).toBe("transferred");
});

it("no desk is open: it is over after seconds, says why, and the customer is with the agent", async () => {
  await begin();
  await play.asks();
  const id = await waiting();
  await play.state("ended", 5_000);
  expect((await play.consult()).trouble).toBe("desk-not-open");
  await play.hear({ customer: "agent", agent: "customer", expert: "gone" });
  const late = await post(`${id}/claim`, { desk: "window-one" });
  expect([late.status, late.body.code]).toEqual([409, "conflict"]);
});

it("of two windows one gets the command; nobody else gets it at all", async () => {
  await begin();
  await play.asks();
  const id = await waiting();
  const both = await Promise.all(["window-one", "window-two"].map((desk) => post(`${id}/claim`, { desk })));
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  const [winner, loser] = both[0]?.status === 200 ? ["window-one", "window-two"] : ["window-two", "window-one"];
  expect((await post(`${id}/outcome`, { desk: loser, outcome: "done" })).status).toBe(409);
  expect((await post(`${id}/claim`, { desk: winner })).body.again).toBe(true);
  expect((await service.ask("POST", `/v1/desk/commands/${id}/claim`, { body: { desk: "a machine's" } })).status).toBe(
    403,
  );
  expect((await post("cmd_unknown/claim", { desk: winner })).status).toBe(404);
  expect((await post(`${id}/outcome`, { desk: winner, outcome: "refused", code: "busy" })).status).toBe(202);
  await play.state("ended", 20_000);
  expect((await play.consult()).trouble).toBe("busy");
  await play.hear({ customer: "agent", agent: "customer" });
});

it("a window dies before it does anything: looked at, and another window does it once", async () => {
  await begin();
  const before = stage.dials();
  await play.asks();
  const first = await waiting();
  await post(`${first}/claim`, { desk: "window-one" });
  await service.pass(2_500, 500);
  const again = await work("window-two");
  expect(again).toBe(first);
  await answered();
  expect(stage.dials() - before).toBe(1);
});

it("a window dies after it did it, and our process too: what is seen on the platform counts", async () => {
  await begin();
  const before = stage.dials();
  await play.asks();
  const id = await waiting();
  const { command } = (await post(`${id}/claim`, { desk: "window-one" })).body as unknown as DeskClaim;
  service.kill();
  await carryOut(command);
  await answered();
  expect((await play.consult()).pending).toBeUndefined();
  expect((await post(`${id}/outcome`, { desk: "window-one", outcome: "unknown" })).status).toBe(202);
  await service.settle();
  expect((await play.consult()).state).toBe("consulting");
  expect(stage.dials() - before).toBe(1);
});
