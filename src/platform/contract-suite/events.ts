import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Adapter, PlatformEvent } from "../contract.ts";
import type { Delivery, MakeWorld } from "../contract-suite.ts";
import { worlds } from "./world.ts";

const minuteMs = 60_000;

export function testEvents<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { events: port } = adapter;
  if (!port) return;
  const open = worlds(makeWorld, "events");

  describe("events", () => {
    it("accepts a genuine delivery", async () => {
      const { connection, part } = await open();
      expect(eventsOf(await port.receive(connection, await part.deliver())).length).toBeGreaterThan(0);
    });

    it("knows a delivery again that comes twice", async () => {
      const { connection, part } = await open();
      const delivery = await part.deliver();
      const ids = eventsOf(await port.receive(connection, delivery)).map((event) => event.eventId);
      const again = eventsOf(await port.receive(connection, delivery)).map((event) => event.eventId);
      expect(again).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it("rejects a delivery without its proof", async () => {
      const { connection, part } = await open();
      const delivery = await part.deliver();
      for (const name of part.proof) {
        const headers = new Headers(delivery.headers);
        headers.delete(name);
        expect(await port.receive(connection, { ...delivery, headers }), name).toHaveProperty("rejected");
      }
    });

    it("rejects each change of a single byte of the proof", async () => {
      const { connection, part } = await open();
      const delivery = await part.deliver();
      for (const name of part.proof)
        for (const changed of changesOf(delivery.headers.get(name) ?? "")) {
          const headers = new Headers(delivery.headers);
          headers.set(name, changed);
          const answer = await port.receive(connection, { ...delivery, headers });
          expect(answer, `${name}: ${changed}`).toHaveProperty("rejected");
        }
    });

    it("rejects each change of a single byte of the body", async ({ skip }) => {
      const { connection, part } = await open();
      skip(!part.signsBody, "the platform's proof does not cover the body");
      const delivery = await part.deliver();
      for (const index of delivery.body.keys()) {
        const body = Uint8Array.from(delivery.body);
        body[index] = (body[index] ?? 0) ^ 1;
        const answer = await port.receive(connection, { ...delivery, body });
        expect(answer, `byte ${index}`).toHaveProperty("rejected");
      }
    });

    it("rejects what was sent more than five minutes ago or from now", async ({ skip }) => {
      const { connection, part } = await open();
      skip(!part.signsTime, "the platform's proof does not cover the time");
      const sent = (ms: number) => part.deliver({ sentAt: new Date(connection.now().getTime() + ms) });
      expect(await port.receive(connection, await sent(-4 * minuteMs))).toHaveProperty("events");
      expect(await port.receive(connection, await sent(-5 * minuteMs - 2_000))).toHaveProperty("rejected");
      expect(await port.receive(connection, await sent(5 * minuteMs + 2_000))).toHaveProperty("rejected");
    });

    it("never throws, whatever the body", async () => {
      const { connection, part } = await open();
      const genuine = await part.deliver();
      await fc.assert(
        fc.asyncProperty(malformed(genuine), async (body) => {
          await port.receive(connection, await part.deliver({ body }));
          await port.receive(connection, { ...genuine, headers: new Headers(), body });
        }),
        { numRuns: 200 },
      );
    });
  });
}

function eventsOf(answer: object): PlatformEvent[] {
  expect(answer).toHaveProperty("events");
  return "events" in answer ? (answer.events as PlatformEvent[]) : [];
}

/** Every text that differs from `text` in one character that a header can carry. */
function changesOf(text: string): string[] {
  return [...text]
    .map((char, index) => text.slice(0, index) + String.fromCharCode(char.charCodeAt(0) ^ 1) + text.slice(index + 1))
    .filter((changed) => /^[\x20-\x7e]*$/.test(changed));
}

/** Bytes, texts, JSON of any shape, and the genuine body with one of its values replaced. */
function malformed(genuine: Delivery): fc.Arbitrary<Uint8Array> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const text = new TextDecoder().decode(genuine.body);
  const values = [...text.matchAll(/:\s*("[^"]*"|\d+|true|false|null)/g)];
  const replaced = fc.tuple(fc.nat(Math.max(0, values.length - 1)), fc.json({ maxDepth: 1 })).map(([which, json]) => {
    const value = values[which];
    return value ? `${text.slice(0, value.index)}:${json}${text.slice(value.index + value[0].length)}` : json;
  });
  return fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc.string().map(encode),
    fc.json().map(encode),
    replaced.map(encode),
    fc.nat(text.length).map((end) => encode(text.slice(0, end))),
  );
}
