import { readFile } from "node:fs/promises";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../ctx.ts";
import { type Database, openDatabase } from "../db.ts";
import { searchLine } from "../identity/directory-rows.ts";
import { newId, type PersonId } from "../ids.ts";
import { silentLog } from "../log.ts";
import { noMetrics, type Service } from "../platform/service.ts";
import { createKeyring } from "../seal.ts";
import { testDatabase } from "../testing/database.ts";
import { type Enrolment, enrolExpert, noteAsked, setAccepting } from "./enrol.ts";
import { findExperts, prefixesOf, type Query, skillsOfTenant } from "./search.ts";

let url = "";
let database: Database;
let drop: () => Promise<void>;
const now = () => new Date("2026-03-02T09:00:00Z");
const [ours, theirs] = [newId("ten"), newId("ten")];

const inTenant = <T>(tenantId: string, work: (ctx: Ctx) => Promise<T>) =>
  database.inTenant(tenantId, (db) =>
    work({ db, tenantId, actor: { kind: "system", name: "test" }, now, log: silentLog }),
  );

const addTenant = (id: string) =>
  database.asSystem((db) =>
    db.execute(sql`insert into tenants (id, slug, name, created_at) values (${id}, ${id}, 'n', now())`),
  );

async function addPerson(tenantId: string, name: string, enrolment?: Partial<Enrolment>): Promise<PersonId> {
  const id = newId("per");
  await inTenant(tenantId, async (ctx) => {
    await ctx.db.execute(sql`insert into people (id, tenant_id, name, search, created_at, updated_at)
      values (${id}, ${tenantId}, ${name}, ${searchLine([name])}, now(), now())`);
    if (enrolment) await enrolExpert(ctx, id, { skills: {}, ...enrolment });
  });
  return id;
}

const find = async (query: Partial<Query>, tenantId = ours) => {
  const service: Service = {
    database,
    keyring: createKeyring(`k1:${btoa("k".repeat(32))}`),
    adapters: new Map(),
    now,
    log: silentLog,
    fetch,
    publicUrl: "https://patchcord.test",
    sandbox: false,
    metrics: noMetrics,
  };
  const found = await inTenant(tenantId, (ctx) =>
    findExperts(ctx, service, { limit: 20, ...query }, async () => new Map()),
  );
  return found.map(({ name }) => name).sort();
};

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  url = made.url;
  database = openDatabase(url);
  for (const id of [ours, theirs]) await addTenant(id);
  await addPerson(ours, "Marta Ruiz", { skills: { "tax law": 4 }, languages: ["es"] });
  await addPerson(ours, "Maja Marklund", { skills: { invoicing: 2 } });
  await addPerson(ours, "Jonas Berg", { skills: { invoicing: 5 } });
  await addPerson(ours, "Martin Olsson");
  await addPerson(theirs, "Marta Ruiz", { skills: { invoicing: 1 } });
});
afterAll(async () => {
  await database?.close();
  await drop?.();
});

describe("what somebody types", () => {
  it("is what words begin with, the longest first", () => {
    expect(prefixesOf("Inv, MARTÍN-x")).toEqual(["martin", "inv", "x"]);
    expect(prefixesOf(" ' -- %")).toEqual([]);
  });

  it.each<[string, string[]]>([
    ["m", ["Maja Marklund", "Marta Ruiz"]],
    ["mar", ["Maja Marklund", "Marta Ruiz"]],
    ["marta", ["Marta Ruiz"]],
    ["ruiz ma", ["Marta Ruiz"]],
    ["RUÍZ", ["Marta Ruiz"]],
    ["tax", ["Marta Ruiz"]],
    ["law marta", ["Marta Ruiz"]],
    ["invoic jo", ["Jonas Berg"]],
    ["arta", []],
    ["marta berg", []],
    ["%", ["Jonas Berg", "Maja Marklund", "Marta Ruiz"]],
    ["", ["Jonas Berg", "Maja Marklund", "Marta Ruiz"]],
  ])("%j finds %j", async (text, names) => expect(await find({ text })).toEqual(names));

  it.each<[string, string[]]>([
    ["soren", ["Soren Strauss", "Søren Łukasik"]],
    ["SØREN", ["Soren Strauss", "Søren Łukasik"]],
    ["sören", ["Soren Strauss", "Søren Łukasik"]],
    ["lukas", ["Søren Łukasik"]],
    ["Łuk", ["Søren Łukasik"]],
    ["strauß", ["Soren Strauss"]],
    ["kjop", ["Søren Łukasik"]],
    ["KJØP av", ["Søren Łukasik"]],
    ["naeringsliv", ["Søren Łukasik"]],
  ])("%j finds %j, whoever can type which letters", async (text, names) => {
    const letters = newId("ten");
    await addTenant(letters);
    await addPerson(letters, "Søren Łukasik", { skills: { "kjøp av næringsliv": 3 } });
    await addPerson(letters, "Soren Strauss", { skills: {} });
    expect(await find({ text }, letters)).toEqual(names);
  });

  it("finds who was there before letters were written so", async () => {
    const letters = newId("ten");
    await addTenant(letters);
    const id = await addPerson(letters, "Đorđe Bjørn", { skills: {} });
    const owner = postgres(url, { max: 1, onnotice: () => {} });
    await owner`update people set search = 'đorđe bjørn', search_skills = 'kjøp straße' where id = ${id}`;
    expect([await find({ text: "dorde" }, letters), await find({ text: "Đorđe" }, letters)]).toEqual([[], []]);
    await owner.unsafe(await readFile(new URL("../../migrations/0024_letters.sql", import.meta.url), "utf8"));
    await owner.end();
    for (const text of ["dorde", "Đorđe", "bjorn", "kjop strasse"])
      expect(await find({ text }, letters)).toEqual(["Đorđe Bjørn"]);
  });

  it("goes together with a skill, a language and who is not meant", async () => {
    expect(await find({ text: "ma", skill: "invoicing" })).toEqual(["Maja Marklund"]);
    expect(await find({ text: "ma", language: "es" })).toEqual(["Marta Ruiz"]);
  });

  it("finds nobody of another tenant", async () => {
    expect(await find({ text: "jonas" }, theirs)).toEqual([]);
    expect(await find({ text: "marta" }, theirs)).toEqual(["Marta Ruiz"]);
  });
});

