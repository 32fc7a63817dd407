/** Who is free is found among many who are not. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeskView, ExpertHit } from "../../views.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../service.ts";

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  await service.settle();
  await addCrowd(400);
});
afterAll(() => service?.close());

/** So many who are best at knots and in a meeting just now, and three who are not as good: `free 1` to `free 3`. */
async function addCrowd(busy: number): Promise<void> {
  const { sql } = service;
  const [teams] = await sql`select id, tenant_id from connections where name = 'Teams'`;
  const [center] = await sql`select id from connections where name = 'Contact center'`;
  const [tenantId, now] = [String(teams?.tenant_id), service.clock.now()];
  await sql`insert into people (id, tenant_id, name, search, created_at, updated_at)
    select 'per_' || kind || n, ${tenantId}, kind || ' ' || n, kind || ' ' || n, ${now}, ${now}
    from (values ('busy', ${busy}::int), ('free', 3)) of (kind, count), generate_series(1, count) n`;
  await sql`insert into experts (person_id, tenant_id, created_at)
    select id, tenant_id, created_at from people where name ~ '^(busy|free) '`;
  await sql`insert into expert_skills (tenant_id, person_id, skill, level)
    select tenant_id, id, 'knots', case when name like 'busy%' then 5 else 2 end from people where name ~ '^(busy|free) '`;
  for (const connection of [teams, center])
    await sql`insert into accounts (id, tenant_id, connection_id, external_id, person_id, name, emails, phone, matched_by, created_at)
      select 'acc_' || ${String(connection?.id)} || id, tenant_id, ${String(connection?.id)}, id, id, name, '{}', '+46701740603', 'admin', created_at
      from people where name ~ '^(busy|free) '`;
  // Available in the contact center they all are.
  await sql`insert into presences (account_id, tenant_id, availability, activity, observed_at, source, changed_at)
    select a.id, a.tenant_id, case when isbusy then 'busy' else 'available' end, case when isbusy then 'in-meeting' else 'none' end,
      ${now}, 'push', ${now}
    from accounts a, lateral (select a.name like 'busy%' and a.connection_id = ${String(teams?.id)} as isbusy) b
    where a.name ~ '^(busy|free) '`;
}

const find = async (query: string) => {
  const { status, body } = await service.ask("GET", `/v1/experts?${query}`);
  expect(status).toBe(200);
  return body.items as unknown as ExpertHit[];
};
const names = (hits: ExpertHit[]) => hits.map(({ name }) => name);

describe("among four hundred who are better and busy", () => {
  it("those who are free are found, by skill, by name and by no word at all", async () => {
    expect(names(await find("skill=knots&reachable=true"))).toEqual(["free 1", "free 2", "free 3"]);
    const all = names(await find("reachable=true&limit=100"));
    expect(all).toEqual(expect.arrayContaining(["free 1", "free 2", "free 3", jonas.name, marta.name]));
    expect(all.filter((name) => name.startsWith("busy"))).toEqual([]);
  });

  it("they come first for whoever does not ask for them alone, and the others still follow", async () => {
    const hits = await find("skill=knots&limit=10");
    expect(names(hits).slice(0, 3)).toEqual(["free 1", "free 2", "free 3"]);
    expect(hits).toHaveLength(10);
    expect(hits[3]).toMatchObject({ name: expect.stringMatching(/^busy/), reachability: { state: "later" } });
  });

  it("they are asked when help is asked for by skill", async () => {
    service.center.startCall({ customer: { name: "Erik" }, agent: ana.account });
    await service.settle();
    const token = await service.deskToken();
    const { body } = await service.ask("GET", "/v1/desk", { token });
    const interactionId = (body as unknown as DeskView).interactions[0]?.id;
    const consult = { interactionId, kind: "consult", skill: "knots", question: "?" };
    const asked = await service.ask("POST", "/v1/consults", { token, body: consult });
    expect(asked.status).toBe(201);
    expect(asked.body).toMatchObject({ offers: [{ name: "free 1" }, { name: "free 2" }, { name: "free 3" }] });
  });

  it("who shows as busy only because we say so is free", async () => {
    const { sql } = service;
    await sql`update presences set availability = 'busy', activity = 'on-call' where account_id in (
      select a.id from accounts a join connections c on c.id = a.connection_id where a.name like 'free%' and c.name = 'Teams')`;
    expect(names(await find("skill=knots&reachable=true"))).toEqual([]);
    await sql`insert into holds (account_id, tenant_id, asked, state, shown, created_at)
      select account_id, tenant_id, '{"availability":"busy","activity":"on-call"}', 'held',
        '[{"presence":{"availability":"busy","activity":"on-call"}}]', ${service.clock.now()}
      from presences where account_id like '%per_free2' and availability = 'busy'`;
    expect(names(await find("skill=knots&reachable=true"))).toEqual(["free 2"]);
  });
});
