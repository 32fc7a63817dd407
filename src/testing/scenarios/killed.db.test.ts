/** Our process is killed at each request that it makes to a contact center, and another goes on, on each of them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CenterStage, centerMakers } from "../centers/index.ts";
import { createTestService, type TestService } from "../service.ts";
import { beginPlay, type Play } from "./play.ts";

/** What a killed process had in hand is taken over within this. */
const recoveryMs = 30_000;
/** Asterisk cannot be asked whether a leg was dialled: what may have rung is not rung again, and time runs out. */
const endings: Record<string, string> = { asterisk: "unanswered" };
const alone = { customer: "agent", agent: "customer", expert: "gone" };

describe.each(centerMakers)("on %s", (adapter, center) => {
  let service: TestService;
  let stage: CenterStage;
  let play: Play;
  beforeAll(async () => {
    service = await createTestService({ center });
    if (!service.stage) throw new Error("no contact center");
    stage = service.stage;
  });
  afterAll(() => service?.close());

  /** What asks the platform to do something on a call. */
  const isAction = (request: Request): boolean => {
    const { origin, pathname } = new URL(request.url);
    return request.method !== "GET" && origin in stage.origins && stage.acts.test(pathname);
  };

  /** Plays the story; our process dies at its nth request to the platform. Answers what came of it. */
  async function dieAt(nth: number, fate: "kill-before" | "kill-after"): Promise<string | undefined> {
    const before = stage.dials();
    play = await beginPlay(service, stage, 500);
    await play.hear({ customer: "agent", agent: "customer" });
    let actions = 0;
    service.watch((request) => (isAction(request) && ++actions === nth ? fate : undefined));
    await play.asks();
    const ended = async () => (await play.consult()).state === "ended";
    await play.wait(
      "it rings or is over",
      async () => stage.hear(play.call).expert === "ringing" || ended(),
      recoveryMs,
    );
    if (await ended()) {
      await play.hear(alone);
      await service.pass(20_000, 5_000); // and stays so
      await play.hear(alone, 0);
    } else {
      stage.expert.answers(play.call);
      await play.hear({ customer: "music", agent: "expert" }, recoveryMs);
      await play.state("consulting", recoveryMs);
      await play.move("all-together");
      await play.hear({ customer: "agent+expert", expert: "agent+customer" }, recoveryMs);
      await play.move("hand-over");
      await play.hear({ customer: "expert", agent: "gone" }, recoveryMs);
      await play.state("ended", recoveryMs);
    }
    expect(stage.dials() - before).toBeLessThanOrEqual(1);
    service.watch(() => undefined);
    return actions < nth ? undefined : (await play.consult()).result;
  }

  it("before its first request: the story goes on within 30 s", async () => {
    expect(await dieAt(1, "kill-before")).toBe("transferred");
    await play.over();
  });

  it("a command whose turn comes after it was given up is never sent", async () => {
    const before = stage.dials();
    play = await beginPlay(service, stage, 500);
    service.watch((request) => (isAction(request) ? "kill-before" : undefined));
    await play.asks();
    await service.pass(500, 500);
    service.watch(() => undefined);
    await service.sql`update jobs set locked_until = ${"2100-01-01"}::timestamptz where name = 'command.run'`;
    await play.state("ended", 30_000);
    await service.sql`update jobs set locked_until = null where name = 'command.run'`;
    await service.pass(5_000, 1_000);
    expect(stage.dials() - before).toBe(0);
    await play.hear({ customer: "agent", agent: "customer", expert: "gone" }, 0);
    await play.over();
  });

  it("after every other request: the story goes on or ends safely within 30 s, and nobody is rung twice", async () => {
    const results: string[] = [];
    for (let nth = 1; ; nth += 2) {
      const result = await dieAt(nth, "kill-after");
      await play.over();
      if (!result) break;
      results.push(result);
      await service.pass(3_000, 1_000); // the dead one's event stream has been taken over by then
    }
    const others = results.filter((result) => result !== "transferred");
    expect(others, results.join()).toEqual(others.slice(0, 1).map(() => endings[adapter]));
    expect(results.length).toBeGreaterThan(1);
  });
});
