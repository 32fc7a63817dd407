import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { findBinaries, isReachable, serverAccount } from "./embedded-postgres-binaries.ts";

let place = "";
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "patchcord-binaries-"));
});
afterEach(() => {
  vi.unstubAllGlobals();
  rmSync(place, { recursive: true });
});

it("says what to do where there is no built-in server", () => {
  vi.stubGlobal("process", { ...process, platform: "plan9", arch: "mips" });
  expect(() => findBinaries({}, place)).toThrow(
    "There is no built-in PostgreSQL for plan9-mips: set DATABASE_URL to a PostgreSQL 15 or newer.",
  );
});

it("finds programs that the server's account can run", () => {
  expect(findBinaries(serverAccount(), place).postgres).toMatch(/postgres(\.exe)?$/);
});

it.skipIf(process.platform === "win32")("a folder is closed to others when any folder above it is", () => {
  const inner = join(place, "a", "b");
  mkdirSync(inner, { recursive: true, mode: 0o755 });
  chmodSync(place, 0o755);
  expect(isReachable(inner)).toBe(true);
  chmodSync(place, 0o700);
  expect(isReachable(inner)).toBe(false);
});
