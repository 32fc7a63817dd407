import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createTestService, type TestService } from "../service.ts";

/** While a call is in our hands and its platform talks to us, nobody asks it; when it falls silent, somebody does. */
let service: TestService;
let token: string;
let looks = 0;
beforeEach(async () => {
  service = await createTestService();
  token = await service.deskToken();
  looks = 0;
  service.watch(({ method, url }) => {
    if (method === "GET" && /\/interactions\//.test(url)) looks++;
    return undefined;
  });
});
afterEach(() => service?.close());

async function ask() {
  const ref = service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
  await service.settle();
  const desk = await service.ask("GET", "/v1/desk", { token });
  const [call] = desk.body.interactions as { id: string }[];
  const body = { interactionId: call?.id, kind: "consult", skill: "invoicing", question: "?" };
  const { body: made } = await service.ask("POST", "/v1/consults", { token, body });
  await service.settle();
  const state = async () => (await service.ask("GET", `/v1/consults/${made.id}`, { token })).body.state;
  return { ref, state };
}

describe("a call in our hands", () => {
  it("is not asked about while it is told about, and every five seconds when it is not", async () => {
    const { ref } = await ask();
    for (let n = 0; n < 8; n++) {
      service.center.setRecording(ref, n % 2 ? "on" : "paused");
      await service.pass(2_000);
    }
    expect(looks).toBe(0);
    await service.pass(16_000, 500);
    expect(looks).toBeGreaterThanOrEqual(3);
    expect(looks).toBeLessThanOrEqual(4);
  });

  it("whose end is never told is found to have ended within ten seconds", async () => {
    const { ref, state } = await ask();
    service.center.misbehave("lose", 10);
    service.center.customerHangsUp(ref);
    await service.pass(10_000, 500);
    expect(await state()).toBe("ended");
    expect(looks).toBeGreaterThan(0);
  });
});
