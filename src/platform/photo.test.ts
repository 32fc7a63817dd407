import { expect, it } from "vitest";
import { photoBytesMax, readPhoto } from "./photo.ts";

const jpeg = [0xff, 0xd8, 0xff, 0xe0];
const answer = (bytes: ArrayLike<number>, type = "image/jpeg") =>
  new Response(Uint8Array.from(bytes), { headers: { "content-type": type } });

it("knows pictures by their bytes, not by their names", async () => {
  expect(await readPhoto(answer(jpeg, "text/html"))).toEqual({ type: "image/jpeg", bytes: Uint8Array.from(jpeg) });
  expect((await readPhoto(answer([0x89, 0x50, 0x4e, 0x47, 1])))?.type).toBe("image/png");
  expect(await readPhoto(answer([...new TextEncoder().encode("<svg onload=alert(1)>")], "image/png"))).toBeUndefined();
  expect(await readPhoto(answer([]))).toBeUndefined();
  expect(await readPhoto(new Response(null))).toBeUndefined();
});

it("keeps nothing that is too large, and stops reading there", async () => {
  const large = Uint8Array.from({ length: photoBytesMax }, (_, index) => jpeg[index] ?? 0);
  expect((await readPhoto(answer(large)))?.bytes.length).toBe(photoBytesMax);
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += 1;
      controller.enqueue(large.slice(0, 16_000));
    },
  });
  expect(await readPhoto(new Response(endless))).toBeUndefined();
  expect(pulled).toBeLessThan(10);
});
