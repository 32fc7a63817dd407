import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiKey, createTestService, jonas, type TestService } from "../testing/service.ts";
import { applyPlan, previewPlan } from "./apply.ts";
import { type PlanInput, planSchema } from "./plan.ts";

const newcomer = { id: "0d4c1f6e-8a1b-4c2d-9e3f-00000000abcd", name: "Ida Frost", email: "ida@example.com" };
let service: TestService;
let full: PlanInput;

beforeAll(async () => {
  service = await createTestService();
  const { microsoft } = service;
  full = {
    tenant: {
      slug: "test",
      name: "Test",
      settings: { consultMode: "ring", deskOrigins: ["https://b.test", "https://a.test"] },
    },
    connections: [
      {
        name: "Contact center",
        adapter: "webhook",
        settings: { secret: "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy", commandUrl: "https://center.test" },
      },
      { name: "Teams", adapter: "teams", settings: microsoft.settings() },
    ],
    apiKeys: [{ name: "test", key: apiKey, scopes: ["admin"] }],
    signIns: {
      experts: {
        issuer: `${microsoft.urls.login}/${microsoft.tenantId}/v2.0`,
        audience: microsoft.clientId,
        directoryId: microsoft.tenantId,
        connection: "Teams",
      },
      admins: { issuer: `${microsoft.urls.login}/x/v2.0`, audience: "a", clientSecret: "s" },
    },
    people: [{ email: jonas.email.toUpperCase(), locale: "sv-SE", timeZone: "Europe/Stockholm" }],
    experts: [
      {
        email: jonas.email,
        skills: { Invoicing: 5, "Contract Law": 2 },
        languages: ["sv"],
        roster: {
          timeZone: "Europe/Stockholm",
          hours: [{ days: [1, 2], from: "08:00", to: "17:00", skill: "Contract Law" }],
        },
        quota: { perMonth: 20, concurrent: 1, hard: true },
      },
      { email: newcomer.email, skills: { plumbing: 1 } },
    ],
  };
});
afterAll(() => service?.close());

const apply = (input: PlanInput) => applyPlan(service.wired.service, planSchema.parse(input));
const preview = (input: PlanInput) => previewPlan(service.wired.service, planSchema.parse(input));
/** All that is kept, but for what is asked to be done. */
const kept = async () => ({
  ...(await service.rows()),
  jobs: "",
  tenants: JSON.stringify(await service.sql`select * from tenants`),
});
const expert = async (email: string) =>
  (
    await service.sql`
    select e.*, p.locale, p.time_zone from experts e join people p on p.id = e.person_id where ${email} = any(p.emails)`
  )[0];

