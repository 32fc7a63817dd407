/**
 * `npm run demo [-- --json]`: plays the whole story in a throw-away sandbox and shows what everybody heard and what every
 * platform showed. Ends with 0 only when each step was as it should be.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "../config.ts";
import { type Played, playDemo } from "./demo-steps.ts";
import { startSandbox } from "./main.ts";

const isJson = process.argv.includes("--json");

const folder = mkdtempSync(join(tmpdir(), "patchcord-demo-"));
await chmod(folder, 0o711); // the database may run as another account
const settings = readSettings({ PORT: "0", PATCHCORD_SANDBOX_PORT: "0", PATCHCORD_DATA: folder });
const startedAt = Date.now();
process.once("SIGINT", () => process.exit(130)); // the database goes with us
let played: Played = { ok: false, steps: [], commands: [] };
try {
  if (!isJson) console.log("A made-up company moves in …\n");
  const sandbox = await startSandbox(settings, { durable: false, say: (sentence) => console.error(sentence) });
  try {
    played = await playDemo(sandbox, isJson ? undefined : (line) => console.log(line));
  } finally {
    await sandbox.stop();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
} finally {
  // After a failure what the service wrote stays, to be read.
  const rubbish = played.ok ? folder : join(folder, "sandbox", "postgres");
  rmSync(rubbish, { recursive: true, force: true });
  if (!played.ok) console.error(`What the service wrote is in ${join(folder, "sandbox", "service.log")}.`);
}
const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
if (isJson) console.log(JSON.stringify({ ...played, seconds }));
else
  console.log(
    `\n${played.ok ? "Everything was as it should be" : "Not everything was as it should be"}, in ${seconds} s.`,
  );
process.exit(played.ok ? 0 : 1);
