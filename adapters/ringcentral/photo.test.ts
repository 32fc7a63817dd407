import { expect, it } from "vitest";
import { smallJpeg } from "../../src/testing/picture.ts";
import { ada, createScene } from "./fake/scene.ts";
import { photo } from "./photo.ts";

const images = (requests: readonly { path: string }[]) => requests.filter(({ path }) => path.startsWith("/media/"));

it("is the image that the directory names, opened with our token", async () => {
  const { c, fake } = createScene();
  expect(await photo(c, ada)).toBeUndefined();
  fake.updateExtension(ada, { photo: smallJpeg() });
  expect(await photo(c, ada)).toEqual({ type: "image/jpeg", bytes: smallJpeg() });
  expect(images(fake.requests)).toHaveLength(1);
});

it.each([
  "https://evil.example/image",
  "https://platform.ringcentral.com.evil.example/image",
  "http://media.ringcentral.com/image",
])("our token does not go to %s", async (photoUri) => {
  const { c, fake } = createScene();
  fake.updateExtension(ada, { photo: smallJpeg(), photoUri });
  const before = fake.requests.length;
  expect(await photo(c, ada)).toBeUndefined();
  const api = fake.requests.slice(before).filter(({ path }) => !path.startsWith("/restapi/oauth/"));
  expect(api.map(({ path }) => path)).toEqual([`/restapi/v1.0/account/~/directory/entries/${ada}`]);
});

it("waits as long as RingCentral says", async () => {
  const { c, fake } = createScene();
  fake.updateExtension(ada, { photo: smallJpeg() });
  fake.fail.next({ path: /directory/, status: 429, headers: { "Retry-After": "30" } });
  await expect(photo(c, ada)).rejects.toMatchObject({ code: "platform_throttled", retryAfterMs: 30_000 });
});
