/** `npm run apply [-- --plan] [-- FILE]`: shows, and without --plan also does, what the declarative file asks for. */
import { readFile } from "node:fs/promises";
import { applyPlan, type Change, previewPlan } from "./admin/apply.ts";
import { readPlan } from "./admin/plan.ts";
import { readSettings } from "./config.ts";
import { isBridgeError } from "./errors.ts";
import { silentLog } from "./log.ts";
import { migrate } from "./migrate-database.ts";
import { wire } from "./wire.ts";

const marks = { make: "+", update: "~", wait: "?" } as const;
const line = ({ what, name, change }: Change) =>
  `  ${marks[change]} ${what} ${name}${change === "wait" ? " (as soon as a directory shows them)" : ""}`;

async function main(args: string[]): Promise<void> {
  const settings = readSettings(process.env);
  const file = args.find((arg) => !arg.startsWith("--")) ?? settings.PATCHCORD_CONFIG;
  if (!settings.DATABASE_URL || !settings.PATCHCORD_KEYS) throw new Error("Set DATABASE_URL and PATCHCORD_KEYS first.");
  const plan = readPlan(await readFile(file, "utf8"), process.env);
  await migrate(settings.DATABASE_OWNER_URL ?? settings.DATABASE_URL);
  const wired = wire({
    databaseUrl: settings.DATABASE_URL,
    keys: settings.PATCHCORD_KEYS,
    publicUrl: settings.PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`,
    sandbox: false,
    log: silentLog,
  });
  try {
    const changes = await previewPlan(wired.service, plan);
    console.log(`${file} for ${plan.tenant.slug}: + make, ~ bring up to date, ? wait`);
    for (const change of changes) console.log(line(change));
    if (args.includes("--plan")) return;
    await applyPlan(wired.service, plan);
    console.log("Applied. A running service picks it up within seconds.");
  } finally {
    await wired.close();
  }
}

await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(isBridgeError(error) || error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
