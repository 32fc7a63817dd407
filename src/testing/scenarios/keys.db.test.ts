import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { diagnose } from "../../admin/doctor.ts";
import { sealedColumns } from "../../admin/reseal.ts";
import { findForgery } from "../../platform/signature.ts";
import type { ConsultView, DeskView } from "../../views.ts";
import { ana, apiKey, createTestService, jonas, marta, masterKey, type TestService } from "../service.ts";

/** A change of master keys, the old one dropped afterwards: everything that was sealed goes on being of use. */
const older = masterKey("k1");
const newer = masterKey("k2");
const lund = "+46461234567";
const hooks = "https://hooks.example.com";
const minuteMs = 60_000;

let service: TestService;
let token: string;
let secret = "";
const heard: (string | undefined)[] = [];
beforeAll(async () => {
  service = await createTestService({
    plan: {
      apiKeys: [
        {
          name: "test",
          key: apiKey,
          scopes: ["admin", "desk:mint", "consults:write", "consults:read", "people:read", "routing:decide"],
        },
      ],
      lines: [{ number: lund, name: "Lund", members: [jonas.email] }],
    },
  });
  const fetch = async (request: Request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    heard.push(await findForgery([secret], { headers: request.headers, body, now: service.clock.now() }));
    return new Response(null, { status: 204 });
  };
  service.origins.set(hooks, { fetch });
});
afterAll(() => service?.close());

const idOf = async (name: string) =>
  String((await service.ask("GET", `/v1/experts?q=${name}`)).body.items?.[0]?.personId);
const begin = async () => {
  const call = service.center.startCall({
    customer: { name: "Erik Ek" },
    agent: ana.account,
    attributes: { phone: "+46 70-111 22 33" },
  });
  await service.settle();
  const { body } = await service.ask("GET", "/v1/desk", { token });
  return { call, interactionId: (body as unknown as DeskView).interactions.at(-1)?.id ?? "" };
};
const consult = async (id: string) => (await service.ask("GET", `/v1/consults/${id}`)).body as unknown as ConsultView;
const findings = async () =>
  Object.fromEntries(
    (await diagnose(service.wired.service))
      .filter(({ what }) => what.includes("key "))
      .map(({ what, ok, says }) => [what, [ok, says.split(/[:.]/)[0]]]),
  );

/** Every text in the database that a key has sealed, by its column; whoever seals something new is found here too. */
async function sealedWith(key: string): Promise<string[]> {
  const columns = await service.sql<{ table_name: string; column_name: string }[]>`
    select table_name, column_name from information_schema.columns
    where table_schema = 'public' and data_type in ('text', 'jsonb') order by 1, 2`;
  const found: string[] = [];
  for (const { table_name: table, column_name: column } of columns) {
    const [row] = await service.sql`
      select count(*)::int as n from ${service.sql(table)}
      where ${service.sql(column)}::text ~ ${`^"?${key}[.][A-Za-z0-9+/=]{16}[.]`}`;
    if (Number(row?.n) > 0) found.push(`${table}.${column}`);
  }
  return found;
}

let question: string;
let call: string;
let callback: string;
const headers = { "idempotency-key": "once" };
const asking = async (interactionId: string) => ({
  interactionId,
  kind: "question",
  personIds: [await idOf("jonas")],
  question: "May he pay late?",
});
let asked: Awaited<ReturnType<typeof asking>>;

