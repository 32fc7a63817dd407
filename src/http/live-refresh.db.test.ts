import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addSecondTenant, pavel, type SecondTenant } from "../testing/scenarios/second-tenant.ts";
import { createTestService, jonas, marta, type TestService } from "../testing/service.ts";
import type { ExpertView } from "../views.ts";

let service: TestService;
let other: SecondTenant;
let token: string;
beforeAll(async () => {
  service = await createTestService();
  other = await addSecondTenant(service);
  token = await service.deskToken();
});
afterAll(() => service?.close());

const idOf = async (name: string, as = token) => {
  const { body } = await service.ask("GET", `/v1/experts?q=${name.split(" ")[0]}`, { token: as });
  return String(body.items?.[0]?.personId);
};

/** Opens a feed and keeps the presence views that come. */
async function listen(query: string) {
  const response = await service.wired.app.request(`/v1/live${query}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const seen: ExpertView[] = [];
  const decoder = new TextDecoder();
  void (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read())
      for (const block of decoder.decode(part.value).split("\n\n")) {
        const data = /^event: presence$/m.test(block) && /^data: (.*)$/m.exec(block)?.[1];
        if (data) seen.push(JSON.parse(data));
      }
  })().catch(() => {});
  return { seen, close: () => reader.cancel() };
}

const observed = (view: ExpertView | undefined) => Date.parse(view?.reachability.observedAt ?? "");

describe("a live feed that names people", () => {
  it("gets their views again every 15 s although nothing changes, so that the age stays within its bound", async () => {
    const feed = await listen(`?people=${await idOf(jonas.name)}`);
    await service.pass(1_000);
    feed.seen.length = 0;
    for (let round = 0; round < 4; round++) {
      await service.pass(15_000);
      await expect.poll(() => feed.seen.length).toBeGreaterThan(round);
    }
    await expect.poll(() => service.clock.now().getTime() - observed(feed.seen.at(-1))).toBeLessThan(10_000);
    expect(observed(feed.seen.at(-1)) - observed(feed.seen[0])).toBeGreaterThan(30_000);
    expect(new Set(feed.seen.map((view) => view.name))).toEqual(new Set([jonas.name]));
    await feed.close();
  });

  it("gets nobody else, and nobody of another company whom it names", async () => {
    const stranger = await idOf(pavel.name, other.apiKey);
    const feed = await listen(`?people=${await idOf(marta.name)},${stranger}`);
    await service.pass(31_000);
    await expect.poll(() => feed.seen.length).toBeGreaterThan(0);
    expect(new Set(feed.seen.map((view) => view.name))).toEqual(new Set([marta.name]));
    await feed.close();
  });

  it("gets what changes only, when it names nobody", async () => {
    const feed = await listen("");
    await service.pass(31_000);
    expect(feed.seen).toEqual([]);
    await feed.close();
  });
});