describe("a plan", () => {
  it("is shown before it is carried out, and showing it changes nothing", async () => {
    const before = await service.rows();
    const shown = await preview(full);
    expect(await service.rows()).toEqual(before);
    expect(shown).toEqual([
      { what: "tenant", name: "test", change: "update" },
      { what: "api-key", name: "test", change: "update" },
      { what: "sign-in", name: "admins", change: "make" },
      { what: "person", name: jonas.email.toUpperCase(), change: "update" },
      { what: "expert", name: jonas.email, change: "update" },
      { what: "expert", name: newcomer.email, change: "wait" },
    ]);
  });

  it("does what was shown", async () => {
    const shown = await preview(full);
    expect((await apply(full)).changes).toEqual(shown);
    expect(await expert(jonas.email)).toMatchObject({
      languages: ["sv"],
      locale: "sv-SE",
      time_zone: "Europe/Stockholm",
      quota: { perMonth: 20, concurrent: 1, hard: true },
    });
    const skills = await service.sql`select skill from expert_skills s join people p on p.id = s.person_id
      where p.name = ${jonas.name} order by skill`;
    expect(skills.map((row) => row.skill)).toEqual(["contract-law", "invoicing"]);
    expect((await expert(jonas.email))?.roster.hours[0].skill).toBe("contract-law");
  });

  it("that is applied again changes nothing: no row, no word in the audit, nothing on any screen", async () => {
    await service.pass(2_000);
    const before = await kept();
    const { changes } = await apply(full);
    expect(changes).toEqual([{ what: "expert", name: newcomer.email, change: "wait" }]);
    service.restart();
    await apply(full);
    expect(await kept()).toEqual(before);
  });

  it("waits for whom no directory has shown yet, and enrols them when one does", async () => {
    service.microsoft.addUser({ id: newcomer.id, displayName: newcomer.name, userPrincipalName: newcomer.email });
    await service.pass(360_000, 60_000);
    expect(await expert(newcomer.email)).toMatchObject({ accepting: true });
    expect((await apply(full)).changes).toEqual([]);
  });

  it("leaves alone what an expert has said about themselves", async () => {
    await service.sql`update experts set accepting = false`;
    expect((await apply(full)).changes).toEqual([]);
    expect((await expert(jonas.email))?.accepting).toBe(false);
  });

  it("does not guess between two people of one address", async () => {
    await service.sql`update people set emails = emails || ${[newcomer.email]}::text[] where name = ${jonas.name}`;
    const changed = { ...full, experts: [{ email: newcomer.email, skills: { plumbing: 5 } }] };
    expect((await apply(changed)).changes).toEqual([{ what: "expert", name: newcomer.email, change: "wait" }]);
    await service.sql`update people set emails = array_remove(emails, ${newcomer.email}) where name = ${jonas.name}`;
  });

  it("of a new tenant makes everything", async () => {
    const plan: PlanInput = {
      tenant: { slug: "fresh", name: "Fresh" },
      connections: [{ ...(full.connections?.[0] ?? { name: "c", adapter: "webhook", settings: {} }), name: "Own" }],
      experts: [{ email: "x@fresh.test", skills: { a: 1 } }],
    };
    const shown = await preview(plan);
    expect(shown.map(({ what, change }) => `${what} ${change}`)).toEqual([
      "tenant make",
      "connection make",
      "expert wait",
    ]);
    const { changes, tenantId } = await apply(plan);
    expect(changes).toEqual(shown);
    const before = await service.rows(tenantId);
    expect((await apply(plan)).changes).toEqual([{ what: "expert", name: "x@fresh.test", change: "wait" }]);
    expect({ ...(await service.rows(tenantId)), jobs: "" }).toEqual({ ...before, jobs: "" });
  });
});

describe("a plan with mistakes", () => {
  it("lists every one that only the platforms can tell, and makes nothing", async () => {
    const before = await service.rows();
    const plan: PlanInput = {
      tenant: { slug: "wrong", name: "Wrong" },
      connections: [
        { name: "A", adapter: "fax", settings: {} },
        { name: "B", adapter: "webhook", settings: { secret: "too short and secret" } },
        { name: "B", adapter: "teams", settings: { tenantId: "x" } },
      ],
      apiKeys: [
        { name: "1", key: `pck_${"a".repeat(32)}`, scopes: ["admin"] },
        { name: "2", key: `pck_${"a".repeat(32)}`, scopes: ["admin"] },
      ],
      signIns: { experts: { issuer: "https://x.test", audience: "a", directoryId: "d", connection: "Z" } },
      experts: [
        { email: "a@x.test", skills: {} },
        { email: "A@x.test", skills: {} },
      ],
    };
    for (const attempt of [preview(plan), apply(plan)]) {
      const message = await attempt.then(
        () => "",
        (error: Error) => error.message,
      );
      const lines = message.split("\n");
      for (const part of [
        'no adapter "fax"',
        "(B): settings.commandUrl",
        "(B): settings.secret",
        "(B): settings.tenantId",
        '"B" is there twice',
        "the same key",
        "a@x.test is there twice",
        'no connection "Z"',
      ])
        expect(
          lines.filter((line) => line.includes(part)),
          part,
        ).toHaveLength(1);
      expect(message).not.toContain("too short and secret");
    }
    expect(await service.rows()).toEqual(before);
    expect(await service.sql`select 1 from tenants where slug = 'wrong'`).toHaveLength(0);
  });

  it("a key that another tenant has is refused", async () => {
    const plan: PlanInput = {
      tenant: { slug: "thief", name: "Thief" },
      apiKeys: [{ name: "k", key: apiKey, scopes: ["admin"] }],
    };
    await expect(apply(plan)).rejects.toThrow('API key "k" is in use already');
    const me = await service.ask("GET", "/v1/me");
    expect(me.body.name).toBe("test");
  });
});
