import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ConsultView } from "../../views.ts";
import { createTestService, jonas, marta, type TestService } from "../service.ts";

/** An expert whom no card reaches, for whatever reason, holds nobody up: the next one is asked. */
let service: TestService;
let token: string;
beforeEach(async () => {
  service = await createTestService();
  token = await service.deskToken();
});
afterEach(() => service?.close());

const ask = async () => {
  service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
  await service.settle();
  const desk = await service.ask("GET", "/v1/desk", { token });
  const [call] = desk.body.interactions as { id: string }[];
  const body = { interactionId: call?.id, kind: "consult", skill: "invoicing", question: "?" };
  const { status, body: made } = await service.ask("POST", "/v1/consults", { token, body });
  expect(status).toBe(201);
  await service.settle();
  return async () => (await service.ask("GET", `/v1/consults/${made.id}`, { token })).body as unknown as ConsultView;
};
const statesOf = ({ offers }: ConsultView) => Object.fromEntries(offers.map(({ name, state }) => [name, state]));
const isAsked = (user: string) => JSON.stringify(service.microsoft.chatOf(user)).includes("Take it now");

describe("the offer moves on", () => {
  it.each([
    ["has blocked the bot", () => service.microsoft.blockBot(jonas.id)],
    [
      "took the app away, and may not get it again",
      () => {
        service.microsoft.uninstallApp(jonas.id);
        service.microsoft.setRoles(["Presence.ReadWrite.All", "User.Read.All"]);
        service.microsoft.revokeTokens();
      },
    ],
    ["has left the directory", () => service.microsoft.removeUser(jonas.id)],
  ])("at once, from who %s, and that is recorded", async (_name, prepare) => {
    prepare();
    const look = await ask();
    await service.pass(2_000);
    expect(statesOf(await look())).toEqual({ [jonas.name]: "undeliverable", [marta.name]: "asked" });
    expect(isAsked(marta.id)).toBe(true);
    const [row] = await service.sql`
      select k.app from account_checks k join accounts a on a.id = k.account_id where a.external_id = ${jonas.id}`;
    expect(["blocked", "missing"]).toContain(row?.app);
  });

  it.each([429, 502])("after the usual silence, while the Connector answers %i", async (status) => {
    const fail = () => service.microsoft.fail.next({ path: /activities/, status });
    fail();
    const look = await ask();
    for (let second = 0; second < 22; second++) {
      if (!isAsked(marta.id)) fail();
      await service.pass(1_000);
    }
    expect(statesOf(await look())[jonas.name]).toBe("silent");
    service.microsoft.fail.clear();
    await service.pass(10_000);
    expect(isAsked(marta.id)).toBe(true);
  });

  it("to the same person, when a conversation no longer works and a new one does", async () => {
    const look = await ask();
    service.microsoft.fail.next({ path: /v3\/conversations\/[^/]+\/activities$/, status: 404 });
    await service.pass(1_000);
    expect(statesOf(await look())[jonas.name]).toBe("asked");
    expect(isAsked(jonas.id)).toBe(true);
  });
});

it("a button acts once, whoever taps how often", async () => {
  const look = await ask();
  const message = service.microsoft.chatOf(jonas.id).at(-1);
  const offer = /off_\w{26}/.exec(JSON.stringify(message?.card))?.[0];
  const tap = (user: string) =>
    service.microsoft.clickAction(user, service.microsoft.chatOf(user).at(-1)?.id ?? "", {
      verb: "answer",
      data: { offer, answer: "now" },
    });
  await Promise.all(Array.from({ length: 5 }, () => tap(jonas.id)));
  await service.settle();
  expect(service.center.dials()).toBe(1);
  expect(statesOf(await look())[jonas.name]).toBe("accepted");
  expect(service.microsoft.chatOf(jonas.id).filter(({ card }) => card)).toHaveLength(1);
});
