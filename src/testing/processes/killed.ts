/** kill -9 of the real process at the requests that a command makes to a contact center, and what comes of the call. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { CenterMaker, CenterStage } from "../centers/index.ts";
import { testDatabase } from "../database.ts";
import { beginPlay, type Play } from "../scenarios/play.ts";
import { type ProcessService, startProcessService } from "./service.ts";

/** Promised from the moment at which another process is up. */
const recoveryMs = 30_000;
/** A restart may take its time on a busy machine; it counts from when it is done. */
const upMsMax = 60_000;
/** All of a command's requests are tried where this says so; else the first, the most that may go wrong. */
const isAll = process.env.PATCHCORD_KILLS === "all";
const requestsMax = isAll ? Number.POSITIVE_INFINITY : 1;
/** Many calls and deaths in one test, where each request has its own. */
const patience = isAll ? { timeout: 1_200_000 } : {};
const stepMs = 100;

type Fate = "before" | "after";

export function tellKilled(name: string, center: CenterMaker): void {
  describe(`kill -9, on ${name}`, patience, () => {
    let service: ProcessService;
    let stage: CenterStage;
    let play: Play;
    let drop: () => Promise<void>;
    beforeAll(async () => {
      const database = await testDatabase();
      drop = database.drop;
      service = await startProcessService(database.url, center);
      stage = service.world.stage;
    });
    afterEach(async () => {
      service.world.watch({});
      await play.over();
    });
    afterAll(async () => {
      await service?.close();
      await drop?.();
    });

    /** The process dies at the nth request from now that asks for something on a call. */
    const dieAt = (nth: number, fate: Fate) => {
      let requests = 0;
      const kill = () => {
        service.world.watch({});
        service.kill();
      };
      service.world.watch({
        before: () => {
          requests++;
          if (requests === nth && fate === "before") kill();
        },
        after: () => {
          if (requests === nth && fate === "after") kill();
        },
      });
      const deaths = service.kills();
      return () => service.kills() > deaths;
    };
    /** It comes to be so within 30 s; of the restart, where there was one meanwhile. */
    const comes = async (isSo: () => boolean | Promise<boolean>, what: string): Promise<void> => {
      const askedAt = Date.now();
      await play.wait(what, isSo, upMsMax + recoveryMs);
      const now = Date.now();
      const since = Math.max(askedAt, (await service.upSince()).getTime());
      expect(now - since, what).toBeLessThanOrEqual(recoveryMs);
    };
    const hears = (wanted: Parameters<Play["isHeard"]>[0]) => comes(() => play.isHeard(wanted), JSON.stringify(wanted));
    const begin = async () => {
      play = await beginPlay(service, stage, stepMs);
      await play.hear({ customer: "agent", agent: "customer" }, upMsMax);
    };

    /** Dies while the expert is dialled. Either it rings, once, or it is over and the customer is with the agent. */
    async function dieAtDial(nth: number, fate: Fate): Promise<boolean> {
      const before = stage.dials();
      await begin();
      const hasDied = dieAt(nth, fate);
      await play.asks();
      const ended = async () => (await play.consult()).state === "ended";
      await comes(async () => stage.hear(play.call).expert === "ringing" || (await ended()), "it rings or is over");
      if (await ended()) await hears({ customer: "agent", agent: "customer", expert: "gone" });
      else {
        stage.expert.answers(play.call);
        await hears({ customer: "music", agent: "expert" });
      }
      expect(stage.dials() - before).toBeLessThanOrEqual(1);
      return hasDied();
    }

    it.each<Fate>([
      "before",
      "after",
    ])("%s the expert is dialled: it goes on or ends safely, and nobody is rung twice", async (fate) => {
      for (let nth = 1; nth <= requestsMax; nth++) {
        if (!(await dieAtDial(nth, fate))) break;
        if (nth < requestsMax) await play.over();
      }
    });

    it.each<Fate>(
      isAll ? ["before", "after"] : ["after"],
    )("%s the others are brought together and the agent leaves: the call is as it was wanted", async (fate) => {
      for (let nth = 1; nth <= requestsMax; nth++) {
        const dials = stage.dials();
        await begin();
        await play.rings();
        stage.expert.answers(play.call);
        await play.hear({ customer: "music", agent: "expert" });
        await play.state("consulting");
        const diedJoining = dieAt(nth, fate);
        await play.move("all-together");
        await hears({ customer: "agent+expert", expert: "agent+customer" });
        const diedLeaving = dieAt(nth, fate);
        await play.move("hand-over");
        await hears({ customer: "expert", agent: "gone" });
        await comes(async () => (await play.consult()).state === "ended", "it is over");
        expect((await play.consult()).result).toBe("transferred");
        expect(stage.dials() - dials).toBe(1);
        if (!diedJoining() && !diedLeaving()) break;
        if (nth < requestsMax) await play.over();
      }
    });

    it("while it rings, and the customer hangs up meanwhile: nobody's phone rings on", async () => {
      await begin();
      await play.rings();
      service.kill();
      stage.customerHangsUp(play.call);
      await hears({ expert: "gone" });
      await comes(async () => (await play.consult()).state === "ended", "it is over");
      expect((await play.consult()).result).toBe("customer-left");
    });
  });
}
