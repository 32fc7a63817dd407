import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTestService, jonas, marta, type TestService } from "../../testing/service.ts";
import { languages } from "../texts/index.ts";

const line = "+46461234567";
const number = "+46701112233";
let service: TestService;
const people: Record<string, string> = {};
beforeAll(async () => {
  service = await createTestService({
    plan: {
      lines: [{ number: line, name: "Lund", members: [jonas.email, marta.email], callbackWithinMs: 1_800_000 }],
    },
  });
  await service.pass(5_000);
  const connections = await service.ask("GET", "/v1/connections");
  const teams = connections.body.items?.find((one) => one.adapter === "teams")?.id;
  service.microsoft.setBotEndpoint(`https://patchcord.test/teams/${teams}/messages`);
  const { body } = await service.ask("GET", "/v1/experts");
  for (const one of body.items ?? [])
    people[String(one.personId)] = String(one.name) === jonas.name ? jonas.id : marta.id;
});
afterAll(() => service?.close());
beforeEach(() => service.pass(3_000));
afterEach(async () => {
  service.microsoft.fail.clear();
  for (const { id } of [jonas, marta]) service.microsoft.blockBot(id, false);
  await service.sql`delete from callbacks`;
  await service.sql`update people set locale = null, time_zone = null`;
});

const request = async (more: object = {}) => {
  const body = { line, phone: number, name: "Lucía Prat", about: "Two invoices for March", ...more };
  const made = await service.ask("POST", "/v1/callbacks", { body });
  expect(made.status).toBe(201);
  await service.settle();
  return String(made.body.id);
};
const row = async () => (await service.sql`select * from callbacks`)[0];
/** Whose turn it is, and who else there is. */
const turn = async () => {
  const first = people[String((await row())?.person_id)] ?? "";
  return { first, other: first === jonas.id ? marta.id : jonas.id };
};
const cards = (user: string) => service.microsoft.chatOf(user).filter(({ card }) => card !== undefined);
const shown = (user: string) => JSON.stringify(cards(user).at(-1)?.card ?? "");
const press = (user: string, act: string, id: string) =>
  service.microsoft.clickAction(user, cards(user).at(-1)?.id ?? "", { verb: "callback", data: { callback: id, act } });

