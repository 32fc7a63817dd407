import { describe, expect, it } from "vitest";
import { photoBytesMax } from "../../src/platform/photo.ts";
import { smallJpeg } from "../../src/testing/picture.ts";
import { countRequests, jonas, marta, stranger, useMicrosoft } from "./fake/test-world.ts";
import { photo } from "./photo.ts";

const microsoft = useMicrosoft({ users: [{ ...jonas, photo: smallJpeg() }, marta] });

describe("pictures", () => {
  it("are read byte for byte, small, for who has one", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    expect(await photo(c, jonas.id)).toEqual({ type: "image/jpeg", bytes: smallJpeg() });
    expect(await photo(c, marta.id)).toBeUndefined();
    expect(await photo(c, stranger)).toBeUndefined();
    expect(countRequests(fake, /\/photos\/96x96\/\$value$/)).toBe(3);
  });

  it("need their own permission, and the refusal names it", async () => {
    const { fake, connect } = microsoft.world;
    fake.setRoles(["User.Read.All", "Presence.Read.All"]);
    await expect(photo(connect(), jonas.id)).rejects.toMatchObject({
      code: "platform_unauthorized",
      retry: false,
      message: expect.stringContaining("ProfilePhoto.Read.All"),
    });
  });

  it("that are too large, or none, are left out", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    fake.updateUser(jonas.id, { photo: smallJpeg(photoBytesMax + 1) });
    expect(await photo(c, jonas.id)).toBeUndefined();
    fake.updateUser(jonas.id, { photo: new TextEncoder().encode("<svg/>") });
    expect(await photo(c, jonas.id)).toBeUndefined();
  });

  it("a lost answer is Microsoft's silence", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: /photos/, applyThenDrop: true });
    await expect(photo(connect(), jonas.id)).rejects.toMatchObject({ code: "platform_unavailable", retry: true });
  });
});
