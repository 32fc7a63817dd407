import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPng } from "./png.ts";
import { assemble, drawPng } from "./testing/draw-png.ts";

const picture = fc
  .record({
    width: fc.integer({ min: 1, max: 7 }),
    height: fc.integer({ min: 1, max: 7 }),
    channels: fc.constantFrom(3, 4),
  })
  .chain(({ width, height, channels }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      channels: fc.constant(channels),
      filters: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: height, maxLength: height }),
      bytes: fc.uint8Array({ minLength: width * height * channels, maxLength: width * height * channels }),
    }),
  );

describe("readPng", () => {
  it("gives back every pixel, however the rows were stored", async () => {
    await fc.assert(
      fc.asyncProperty(picture, async ({ width, height, channels, filters, bytes }) => {
        const color = (x: number, y: number) => [...bytes.subarray((y * width + x) * channels).subarray(0, channels)];
        const png = drawPng({ width, height, color, filter: (y) => filters[y] ?? 0 });
        const read = await readPng(png);
        const wanted = Array.from({ length: width * height }, (_, index) => {
          const [r = 0, g = 0, b = 0, opacity = 255] = color(index % width, Math.floor(index / width));
          return [r, g, b, opacity];
        });
        expect(read).toEqual({ width, height, pixels: Uint8Array.from(wanted.flat()) });
      }),
    );
  });

  const good = drawPng({ width: 4, height: 4, color: () => [1, 2, 3, 4] });

  it.each([
    ["another kind of file", new TextEncoder().encode("GIF89a..."), "it is not a PNG"],
    ["nothing", new Uint8Array(), "it is not a PNG"],
    ["a signature alone", good.subarray(0, 8), "it has no PNG header"],
    ["a palette", assemble(4, 4, 3, new Uint8Array(20)), "it is not a plain 8-bit RGB or RGBA PNG"],
    ["16 bits a channel", assemble(4, 4, 6, new Uint8Array(132), 16), "it is not a plain 8-bit RGB or RGBA PNG"],
    ["too few rows", assemble(4, 4, 6, new Uint8Array(51)), "its picture data is cut short"],
    ["a filter that does not exist", assemble(1, 1, 6, Uint8Array.of(9, 0, 0, 0, 0)), "its picture data is damaged"],
  ])("refuses %s", async (_, bytes, message) => {
    await expect(readPng(bytes)).rejects.toThrow(message);
  });

  it("refuses data that stops in the middle", async () => {
    await expect(readPng(good.subarray(0, good.length - 30))).rejects.toThrow();
  });
});
