import { expect, test, vi } from "vitest";
import { createPhotos } from "./photos.ts";

const now = { settleMs: 1, againMs: 1 };

test("those on the screen are asked for in one request, each once, and what is looked for a few times more", async () => {
  const asked: string[][] = [];
  const photos = createPhotos(
    {
      photos: async (people) => {
        asked.push([...people]);
        return {
          photos: people
            .filter((id) => id === "per_1")
            .map((personId) => ({ personId, source: "data:image/png;base64,AA" })),
          pending: people.filter((id) => id === "per_2"),
        };
      },
    },
    now,
  );
  const told = vi.fn();
  photos.watch(told);
  for (const id of ["per_1", "per_2", "per_3", "per_1"]) photos.want(id);
  await expect.poll(() => asked).toHaveLength(3);
  expect(asked).toEqual([["per_1", "per_2", "per_3"], ["per_2"], ["per_2"]]);
  expect(photos.of("per_1")).toBe("data:image/png;base64,AA");
  expect(photos.of("per_3")).toBeUndefined();
  expect(told).toHaveBeenCalledTimes(1);
  for (const id of ["per_1", "per_2", "per_3"]) photos.want(id);
  await new Promise((resume) => setTimeout(resume, 10));
  expect(asked).toHaveLength(3);
});

test("a service that cannot be reached leaves initials, and is asked again when somebody is seen again", async () => {
  let calls = 0;
  const photos = createPhotos(
    {
      photos: async () => {
        calls++;
        throw new Error("offline");
      },
    },
    now,
  );
  photos.want("per_1");
  await expect.poll(() => calls).toBe(1);
  photos.want("per_1");
  await expect.poll(() => calls).toBe(2);
});
