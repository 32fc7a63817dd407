/** The same story, whatever goes wrong in it, on every contact center: over HTTP, with the platforms' fakes. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type CenterStage, centerMakers } from "../centers/index.ts";
import { createTestService, type TestService } from "../service.ts";
import { beginPlay, type Play } from "./play.ts";

const withAgent = { customer: "agent", agent: "customer" };
const alone = { ...withAgent, expert: "gone" };
const inPrivate = { customer: "music", agent: "expert", expert: "agent" };
const together = { customer: "agent+expert", agent: "customer+expert", expert: "agent+customer" };
const handedOver = { customer: "expert", agent: "gone", expert: "customer" };

describe.each(centerMakers)("on %s", (_adapter, center) => {
  let service: TestService;
  let stage: CenterStage;
  let play: Play;
  const begin = async () => {
    play = await beginPlay(service, stage);
    await play.hear(withAgent);
    return play;
  };
  beforeAll(async () => {
    service = await createTestService({ center });
    if (!service.stage) throw new Error("no contact center");
    stage = service.stage;
  });
  afterEach(async () => {
    service.watch(() => undefined);
    await play.over();
  });
  afterAll(() => service?.close());

  const pressNow = async () => {
    await begin();
    await play.rings();
  };
  const answered = async () => {
    await pressNow();
    stage.expert.answers(play.call);
    await play.hear(inPrivate);
    await play.state("consulting");
  };

  it("consult, conference, hand-over: the customer stays with the expert", async () => {
    await answered();
    await play.move("all-together");
    await play.hear(together);
    await play.move("hand-over");
    await play.hear(handedOver);
    await play.state("ended");
    expect((await play.consult()).result).toBe("transferred");
  });

  it("an expert who refuses the call returns the agent within 3 s", async () => {
    await pressNow();
    stage.expert.refuses(play.call);
    expect(await play.hear(alone)).toBeLessThanOrEqual(3_000);
    await play.state("ended", 30_000);
  });

  it("an expert who is cut off returns the agent within 3 s", async () => {
    await answered();
    stage.expert.hangsUp(play.call);
    expect(await play.hear(alone)).toBeLessThanOrEqual(3_000);
    await play.state("ended", 30_000);
    expect((await play.consult()).result).toBe("returned");
  });

  it("cancelled while it rings: the phone stops, and agent and customer talk", async () => {
    await pressNow();
    await play.move("cancel");
    expect(await play.hear(alone)).toBeLessThanOrEqual(3_000);
    await play.state("ended");
    expect((await play.consult()).result).toBe("cancelled");
  });

  it("the customer hangs up while it rings: the phone stops within 2 s", async () => {
    await pressNow();
    stage.customerHangsUp(play.call);
    expect(await play.hear({ expert: "gone" })).toBeLessThanOrEqual(2_000);
    await play.state("ended");
    expect((await play.consult()).result).toBe("customer-left");
  });

  it("answers are lost after the platform has acted: looked at, and nothing is done twice", async () => {
    const before = stage.dials();
    await begin();
    stage.faults.next({ method: "POST", path: stage.acts, applyThenDrop: true });
    await play.rings();
    stage.expert.answers(play.call);
    await play.hear(inPrivate);
    stage.faults.next({ method: "POST", path: stage.acts, applyThenDrop: true });
    await play.state("consulting");
    await play.move("all-together");
    await play.hear(together, 20_000);
    expect(stage.dials() - before).toBe(1);
  });
});