describe("the card of a call-back", () => {
  it("goes to whose turn it is: who, until when, the number masked; the notification begins with who and what", async () => {
    await request();
    const { first, other } = await turn();
    expect(cards(other)).toHaveLength(0);
    expect(cards(first)).toHaveLength(1);
    expect(shown(first)).toContain("Call Lucía Prat back");
    expect(shown(first)).toMatch(/Lund · by \d\d:\d\d/);
    expect(shown(first)).toContain("•••33");
    expect(shown(first)).not.toContain("701112233");
    const summary = cards(first)[0]?.summary ?? "";
    expect(summary.slice(0, 80)).toMatch(/^Call Lucía Prat back\. Lund · by .*Two invoices/);
    expect(summary).not.toContain("701112233");
  });

  it("shows the number once it is taken, however often, and asks how it went, all in one place", async () => {
    const id = await request();
    const { first } = await turn();
    const [before] = cards(first).slice(-1);
    await Promise.all([press(first, "take", id), press(first, "take", id), press(first, "take", id)]);
    await service.settle();
    expect(cards(first).at(-1)?.id).toBe(before?.id);
    expect(shown(first)).toContain(number);
    expect(shown(first)).toContain(encodeURIComponent(`4:${number}`));
    expect(await row()).toMatchObject({ state: "claimed", attempts: 0 });
    await press(first, "reached", id);
    await service.settle();
    expect(await row()).toMatchObject({ state: "done", outcome: "reached", sealed: null });
    expect(shown(first)).toContain("was reached");
    expect(shown(first)).not.toMatch(/701112233|Lucía|invoices/);
    const late = await press(first, "not-reached", id);
    expect(late.body).toMatchObject({ type: "application/vnd.microsoft.activity.message" });
    expect(await row()).toMatchObject({ state: "done", outcome: "reached" });
  });

  it("is given to the next, whose it then is; the first is told who has it, and cannot take it back from them", async () => {
    const id = await request();
    const { first, other } = await turn();
    await press(first, "pass", id);
    await service.settle();
    expect((await turn()).first).toBe(other);
    expect(shown(first)).toContain("You gave it to");
    expect(shown(other)).toContain("Call Lucía Prat back");
    await press(other, "take", id);
    const late = await press(first, "take", id);
    expect(late.body).toMatchObject({
      type: "application/vnd.microsoft.activity.message",
      value: languages.en?.["told.moved-on"],
    });
    await service.settle();
    expect(shown(first)).not.toContain("701112233");
    expect(await row()).toMatchObject({ state: "claimed" });
    expect((await turn()).first).toBe(other);
  });

  it("passed on when time is up asks the next, and comes as a new card when it is somebody's turn again", async () => {
    await request();
    const { first, other } = await turn();
    const old = cards(first).at(-1)?.id;
    await service.pass(1_801_000, 300_000);
    expect((await turn()).first).toBe(other);
    expect(shown(first)).toContain("has it now");
    await service.pass(1_801_000, 300_000);
    expect((await turn()).first).toBe(first);
    expect(cards(first).map(({ id }) => id)).not.toContain(old);
    expect(shown(first)).toContain("I call now");
  });

  it("not reached stays with the same colleague, said so on the same card", async () => {
    const id = await request();
    const { first } = await turn();
    const [before] = cards(first).slice(-1);
    await press(first, "take", id);
    await service.pass(2_000);
    await press(first, "not-reached", id);
    await service.settle();
    expect(await row()).toMatchObject({ state: "open", attempts: 1 });
    expect(cards(first).at(-1)?.id).toBe(before?.id);
    expect(shown(first)).toContain("try again by");
    expect(shown(first)).not.toContain("701112233");
  });

  it("alone on a line cannot be given away, and is told so", async () => {
    await service.ask("PUT", `/v1/lines/${line}`, { body: { name: "Lund", members: [Object.keys(people)[0]] } });
    const id = await request();
    const { first } = await turn();
    const answer = await press(first, "pass", id);
    expect(JSON.stringify(answer.body)).toContain("stays with you");
    expect((await turn()).first).toBe(first);
    await service.ask("PUT", `/v1/lines/${line}`, { body: { name: "Lund", members: Object.keys(people) } });
  });

  it("goes to the next when the first cannot be shown any, and stays listed when nobody can", async () => {
    const probe = await request();
    const { first, other } = await turn();
    await press(first, "cancelled", probe);
    await service.sql`delete from callbacks`;
    service.microsoft.blockBot(first);
    await request();
    expect((await turn()).first).toBe(other);
    await service.sql`delete from callbacks`;
    service.microsoft.blockBot(other);
    await request();
    expect(await row()).toMatchObject({ state: "open" });
    expect((await service.ask("GET", "/v1/callbacks")).body.items).toHaveLength(1);
  });

  it("waits out throttling and lost answers without a second card that stays", async () => {
    for (const status of [429, 502, 412]) service.microsoft.fail.next({ method: "POST", path: /activities$/, status });
    service.microsoft.fail.next({ method: "POST", path: /activities$/, applyThenDrop: true });
    const id = await request();
    await service.pass(60_000, 2_000);
    const { first } = await turn();
    const copies = () => cards(first).filter(({ card }) => JSON.stringify(card).includes(id));
    expect(copies()).toHaveLength(2);
    await service.microsoft.clickAction(first, copies()[0]?.id ?? "", {
      verb: "callback",
      data: { callback: id, act: "take" },
    });
    await service.pass(5_000, 1_000);
    expect(cards(first).filter(({ card }) => JSON.stringify(card).includes("701112233"))).toHaveLength(1);
  });

  it("loses what it says when the customer is erased", async () => {
    await request();
    const { first } = await turn();
    await service.ask("POST", "/v1/contexts/erase", { body: { identity: number } });
    await service.settle();
    expect(shown(first)).toContain("This is over");
    expect(shown(first)).not.toMatch(/Lucía|invoices|33/);
  });

  it.each(["es", "sv", "fr"])("speaks %s, with the day where it is not today", async (locale) => {
    await service.sql`update people set locale = ${locale}, time_zone = 'Europe/Stockholm'`;
    await service.ask("PUT", `/v1/lines/${line}`, {
      body: { name: "Lund", members: Object.keys(people), callbackWithinMs: 30 * 3_600_000 },
    });
    const id = await request();
    const { first } = await turn();
    expect(shown(first)).not.toMatch(/\bCall\b|\{\w+\}/);
    await press(first, "take", id);
    expect(shown(first)).not.toMatch(/Reached|\{\w+\}/);
  });
});

describe("a stranger to it", () => {
  it("cannot take, pass or end it, whatever they press", async () => {
    const id = await request();
    const { first } = await turn();
    await service.sql`update accounts set active = false where external_id = ${first}`;
    const before = JSON.stringify(await row());
    for (const act of ["take", "pass", "reached"]) {
      const { body } = await press(first, act, id);
      expect(body).toMatchObject({ statusCode: 400, type: "application/vnd.microsoft.error" });
    }
    await service.sql`update accounts set active = true`;
    const unknown = await press(first, "explode", id);
    expect(unknown.body).toMatchObject({ statusCode: 400 });
    expect(JSON.stringify(await row())).toBe(before);
  });
});
