import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeskView } from "../../views.ts";
import { ana, createTestService, type TestService } from "../service.ts";

const hourMs = 3_600_000;
let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service?.close());

const begin = async () => {
  const call = service.center.startCall({
    customer: { name: "Erik" },
    agent: ana.account,
    attributes: { customer: "Erik Lind" },
  });
  await service.settle();
  return call;
};
const kept = async () =>
  service.sql<{ state: string; erik: boolean }[]>`
    select state, snapshot::text like '%Erik%' as erik from interactions order by started_at desc limit 1`;
const onDesk = async () => {
  const { body } = await service.ask("GET", "/v1/desk", { token: await service.deskToken() });
  return (body as unknown as DeskView).interactions.length;
};

describe("a call whose end was never told", () => {
  it("goes on for as long as its platform shows it, however long that is", async () => {
    const call = await begin();
    await service.pass(30 * hourMs, 6 * hourMs);
    expect(await onDesk()).toBe(1);
    service.center.customerHangsUp(call);
    await service.settle();
    expect(await onDesk()).toBe(0);
  });

  it("has ended when its platform shows so, or knows it no more, and is forgotten in its time", async () => {
    await begin();
    const center = service.origins.get("https://center.test");
    if (!center) throw new Error("no contact center");
    service.origins.set("https://center.test", {
      fetch: (request) =>
        new URL(request.url).pathname.includes("/interactions")
          ? Response.json({ code: "not_found", message: "no such interaction" }, { status: 404 })
          : center.fetch(request),
    });
    await service.pass(23 * hourMs, 6 * hourMs);
    expect(await kept()).toEqual([{ state: "live", erik: true }]);
    await service.pass(2 * hourMs, hourMs);
    expect(await kept()).toEqual([{ state: "ended", erik: true }]);
    await service.pass(25 * hourMs, 6 * hourMs);
    expect(await kept()).toEqual([{ state: "ended", erik: false }]);
    service.origins.set("https://center.test", center);
  });
});
