import { afterAll, beforeAll, expect, it } from "vitest";
import { createTestService, jonas, type TestService } from "../testing/service.ts";

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service?.close());

/** Puts a gate before the Bot Connector: who comes waits there until it is opened. */
function closeConnector() {
  const [origin = "", connector] = [...service.origins].find(([name]) => name.includes("trafficmanager")) ?? [];
  if (!connector) throw new Error("there is no connector");
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let arrived = () => {};
  const someone = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const gate = { waiting: 0, someone, open };
  service.origins.set(origin, {
    async fetch(request) {
      gate.waiting++;
      arrived();
      await opened;
      return connector.fetch(request);
    },
  });
  return gate;
}

it("presses, commands and searches are answered while the Bot Connector answers nothing", async () => {
  const desk = await service.deskToken();
  service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
  await service.settle();
  const { body: view } = await service.ask("GET", "/v1/desk", { token: desk });
  const interactionId = (view.interactions as { id: string }[])[0]?.id;
  const body = { interactionId, kind: "question", skill: "invoicing", question: "Twice?" };
  const made = await service.ask("POST", "/v1/consults", { token: desk, body });
  await service.settle();
  const card = service.microsoft.chatOf(jonas.id).at(-1);
  const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card))?.[1];

  const gate = closeConnector();
  expect((await service.microsoft.say(jonas.id, "help")).status).toBe(202);
  const working = service.wired.runDueJobs(50);
  await gate.someone;

  const pressed = await service.microsoft.clickAction(jonas.id, card?.id ?? "", {
    verb: "reply",
    data: { offer, text: "No, two contracts." },
  });
  expect(pressed).toMatchObject({ status: 200, body: { statusCode: 200 } });
  expect(JSON.stringify(pressed.body)).toContain("Ana Berg has your answer");
  expect((await service.microsoft.say(jonas.id, "pause")).status).toBe(202);
  const found = await service.microsoft.invoke(jonas.id, "composeExtension/query", {
    commandId: "consults",
    parameters: [{ name: "search", value: "twice" }],
  });
  expect(found.status).toBe(200);
  const { body: seen } = await service.ask("GET", `/v1/consults/${made.body.id}`, { token: desk });
  expect(seen.replies).toMatchObject([{ text: "No, two contracts." }]);
  expect(gate.waiting).toBe(1);

  gate.open();
  await working;
  await service.pass(5_000);
  const said = JSON.stringify(service.microsoft.chatOf(jonas.id).filter(({ from }) => from === "bot"));
  expect(said).toContain("You can write");
  expect(said).toContain("No requests until");
});
