/** Enrolments that are made at the same moment: by two admins, or by an admin and the set-up file. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Ctx } from "../ctx.ts";
import { newId, type PersonId } from "../ids.ts";
import { createTestService, type TestService } from "../testing/service.ts";
import { setAccepting } from "./enrol.ts";

let service: TestService;
let tenantId = "";
beforeAll(async () => {
  service = await createTestService();
  const [row] = await service.sql`select id from tenants where slug = 'test'`;
  tenantId = String(row?.id);
});
afterAll(() => service?.close());

async function addPerson(): Promise<PersonId> {
  const id = newId("per");
  await service.sql`insert into people (id, tenant_id, name, created_at, updated_at)
    values (${id}, ${tenantId}, 'New', now(), now())`;
  return id;
}
const inTenant = <T>(work: (ctx: Ctx) => Promise<T>) => {
  const { database, now, log } = service.wired.service;
  const actor = { kind: "system", name: "test" } as const;
  return database.inTenant(tenantId, (db) => work({ db, tenantId, actor, now, log }));
};
const enrol = (id: string, body: object) => service.ask("PUT", `/v1/experts/${id}`, { body });

/** All of them come as far as the table, and go on at the same instant. */
async function atOnce<T>(works: (() => Promise<T>)[]): Promise<T[]> {
  const isHeld = Promise.withResolvers<void>();
  const isWanted = Promise.withResolvers<void>();
  const held = service.sql.begin(async (tx) => {
    await tx`lock table experts in exclusive mode`;
    isHeld.resolve();
    await isWanted.promise;
  });
  await isHeld.promise;
  const running = Promise.all(works.map((work) => work()));
  const waiting = () => service.sql`select from pg_locks where relation = 'experts'::regclass and not granted`;
  try {
    await expect.poll(async () => (await waiting()).length).toBe(works.length);
  } finally {
    isWanted.resolve();
    await held;
  }
  return running;
}

it("of several at once each is taken, and one of them stays, whole", async () => {
  const wanted = Array.from({ length: 4 }, (_, index) => ({
    skills: { [`skill-${index}`]: 3 },
    languages: [`l${index}`],
  }));
  for (let round = 0; round < 30; round++) {
    const id = await addPerson();
    const answers = await atOnce(wanted.map((body) => () => enrol(id, body)));
    expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(wanted.map(() => [200, undefined]));
    const { body } = await service.ask("GET", `/v1/experts/${id}`);
    const { languages, skills } = body as unknown as { languages: string[]; skills: { skill: string }[] };
    expect(skills.map(({ skill }) => skill.replace("skill-", "l"))).toEqual(languages);
  }
});

it("what somebody says of themselves meanwhile is not undone", async () => {
  const id = await addPerson();
  await enrol(id, { skills: { billing: 2 } });
  await atOnce([
    () => inTenant((ctx) => setAccepting(ctx, id, false)),
    async () => expect((await enrol(id, { skills: { billing: 3 } })).status).toBe(200),
  ]);
  const { body } = await service.ask("GET", `/v1/experts/${id}`);
  expect(body).toMatchObject({ skills: [{ skill: "billing", level: 3 }] });
  expect(await service.sql`select accepting from experts where person_id = ${id}`).toEqual([{ accepting: false }]);
});
