import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDatabase } from "../db.ts";
import { startEmbeddedPostgres } from "../embedded-postgres.ts";
import { migrate } from "../migrate-database.ts";
import { readerFromNow, withSessions } from "./change-reader.ts";

describe("to live feeds a transaction that has been prepared", () => {
  it("counts where it works, and nowhere else", async () => {
    const folder = mkdtempSync(join(tmpdir(), "patchcord-prepared-"));
    await chmod(folder, 0o711); // the server may run as another account
    const start = () => startEmbeddedPostgres({ dataDir: join(folder, "postgres"), durable: false });
    const setting = await start();
    await withSessions([setting.url], (admin) => admin.say("alter system set max_prepared_transactions = 2"));
    await setting.stop();
    const server = await start();
    const own = openDatabase(server.url, { connectionsMax: 2 });
    try {
      await migrate(server.url);
      await withSessions([server.url], (admin) => admin.say("create database other"));
      const other = Object.assign(new URL(server.url), { pathname: "/other" }).href;
      await withSessions([server.url, other], async (here, there) => {
        const read = await readerFromNow(own);
        await there.say("begin; create table a (b int); prepare transaction 'there'");
        await here.tell("a");
        expect(await read()).toEqual(["a"]);
        await here.say("begin");
        await here.tell("b");
        await here.say("prepare transaction 'here'");
        await here.tell("c");
        expect(await read()).toEqual([]);
        await here.say("commit prepared 'here'");
        expect(await read()).toEqual(["b", "c"]);
        await there.say("rollback prepared 'there'");
      });
    } finally {
      await own.close();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
