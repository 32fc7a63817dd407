/** A paused recording stays paused: none of our commands touches it, and the desk says how it is before a hand-over. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ConsultView, DeskView } from "../../views.ts";
import { type CenterStage, centerMakers } from "../centers/index.ts";
import { ana, createTestService, jonas, type TestService } from "../service.ts";
import { beginPlay } from "./play.ts";

describe.each(centerMakers)("on %s", (_adapter, center) => {
  let service: TestService;
  let stage: CenterStage;
  beforeAll(async () => {
    service = await createTestService({ center });
    if (!service.stage) throw new Error("no contact center");
    stage = service.stage;
  });
  afterAll(() => service?.close());

  it("nothing that is sent from question to hand-over says a word about recording", async () => {
    const play = await beginPlay(service, stage);
    const sent: Promise<string>[] = [];
    service.watch((request) => {
      if (stage.acts.test(new URL(request.url).pathname))
        sent.push(
          request
            .clone()
            .text()
            .then((body) => `${request.method} ${request.url} ${body}`),
        );
      return undefined;
    });
    await play.rings();
    stage.expert.answers(play.call);
    await play.state("consulting");
    await play.move("talk-to-customer");
    await play.hear({ expert: "music" });
    await play.move("all-together");
    await play.state("conferencing");
    await play.move("hand-over");
    await play.state("ended");
    service.watch(() => undefined);
    const requests = await Promise.all(sent);
    expect(requests.length).toBeGreaterThan(3);
    expect(requests.filter((request) => /record/i.test(request))).toEqual([]);
    await play.over();
  });
});

describe("a paused recording", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await createTestService();
  });
  afterAll(() => service?.close());

  it("is shown as paused, and stays so, from the consult to the end of the conference", async () => {
    const token = await service.deskToken();
    const call = service.center.startCall({ customer: { name: "Erik" }, agent: ana.account, attributes: {} });
    service.center.setRecording(call, "paused");
    await service.settle();
    const desk = async () => (await service.ask("GET", "/v1/desk", { token })).body as unknown as DeskView;
    const found = await service.ask("GET", "/v1/experts?q=jonas", { token });
    const asked = await service.ask("POST", "/v1/consults", {
      token,
      body: {
        interactionId: (await desk()).interactions[0]?.id,
        kind: "consult",
        personIds: [found.body.items?.[0]?.personId],
      },
    });
    const path = `/v1/consults/${asked.body.id}`;
    const seen: unknown[] = [];
    const look = async () => {
      await service.pass(1_000);
      const { state, interaction } = (await service.ask("GET", path, { token })).body as unknown as ConsultView;
      seen.push(`${state} ${interaction?.recording}`);
      expect(service.center.interaction(call).recording).toBe("paused");
    };
    await look();
    const card = service.microsoft.chatOf(jonas.id).at(-1);
    const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card))?.[1];
    await service.microsoft.clickAction(jonas.id, String(card?.id), { verb: "answer", data: { offer, answer: "now" } });
    await look();
    service.center.answer(service.center.interaction(call).parties.find(({ role }) => role === "expert")?.ref ?? "");
    await look();
    for (const move of ["talk-to-customer", "all-together", "hand-over"]) {
      await service.ask("POST", `${path}/moves`, { token, body: { move } });
      await look();
    }
    expect(seen).toEqual([
      "offering paused",
      "ringing paused",
      "consulting paused",
      "consulting paused",
      "conferencing paused",
      "ended paused",
    ]);
  });
});