describe("the words of an expert", () => {
  it("follow the name, the skills, the enrolment and who has left", async () => {
    const id = await addPerson(ours, "Ylva Holm", { skills: { pensions: 3 } });
    const change = (query: ReturnType<typeof sql>) => inTenant(ours, (ctx) => ctx.db.execute(query));
    expect(await find({ text: "pens ylva" })).toEqual(["Ylva Holm"]);
    await change(sql`update people set name = 'Ylva Sand', search = 'ylva sand' where id = ${id}`);
    expect([await find({ text: "holm" }), await find({ text: "sand" })]).toEqual([[], ["Ylva Sand"]]);
    await inTenant(ours, (ctx) => enrolExpert(ctx, id, { skills: { fraud: 1 } }));
    expect([await find({ text: "pensions" }), await find({ text: "fraud" })]).toEqual([[], ["Ylva Sand"]]);
    await change(sql`update people set active = false where id = ${id}`);
    expect(await find({ text: "ylva" })).toEqual([]);
    await change(sql`update people set active = true where id = ${id}`);
    expect(await find({ text: "ylva" })).toEqual(["Ylva Sand"]);
    await change(sql`delete from experts where person_id = ${id}`);
    expect(await find({ text: "ylva" })).toEqual([]);
  });
});

describe("whose turn it is", () => {
  /** Rows of skills that do not say what the person, or their enrolment, says. */
  const wrong = () =>
    inTenant(ours, async (ctx) => {
      const rows = await ctx.db.execute(sql`select s.person_id from expert_skills s
        join experts e on e.person_id = s.person_id join people p on p.id = s.person_id
        where (s.accepting, s.last_asked_at, s.active) is distinct from (e.accepting, e.last_asked_at, p.active)`);
      return [...rows];
    });

  it("is known to each of their skills, whatever changes", async () => {
    const id = await addPerson(ours, "Nora Blanc", { skills: { sailing: 3, rowing: 2 } });
    expect(await find({ skill: "sailing" })).toEqual(["Nora Blanc"]);
    await inTenant(ours, (ctx) => setAccepting(ctx, id, false));
    await inTenant(ours, (ctx) => noteAsked(ctx, [id]));
    await inTenant(ours, (ctx) => enrolExpert(ctx, id, { skills: { sailing: 4, diving: 1 } }));
    expect(await wrong()).toEqual([]);
    await inTenant(ours, (ctx) => ctx.db.execute(sql`update people set active = false where id = ${id}`));
    expect([await wrong(), await find({ skill: "sailing" })]).toEqual([[], []]);
    await inTenant(ours, (ctx) => ctx.db.execute(sql`update people set active = true where id = ${id}`));
    expect([await wrong(), await find({ skill: "diving" })]).toEqual([[], ["Nora Blanc"]]);
  });

  it("decides among more than can be ranked: the best first, then who was asked longest ago, if at all", async () => {
    const [best, lately] = [await addPerson(ours, "Best", { skills: { knots: 5 } }), [] as PersonId[]];
    await inTenant(ours, async (ctx) => {
      await ctx.db.execute(sql`insert into people (id, tenant_id, name, created_at, updated_at)
        select 'per_knots' || lpad(n::text, 3, '0'), ${ours}, 'Knots ' || n, now(), now() from generate_series(1, 110) n`);
      await ctx.db.execute(sql`insert into experts (person_id, tenant_id, created_at)
        select id, tenant_id, now() from people where id like 'per_knots%'`);
      await ctx.db.execute(sql`insert into expert_skills (tenant_id, person_id, skill, level)
        select tenant_id, person_id, 'knots', 3 from experts where person_id like 'per_knots%'`);
      lately.push(...["001", "007", "023"].map((number): PersonId => `per_knots${number}`));
      await noteAsked(ctx, [best, ...lately]);
    });
    const found = await find({ skill: "knots", limit: 200 });
    expect(found).toHaveLength(100);
    expect(found).toContain("Best");
    expect(["Knots 1", "Knots 7", "Knots 23"].filter((name) => found.includes(name))).toEqual([]);
  });

  it("skills are listed once each, and only those of people who are here", async () => {
    const id = await addPerson(theirs, "Olle Strand", { skills: { invoicing: 3, zoning: 1 } });
    const skills = () => inTenant(theirs, skillsOfTenant);
    expect(await skills()).toEqual(["invoicing", "zoning"]);
    await inTenant(theirs, (ctx) => ctx.db.execute(sql`update people set active = false where id = ${id}`));
    expect(await skills()).toEqual(["invoicing"]);
  });
});
