import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSettings } from "./config.ts";
import { silentLog } from "./log.ts";
import { type Server, startServer } from "./server-node.ts";
import { testDatabase } from "./testing/database.ts";
import type { TestDatabase } from "./testing/postgres.ts";

let database: TestDatabase;
let folder = "";
const running: Server[] = [];
beforeAll(async () => {
  database = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), "patchcord-server-"));
});
afterAll(async () => {
  for (const server of running) await server.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

const key = `pck_${"k".repeat(32)}`;
const plan = (secret: string) => `
tenant: { slug: acme, name: Acme }
connections:
  - { name: Contact center, adapter: webhook, settings: { commandUrl: "http://127.0.0.1:9/", secret: "${secret}" } }
apiKeys:
  - { name: back end, key: $BACK_END_KEY, scopes: [admin] }
`;

function start(text: string | undefined, secrets: Record<string, string> = {}): Promise<Server> {
  const file = join(folder, "patchcord.yaml");
  rmSync(file, { force: true });
  if (text) writeFileSync(file, text);
  const settings = readSettings({
    PORT: "0",
    DATABASE_URL: database.url,
    PATCHCORD_DATA: folder,
    PATCHCORD_CONFIG: file,
  });
  return startServer({ settings, log: silentLog, secrets });
}

test("serves the API on its database, set up by the file, and ends in good order", async () => {
  const server = await start(plan("a-secret-of-enough-bytes-for-this"), { BACK_END_KEY: key });
  expect(await (await fetch(`${server.url}/health/ready`)).json()).toMatchObject({ ready: true });
  const headers = { authorization: `Bearer ${key}` };
  const { items } = (await (await fetch(`${server.url}/v1/connections`, { headers })).json()) as { items: object[] };
  expect(items).toMatchObject([
    { name: "Contact center", hookUrl: expect.stringContaining(`${server.url}/hooks/con_`) },
  ]);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toContain("patchcord_request_seconds");
  const feed = await fetch(`${server.url}/v1/live`, { headers });
  await server.close(); // although somebody is still listening
  await feed.text().catch(() => "");
  await expect(fetch(`${server.url}/health/live`)).rejects.toThrow();
});

test("a secret that is not set, and a setting that is wrong, are named; the port is free again", async () => {
  await expect(start(plan("a-secret-of-enough-bytes-for-this"))).rejects.toThrow("BACK_END_KEY");
  await expect(start(plan("short"), { BACK_END_KEY: key })).rejects.toThrow("secret");
  running.push(await start(undefined));
  expect((await fetch(`${running[0]?.url}/sandbox/config`)).status).toBe(404);
});
