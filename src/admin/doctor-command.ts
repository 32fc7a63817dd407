/** `npm run doctor`: checks configuration and connections and names each fix. Exit status 0 only when all is well. */
import { readSettings } from "../config.ts";
import { silentLog } from "../log.ts";
import { wire } from "../wire.ts";
import { diagnose } from "./doctor.ts";

async function main(): Promise<number> {
  const settings = readSettings(process.env);
  if (!settings.DATABASE_URL || !settings.PATCHCORD_KEYS) {
    console.log("✗ settings: set DATABASE_URL and PATCHCORD_KEYS first (the sandbox needs no doctor).");
    return 1;
  }
  const wired = wire({
    databaseUrl: settings.DATABASE_URL,
    keys: settings.PATCHCORD_KEYS,
    publicUrl: settings.PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`,
    sandbox: false,
    log: silentLog,
  });
  try {
    const findings = await diagnose(wired.service);
    for (const { what, ok, says } of findings) console.log(`${ok ? "✓" : "✗"} ${what}: ${says}`);
    return findings.every(({ ok }) => ok) ? 0 : 1;
  } finally {
    await wired.close();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  return 1;
});
