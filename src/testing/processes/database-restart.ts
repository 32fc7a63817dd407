/** Postgres dies under the running service, in the middle of a consult, and comes back. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../embedded-postgres.ts";
import type { CenterMaker, CenterStage } from "../centers/index.ts";
import { beginPlay, type Play } from "../scenarios/play.ts";
import { type ProcessService, startProcessService } from "./service.ts";

/** Promised from the moment at which the database takes connections again. */
const recoveryMs = 60_000;

export function tellRestart(name: string, center: CenterMaker): void {
  describe(`Postgres is killed, on ${name}`, () => {
    let folder: string;
    let database: EmbeddedPostgres;
    let service: ProcessService;
    let stage: CenterStage;
    let play: Play;
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), "patchcord-restart-"));
      await chmod(folder, 0o711);
      database = await startEmbeddedPostgres({ dataDir: join(folder, "postgres") });
      service = await startProcessService(database.url, center);
      stage = service.world.stage;
    });
    afterAll(async () => {
      await service?.close();
      await database?.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** kill -9 of the server itself; a second later it is started again on the same data. Answers when it was back. */
    async function crash(): Promise<number> {
      const pid = Number(readFileSync(join(folder, "postgres", "postmaster.pid"), "utf8").split("\n")[0]);
      process.kill(pid, "SIGKILL");
      await service.pass(1_000);
      database = await startEmbeddedPostgres({
        dataDir: join(folder, "postgres"),
        port: Number(new URL(database.url).port),
      });
      return Date.now();
    }
    const within = async (backAt: number, what: string, isSo: () => boolean | Promise<boolean>) => {
      await play.wait(what, isSo, 2 * recoveryMs);
      expect(Date.now() - backAt, what).toBeLessThanOrEqual(recoveryMs);
    };

    it("while agent and expert talk: the call is not touched, and goes on within a minute", async () => {
      play = await beginPlay(service, stage, 100);
      await play.hear({ customer: "agent", agent: "customer" });
      await play.rings();
      stage.expert.answers(play.call);
      await play.hear({ customer: "music", agent: "expert" });
      await play.state("consulting");
      const backAt = await crash();
      expect(play.isHeard({ customer: "music", agent: "expert" })).toBe(true);
      // A button that is pressed meanwhile is refused or taken, and pressed again until it is taken.
      await within(backAt, "the button is taken", async () => {
        const moves = `/v1/consults/${(await play.consult()).id}/moves`;
        const { status } = await service.ask("POST", moves, { token: play.token, body: { move: "all-together" } });
        return status === 202;
      });
      await within(backAt, "all hear each other", () =>
        play.isHeard({ customer: "agent+expert", expert: "agent+customer" }),
      );
      expect(stage.dials()).toBe(1);
    });

    it("while a command is on its way: it is done once, and the customer ends where they were to", async () => {
      let crashed: Promise<number> | undefined;
      service.world.watch({
        after: () => {
          crashed ??= crash();
        },
      });
      await play.move("hand-over");
      await play.wait("the platform was asked", () => crashed !== undefined);
      const backAt = (await crashed) ?? 0;
      service.world.watch({});
      await within(backAt, "the expert has the customer", () => play.isHeard({ customer: "expert", agent: "gone" }));
      await within(backAt, "it is over", async () => (await play.consult()).state === "ended");
      expect((await play.consult()).result).toBe("transferred");
      expect(stage.dials()).toBe(1);
      await play.over();
    });
  });
}
