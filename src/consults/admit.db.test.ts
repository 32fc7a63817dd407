import { afterAll, beforeAll, expect, it } from "vitest";
import type { Hands } from "../db.ts";
import { ana, createTestService, type TestService } from "../testing/service.ts";

let service: TestService;
let busy: ReturnType<TestService["another"]>;
let token: string;
let interactionId: string;
beforeAll(async () => {
  service = await createTestService();
  busy = service.another();
  token = await service.deskToken();
  service.center.startCall({ customer: { name: "Lucía" }, agent: ana.account });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  interactionId = String((body.interactions as { id: string }[])[0]?.id);
});
afterAll(async () => {
  await busy?.close();
  await service?.close();
});

const late = (lateMs: number): Hands => ({
  until: () => "2026-03-02T09:00:07Z",
  reserve: () => false,
  lateMs: () => lateMs,
  end: () => {},
});
const ask = (path = "/v1/consults") =>
  busy.app.request(path, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ interactionId, kind: "question", skill: "invoicing", question: "Is it open?" }),
  });

it.each([
  ["transactions wait for a connection", () => Object.assign(busy.service.database, { waitedMs: () => 501 })],
  ["jobs of this organization begin late", () => Object.assign(busy.service.database, { hands: late(2_001) })],
])("is refused at once, with nothing done, while %s", async (_, makeBusy) => {
  const before = await service.rows();
  makeBusy();
  const refused = await ask();
  expect(refused.status).toBe(503);
  expect(refused.headers.get("retry-after")).toBe("5");
  expect(await refused.json()).toMatchObject({
    code: "unavailable",
    detail: expect.stringContaining("the customer stays with you"),
  });
  expect(await service.rows()).toEqual(before);
  Object.assign(busy.service.database, { waitedMs: () => 500, hands: late(2_000) });
  const desk = await service.ask("GET", "/v1/desk", { token });
  expect(desk.body.interactions).toHaveLength(1);
});

it("begins as soon as that is over", async () => {
  const begun = await ask();
  expect(begun.status, await begun.text()).toBe(201);
});