describe("a change of keys", () => {
  it("begins with everything sealed by the older one", async () => {
    token = await service.deskToken();
    const made = await service.ask("POST", "/v1/webhook-endpoints", {
      body: { url: `${hooks}/in`, events: ["consult.*"] },
    });
    secret = String(made.body.secret);
    const begun = await begin();
    call = begun.call;
    asked = await asking(begun.interactionId);
    question = String((await service.ask("POST", "/v1/consults", { token, body: asked, headers })).body.id);
    await service.settle();
    const card = service.microsoft.chatOf(jonas.id).at(-1);
    const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card))?.[1];
    await service.microsoft.clickAction(jonas.id, String(card?.id), {
      verb: "reply",
      data: { offer, text: "Yes, by a week." },
    });
    const back = { line: lund, phone: "+46701112233", name: "Erik Ek", about: "His invoice" };
    callback = String((await service.ask("POST", "/v1/callbacks", { body: back })).body.id);
    await service.sql`
      insert into sign_ins (id, tenant_id, kind, issuer, audience, settings_sealed)
      select 'sgn_1', id, 'admins', 'https://login.test', 'us',
        ${await service.wired.service.keyring.seal(await tenantId(), "sign-in:admins", { clientSecret: "s" })}
      from tenants`;
    expect(await sealedWith("k1")).toEqual(sealedColumns.map(({ table, column }) => `${table}.${column}`).sort());
    expect(await findings()).toEqual({});
  });

  it("interrupts nobody: desks stay signed in, and what was sealed is read with the older key", async () => {
    service.restart(`${newer},${older}`);
    expect((await service.ask("GET", "/v1/desk", { token })).status).toBe(200);
    expect(await consult(question)).toMatchObject({
      question: "May he pay late?",
      replies: [{ text: "Yes, by a week." }],
    });
    expect(await findings()).toEqual({ "test / key k1": [true, "still needed"] });
  });

  it("has everything sealed anew within a quarter of an hour, and the doctor says so", async () => {
    await service.pass(15 * minuteMs, minuteMs);
    expect(await sealedWith("k1")).toEqual([]);
    expect(await findings()).toEqual({ "test / key k1": [true, "no longer needed for what is stored"] });
  });

  it("looks once more, since another process may have gone on sealing with the key before", async () => {
    const [row] = await service.sql`select id, sealed from replies`;
    service.restart(older);
    const late = await service.wired.service.keyring.seal(await tenantId(), "reply", "Yes, by a week.");
    await service.sql`update replies set sealed = ${late} where id = ${row?.id}`;
    service.restart(`${newer},${older}`);
    expect(await sealedWith("k1")).toEqual(["replies.sealed"]);
    await service.pass(75 * minuteMs, 5 * minuteMs);
    expect(await sealedWith("k1")).toEqual([]);
    expect((await service.sql`select sealed_by from tenants`).map(({ sealed_by }) => sealed_by)).toEqual(["k2"]);
    expect(await service.sql`select from jobs where name = 'keys.reseal'`).toHaveLength(0);
  });

  it("lets the older key go: everything still works", async () => {
    service.restart(newer);
    token = await service.deskToken();
    expect(await findings()).toEqual({});
    expect(await consult(question)).toMatchObject({
      question: "May he pay late?",
      replies: [{ text: "Yes, by a week." }],
    });
    const again = await service.ask("POST", "/v1/consults", { token, body: asked, headers });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body.id).toBe(question);
    const calledBack = await service.ask("POST", `/v1/callbacks/${callback}/claim`, {
      token: await service.microsoft.issueTabToken(jonas.id),
    });
    expect(calledBack.body).toMatchObject({ phone: "+46701112233", about: "His invoice" });
    heard.length = 0;
    await service.pass(minuteMs, 5_000);
    const { interactionId } = await begin();
    const rings = { interactionId, kind: "consult", personIds: [await idOf("marta")], mode: "ring" };
    expect((await service.ask("POST", "/v1/consults", { token, body: rings })).status).toBe(201);
    await service.pass(3_000);
    expect(service.center.dials()).toBe(1); // the settings of the contact center are open
    expect(JSON.stringify(service.microsoft.chatOf(marta.id).at(-1))).toContain("Ana Berg needs your help");
    expect(heard.length).toBeGreaterThan(0);
    expect(heard.every((forgery) => forgery === undefined)).toBe(true);
    service.center.customerHangsUp(call);
    await service.settle();
    const erased = await service.ask("POST", "/v1/contexts/erase", { body: { identity: "0046701112233" } });
    expect(erased.body.erased).toMatchObject({ contexts: 2, replies: 1 });
    expect((await service.sql`select caller_hash, sealed from callbacks`)[0]).toEqual({
      caller_hash: null,
      sealed: null,
    });
  });
});

describe("a key that was dropped too early", () => {
  it("is named by the doctor with what needs it, and helps again when it is back", async () => {
    service.restart(masterKey("k3"));
    expect(await findings()).toEqual({ "test / key k2": [false, "not in PATCHCORD_KEYS, but needed"] });
    service.restart(`${masterKey("k3")},${newer}`);
    await service.pass(15 * minuteMs, minuteMs);
    expect(await findings()).toEqual({ "test / key k2": [true, "no longer needed for what is stored"] });
  });
});

const tenantId = async () => String((await service.sql`select id from tenants`)[0]?.id);
