/** Pictures of colleagues: asked for by a desk, read behind everything else, kept within bounds, gone with the person. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { smallJpeg } from "../picture.ts";
import { createTestService, jonas, marta, type TestService } from "../service.ts";
import { expectProblem } from "./problems.ts";

type Photos = { photos: { personId: string; source: string }[]; pending: string[] };

let service: TestService;
let token: string;
const ids: Record<string, string> = {};

beforeAll(async () => {
  service = await createTestService();
  service.microsoft.updateUser(jonas.id, { photo: smallJpeg() });
  token = await service.deskToken();
  for (const { name } of [jonas, marta]) {
    const { items } = (await service.ask("GET", `/v1/experts?q=${name.split(" ")[0]}`, { token })).body;
    ids[name] = String(items?.[0]?.personId);
  }
});
afterAll(() => service?.close());
beforeEach(async () => {
  token = await service.deskToken();
});

const ask = async (...people: (string | undefined)[]) =>
  (await service.ask("GET", `/v1/desk/photos?people=${people.join(",")}`, { token })).body as unknown as Photos;
const looks = () => service.microsoft.requests.filter(({ path }) => path.includes("/photos/")).length;
const rows = async () => Number((await service.sql`select count(*) from photos`)[0]?.count);
const showPhotos = (are: boolean) =>
  service.sql`update tenants set settings = settings || ${service.sql.json({ photos: are })}`;

it("a desk never waits: it is told what is to be looked for, and a moment later has it", async () => {
  expect(await ask(ids[jonas.name], ids[marta.name])).toEqual({
    photos: [],
    pending: expect.arrayContaining([ids[jonas.name], ids[marta.name]]),
  });
  await service.settle();
  const source = `data:image/jpeg;base64,${Buffer.from(smallJpeg()).toString("base64")}`;
  expect(await ask(ids[jonas.name], ids[marta.name])).toEqual({
    photos: [{ personId: ids[jonas.name], source }],
    pending: [],
  });
  const before = looks();
  await ask(ids[jonas.name], ids[marta.name]);
  await service.settle();
  expect(looks()).toBe(before);
});

it("what is kept is looked at anew after a week, and shown meanwhile; that there is none, after a day", async () => {
  service.microsoft.updateUser(marta.id, { photo: smallJpeg(80) });
  await service.pass(2 * 86_400_000, 86_400_000);
  token = await service.deskToken();
  const later = await ask(ids[jonas.name], ids[marta.name]);
  expect(later.photos.map(({ personId }) => personId)).toEqual([ids[jonas.name]]);
  await service.settle();
  expect((await ask(ids[marta.name])).photos).toHaveLength(1);
  service.microsoft.updateUser(jonas.id, { photo: smallJpeg(90) });
  await service.pass(6 * 86_400_000, 2 * 86_400_000);
  token = await service.deskToken();
  const [old] = (await ask(ids[jonas.name])).photos;
  await service.settle();
  const [fresh] = (await ask(ids[jonas.name])).photos;
  expect(old?.source.length).toBeLessThan(fresh?.source.length ?? 0);
});

it("a platform that wants us to wait is waited for, and nobody else is kept from anything", async () => {
  await service.sql`delete from photos`;
  service.microsoft.fail.next({ path: /\/photos\//, status: 429, headers: { "Retry-After": "20" } });
  expect((await ask(ids[jonas.name])).pending).toHaveLength(1);
  await service.settle();
  expect((await ask(ids[jonas.name])).pending).toHaveLength(1);
  expect((await service.ask("GET", "/v1/experts?q=jonas", { token })).status).toBe(200);
  await service.pass(60_000, 10_000);
  expect((await ask(ids[jonas.name])).photos).toHaveLength(1);
});

it("without the permission there are initials, and it is not asked for again and again", async () => {
  await service.sql`delete from photos`;
  service.microsoft.fail.next({ path: /\/photos\//, status: 403 });
  await ask(ids[jonas.name]);
  await service.settle();
  const before = looks();
  expect(await ask(ids[jonas.name])).toEqual({ photos: [], pending: [] });
  await service.settle();
  expect(looks()).toBe(before);
});

it("who leaves takes their picture along; where an organization shows none, none are kept", async () => {
  await service.sql`delete from photos`;
  await ask(ids[jonas.name], ids[marta.name]);
  await service.settle();
  expect(await rows()).toBe(2);
  await service.sql`update people set active = false where id = ${ids[marta.name] ?? ""}`;
  expect((await ask(ids[marta.name])).photos).toEqual([]);
  await service.pass(3_700_000, 600_000);
  expect(await rows()).toBe(1);
  await showPhotos(false);
  token = await service.deskToken();
  expect(await ask(ids[jonas.name])).toEqual({ photos: [], pending: [] });
  await service.pass(3_700_000, 600_000);
  expect(await rows()).toBe(0);
  await showPhotos(true);
});

it("only for agents of the organization, and not for more people than a screen holds", async () => {
  expectProblem(await service.ask("GET", `/v1/desk/photos?people=${ids[jonas.name]}`), 403);
  expect(await ask("per_nobody")).toEqual({ photos: [], pending: [] });
  const many = Array.from({ length: 200 }, (_, index) => `per_${String(index).padStart(26, "0")}`).join(",");
  expectProblem(await service.ask("GET", `/v1/desk/photos?people=${many}`, { token }), 422);
});
