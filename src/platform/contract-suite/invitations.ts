import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Adapter, Card } from "../contract.ts";
import type { MakeWorld } from "../contract-suite.ts";
import { failureOf, worlds } from "./world.ts";

const card = (text: string): Card => ({
  text,
  content: { type: "AdaptiveCard", version: "1.4", body: [{ type: "TextBlock", text }] },
});

export function testInvitations<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { invitations: port } = adapter;
  if (!port) return;
  const open = worlds(makeWorld, "invitations");

  describe("invitations", () => {
    it("puts a card before the person", async () => {
      const { connection, part } = await open();
      await port.deliver(connection, part.account, card("Can you help?"));
      expect(await part.seen(part.account)).toEqual([expect.stringContaining("Can you help?")]);
    });

    it("replaces a card in place, as often as it is told", async () => {
      const { connection, part } = await open();
      const place = await port.deliver(connection, part.account, card("Can you help?"));
      await port.update(connection, place, card("Taken"));
      await port.update(connection, place, card("Taken"));
      expect(await part.seen(part.account)).toEqual([expect.stringContaining("Taken")]);
    });

    it.skipIf(!port.withdraw)("takes a card away, as often as it is told", async () => {
      const { connection, part } = await open();
      const place = await port.deliver(connection, part.account, card("Can you help?"));
      await port.deliver(connection, part.account, card("Another"));
      await port.withdraw?.(connection, place);
      await port.withdraw?.(connection, place);
      expect(await part.seen(part.account)).toEqual([expect.stringContaining("Another")]);
    });

    it("gives a place that can be stored", async () => {
      const { connection, part } = await open();
      const place = await port.deliver(connection, part.account, card("Can you help?"));
      expect(JSON.parse(JSON.stringify(place))).toEqual(place);
    });

    it("says who cannot be reached", async () => {
      const { connection, part } = await open();
      const error = await failureOf(port.deliver(connection, part.blocked, card("Can you help?")));
      expect(error).toMatchObject({ name: "BridgeError", code: "unreachable" });
    });

    it("passes on how long to wait when throttled", async () => {
      const { connection, part, throttle } = await open();
      throttle(7_000);
      const error = await failureOf(port.deliver(connection, part.account, card("Can you help?")));
      expect(error).toMatchObject({ code: "platform_throttled", retryAfterMs: expect.any(Number) });
    });
  });
}

export function testMeetings<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { meetings: port } = adapter;
  if (!port) return;
  const open = worlds(makeWorld, "meetings");

  describe("meetings", () => {
    it("makes a room that can be joined", async () => {
      const { connection, part } = await open();
      const room = await port.create(connection, part.organizer, "Help with an order", "key-1");
      expect(new URL(room.joinUrl).protocol).toBe("https:");
      expect(room.ref).not.toBe("");
    });

    it("says that it must be reconnected when its credentials are refused", async () => {
      const { connection, part, revoke } = await open();
      revoke();
      const error = await failureOf(port.create(connection, part.organizer, "Help with an order", "key-1"));
      expect(error).toMatchObject({ name: "BridgeError", code: "platform_unauthorized" });
    });
  });
}
