/** RingCentral punishes whoever asks during a penalty: each request begins the 60 s anew. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFakeRingCentral, type FakeRingCentral } from "../../../adapters/ringcentral/fake.ts";
import { createTestService, jonas, type TestService } from "../service.ts";

const bot = { id: "801001", extensionNumber: "101", name: "Patchcord", email: "bot@example.com" };
const groups = ["Light", "Medium", "Heavy", "Auth"] as const;

let service: TestService;
let ringcentral: FakeRingCentral;
/** Requests while a penalty lasted, as RingCentral's own clock sees it; refusals; all. */
const seen = { inside: 0, refused: 0, all: 0 };
beforeAll(async () => {
  service = await createTestService();
  const jonasThere = { id: "801002", extensionNumber: "102", name: jonas.name, email: jonas.email };
  ringcentral = createFakeRingCentral({
    clock: service.clock,
    extensions: [bot, jonasThere],
    fetch: service.toService,
    // Somebody else's program uses up most of what is documented.
    limits: { Heavy: 2, Light: 4, Medium: 6 },
  });
  service.origins.set("https://platform.ringcentral.com", {
    async fetch(request) {
      seen.all++;
      if (groups.some((group) => ringcentral.limits.penaltyUntil(group))) seen.inside++;
      const response = await ringcentral.app.fetch(request);
      if (response.status === 429) seen.refused++;
      return response;
    },
  });
  const body = { adapter: "ringcentral", settings: ringcentral.settings() };
  await service.ask("PUT", "/v1/connections/RingCentral", { body });
});
afterAll(() => service?.close());

it("not one request during a penalty, by several processes and after a kill, and reading goes on afterwards", async () => {
  const other = service.another();
  try {
    for (let minute = 0; minute < 10; minute++) {
      await service.pass(30_000, 2_000);
      await other.runDueJobs(50);
      if (minute === 4) service.kill();
      await service.pass(30_000, 2_000);
    }
  } finally {
    await other.close();
  }
  expect(seen.refused).toBeGreaterThan(0);
  expect(seen).toMatchObject({ inside: 0 });
  expect(seen.refused).toBeLessThanOrEqual(10);
  expect(seen.all).toBeGreaterThan(20);
}, 60_000);
