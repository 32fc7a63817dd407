/** A PostgreSQL server of the bench's own, with fsync on, and gone with its data afterwards. */
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "../src/embedded-postgres.ts";
import { cloneTemplate, createTemplate, type TestDatabase } from "../src/testing/postgres.ts";

export type Ground = {
  /** A migrated database of one's own. */
  newDatabase(): Promise<TestDatabase>;
  /** Stops the server in good order and starts it again at once, on the same port. */
  restart(): Promise<void>;
  close(): Promise<void>;
};

export async function openGround(): Promise<Ground> {
  const folder = mkdtempSync(join(tmpdir(), "patchcord-bench-"));
  chmodSync(folder, 0o711); // the server may run as another account
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const dataDir = join(folder, "postgres");
  let server = await startEmbeddedPostgres({ dataDir });
  const { url } = server;
  const template = await createTemplate(url);
  return {
    newDatabase: () => cloneTemplate(url, template.name),
    async restart() {
      await server.stop();
      server = await startEmbeddedPostgres({ dataDir, port: Number(new URL(url).port) });
    },
    async close() {
      await server.stop();
      remove();
      process.off("exit", remove);
    },
  };
}
