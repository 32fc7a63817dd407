import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Adapter } from "../contract.ts";
import { callOperations } from "../contract.ts";
import type { MakeWorld, World } from "../contract-suite.ts";
import { everythingSaid, failureOf, withoutBudget } from "./world.ts";

const soundsSecret = /secret|password|token|privatekey|apikey|jwt$/i;

function settingNames(settings: z.ZodType): string[] {
  return settings instanceof z.ZodObject ? Object.keys(settings.shape) : [];
}

/** What the adapter says of itself agrees with what it has, and `check` tells good settings from bad. */
export function testFacts<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { facts } = adapter;
  let world: World<z.output<S>> | undefined;
  afterEach(() => world?.close?.());

  describe("facts", () => {
    it("names itself and its secrets", () => {
      expect(adapter.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
      const names = settingNames(adapter.settings);
      for (const secret of adapter.secretSettings) expect(names).toContain(secret);
      for (const name of names) if (soundsSecret.test(name)) expect(adapter.secretSettings).toContain(name);
    });

    it("agree with the functions that are there", () => {
      expect(Boolean(facts.presence)).toBe(Boolean(adapter.presence));
      expect(Boolean(facts.calls)).toBe(Boolean(adapter.calls));
      expect(Boolean(facts.cards)).toBe(Boolean(adapter.invitations));
      expect(Boolean(adapter.presence?.release)).toBe(Boolean(adapter.presence?.hold));
      expect((facts.presence?.holds.length ?? 0) > 0).toBe(Boolean(adapter.presence?.hold));
      if (facts.presence?.push === "webhook") expect(adapter.events).toBeDefined();
      if (facts.presence) expect(facts.presence.readMax).toBeGreaterThan(0);
    });

    it("say of calls what can be relied upon", () => {
      if (!facts.calls) return;
      for (const operation of Object.keys(facts.calls.operations)) expect(callOperations).toContain(operation);
      expect(facts.calls.targets.length).toBeGreaterThan(0);
      expect(facts.calls.partiesMax).toBeGreaterThanOrEqual(2);
      // Our references are 30 characters long: room for less is no room.
      expect(facts.calls.contextRefMax === 0 || facts.calls.contextRefMax >= 32).toBe(true);
    });
  });

  describe("check", () => {
    it("accepts settings that work", async () => {
      world = await makeWorld();
      await expect(adapter.check(world.connection)).resolves.toBeUndefined();
    });

    it("refuses settings that do not, without telling the secrets", async () => {
      world = await makeWorld();
      world.revoke();
      const error = await failureOf(adapter.check(world.connection));
      expect(error).toMatchObject({ name: "BridgeError", code: "platform_unauthorized" });
      const said = everythingSaid(error);
      for (const value of secretsOf(adapter, world)) expect(said).not.toContain(value);
    });

    it("makes every request through the connection, and passes on that our own budget is used up", async () => {
      world = await makeWorld();
      const error = await failureOf(adapter.check(withoutBudget(world.connection)));
      expect(error).toMatchObject({ name: "BridgeError", code: "platform_throttled", retryAfterMs: 3_000 });
    });
  });
}

function secretsOf<S extends z.ZodType>(adapter: Adapter<S>, world: World<z.output<S>>): string[] {
  const settings = world.connection.settings as Record<string, unknown>;
  return adapter.secretSettings.map((name) => settings[name]).filter((value) => typeof value === "string");
}
