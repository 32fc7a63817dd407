import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Adapter, DirectoryPerson } from "../contract.ts";
import type { MakeWorld } from "../contract-suite.ts";
import { failureOf, worlds } from "./world.ts";

export function testPeople<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { people: port } = adapter;
  if (!port) return;
  const open = worlds(makeWorld, "people");

  describe("people", () => {
    it("lists everybody once, over several pages", async () => {
      const { connection, part } = await open();
      const listed: DirectoryPerson[] = [];
      let pages = 0;
      let cursor: string | undefined;
      do {
        const page = await port.list(connection, cursor);
        listed.push(...page.people);
        cursor = page.next;
      } while (cursor !== undefined && ++pages < 100);
      expect(pages, "the world's directory must need more than one page").toBeGreaterThan(0);
      expect(listed.map((person) => person.account).sort()).toEqual([...part.accounts].sort());
      for (const person of listed) if (person.phone) expect(person.phone).toMatch(/^\+[1-9]\d{1,14}$/);
    });

    const { photo } = port;
    it.skipIf(!photo)(
      "has a picture of who has one, none of others, and is asked no faster than it wants",
      async () => {
        const { connection, part, throttle } = await open();
        const [withPhoto, without] = [part.withPhoto ?? "", part.accounts.find((one) => one !== part.withPhoto) ?? ""];
        expect(withPhoto, "the world must name somebody with a picture").not.toBe("");
        expect((await photo?.(connection, withPhoto))?.type).toBe("image/jpeg");
        expect(await photo?.(connection, without)).toBeUndefined();
        throttle(7_000);
        const error = await failureOf(Promise.resolve(photo?.(connection, withPhoto)));
        expect(error).toMatchObject({ code: "platform_throttled", retryAfterMs: expect.any(Number) });
      },
    );

    it("passes on how long to wait when throttled", async () => {
      const { connection, throttle } = await open();
      throttle(7_000);
      const error = await failureOf(port.list(connection));
      expect(error).toMatchObject({ code: "platform_throttled", retryAfterMs: expect.any(Number) });
    });
  });
}
