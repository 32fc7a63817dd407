import { and, arrayContains, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { type Enrolment, enrolExpert } from "../experts/enrol.ts";
import { type ConnectionInput, ensureConnection, ensureSignIn } from "../identity/connections.ts";
import { connections, people, tenants } from "../identity/schema.ts";
import { ensureApiKey, ensureTenant } from "../identity/tenants.ts";
import type { ConnectionId, PersonId, TenantId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { readPresenceSettings } from "../presence/history.ts";
import { policyAt, writePolicy } from "../presence/policies.ts";
import { idOf, type Layer, type Place } from "../presence/policy.ts";
import { writePresenceSettings } from "../presence/settings.ts";
import { writeLine } from "../routing/lines.ts";
import { currentRules, writeRules } from "../routing/rule-versions.ts";
import { isSameJson } from "../same-json.ts";
import { checkPlan } from "./check.ts";
import type { Plan } from "./plan.ts";

export type Change = {
  what:
    | "tenant"
    | "connection"
    | "api-key"
    | "sign-in"
    | "presence"
    | "policy"
    | "person"
    | "expert"
    | "routing"
    | "line";
  name: string;
  /** `wait`: no directory has shown this person yet. */
  change: "make" | "update" | "wait";
};

const note = (what: Change["what"], name: string, change: Change["change"] | undefined): Change[] =>
  change ? [{ what, name, change }] : [];

/**
 * What applying the plan would do, without doing it: it is done and taken back.
 * @throws BridgeError `invalid` with one line per mistake.
 */
export async function previewPlan(service: Service, plan: Plan): Promise<Change[]> {
  checkPlan(service, plan);
  const tenant = await tenantOf(service, plan);
  if (!tenant) return planned(plan);
  const takeBack = new Error("a preview is taken back");
  let changes: Change[] = [];
  const attempt = inTenant(service, tenant.id, async (ctx) => {
    changes = await carryOut(ctx, service, plan);
    throw takeBack;
  });
  await attempt.catch((error: unknown) => {
    if (error !== takeBack) throw error;
  });
  return [...note("tenant", plan.tenant.slug, isAsPlanned(tenant, plan) ? undefined : "update"), ...changes];
}

/**
 * Makes a tenant look like its plan. Applying it again changes nothing. Experts whom no directory has shown yet are
 * enrolled as soon as one does (job `plan.experts`).
 * @throws BridgeError `invalid` with one line per mistake, before anything is written.
 */
export async function applyPlan(service: Service, plan: Plan): Promise<{ tenantId: TenantId; changes: Change[] }> {
  checkPlan(service, plan);
  const before = await tenantOf(service, plan);
  const { slug, name, settings } = plan.tenant;
  const tenantId = await service.database.asSystem((db) =>
    ensureTenant(db, service.now(), { slug, name, settings: settings as never }),
  );
  const changes = await inTenant(service, tenantId, (ctx) => carryOut(ctx, service, plan));
  const first = before ? (isAsPlanned(before, plan) ? undefined : "update") : "make";
  return { tenantId, changes: [...note("tenant", slug, first), ...changes] };
}

const tenantOf = (service: Service, plan: Plan) =>
  service.database.asSystem(async (db) => {
    const [row] = await db.select().from(tenants).where(eq(tenants.slug, plan.tenant.slug));
    return row;
  });
const isAsPlanned = (row: typeof tenants.$inferSelect, { tenant }: Plan) =>
  row.name === tenant.name && isSameJson(row.settings, tenant.settings);

const inTenant = <T>(service: Service, tenantId: string, work: (ctx: Ctx) => Promise<T>) =>
  service.database.inTenant(tenantId, (db) =>
    work({ db, tenantId, actor: { kind: "system", name: "plan" }, now: service.now, log: service.log }),
  );

/** Of a tenant that is not there yet everything is new, and nobody is known. */
const planned = (plan: Plan): Change[] => [
  ...note("tenant", plan.tenant.slug, "make"),
  ...plan.connections.flatMap((one) => note("connection", one.name, "make")),
  ...plan.apiKeys.flatMap((one) => note("api-key", one.name, "make")),
  ...Object.keys(plan.signIns).flatMap((kind) => note("sign-in", kind, "make")),
  ...policiesIn(plan).map(({ place }): Change => ({ what: "policy", name: idOf(place), change: "make" })),
  ...plan.people.flatMap((one) => note("person", one.email, "wait")),
  ...plan.experts.flatMap((one) => note("expert", one.email, "wait")),
  ...(plan.routing.rules ? note("routing", "rules", "make") : []),
  ...plan.lines.flatMap((one) => note("line", one.number, "wait")),
];

const policiesIn = ({ presence }: Plan): { place: Place; set: Layer }[] => [
  ...(presence.policy ? [{ place: { scope: "tenant" as const, subject: "" }, set: presence.policy }] : []),
  ...Object.entries(presence.departments).map(([subject, set]) => ({
    place: { scope: "team" as const, subject },
    set,
  })),
];

async function applyPresence(ctx: Ctx, service: Service, { presence }: Plan): Promise<Change[]> {
  const { enabled, historyDays } = presence;
  const before = await readPresenceSettings(ctx);
  const after = await writePresenceSettings(ctx, service.adapters, {
    ...(enabled === undefined ? {} : { enabled }),
    ...(historyDays === undefined ? {} : { historyDays }),
  });
  return note("presence", "settings", isSameJson(before, after) ? undefined : "update");
}

async function applyPolicy(ctx: Ctx, service: Service, place: Place, set: Layer, name = idOf(place)) {
  const before = await policyAt(ctx, place).catch(() => ({ version: 0 }));
  const { version } = await writePolicy(ctx, service.adapters, { place, set });
  return note("policy", name, version === before.version ? undefined : before.version === 0 ? "make" : "update");
}

async function carryOut(ctx: Ctx, service: Service, plan: Plan): Promise<Change[]> {
  const changes: Change[] = [];
  const ids = new Map<string, ConnectionId>();
  for (const one of plan.connections) {
    const { id, change } = await ensureConnection(ctx, service, one as ConnectionInput);
    ids.set(one.name, id);
    changes.push(...note("connection", one.name, change));
  }
  for (const key of plan.apiKeys) changes.push(...note("api-key", key.name, await ensureApiKey(ctx, key)));
  changes.push(...(await applySignIns(ctx, service, plan, ids)));
  changes.push(...(await applyPresence(ctx, service, plan)));
  for (const { place, set } of policiesIn(plan)) changes.push(...(await applyPolicy(ctx, service, place, set)));
  changes.push(...(await applyRouting(ctx, plan)), ...(await applyPeople(ctx, service, plan)));
  const runAt = new Date(ctx.now().getTime() + 600_000);
  await enqueue(ctx, { key: "house.prune", name: "house.prune", lane: "bulk", runAt });
  return changes;
}

async function applySignIns(
  ctx: Ctx,
  service: Service,
  { signIns }: Plan,
  ids: Map<string, ConnectionId>,
): Promise<Change[]> {
  const changes: Change[] = [];
  if (signIns.experts) {
    const { connection, ...rest } = signIns.experts;
    const connectionId = ids.get(connection ?? "");
    const input = { kind: "experts", ...rest, ...(connectionId ? { connectionId } : {}) } as const;
    changes.push(...note("sign-in", "experts", await ensureSignIn(ctx, service, input)));
  }
  if (signIns.admins) {
    const { issuer, audience, clientSecret } = signIns.admins;
    const input = { kind: "admins", issuer, audience, ...(clientSecret ? { clientSecret } : {}) } as const;
    changes.push(...note("sign-in", "admins", await ensureSignIn(ctx, service, input)));
  }
  if (signIns.agents) {
    const { connection, clientSecret, ...rest } = signIns.agents;
    const connectionId = ids.get(connection ?? "");
    const more = { ...(connectionId ? { connectionId } : {}), ...(clientSecret ? { clientSecret } : {}) };
    const input = { kind: "agents", ...rest, ...more } as const;
    changes.push(...note("sign-in", "agents", await ensureSignIn(ctx, service, input)));
  }
  return changes;
}

async function applyRouting(ctx: Ctx, { routing: { rules } }: Plan): Promise<Change[]> {
  if (!rules) return [];
  const { view } = await currentRules(ctx);
  const { version } = await writeRules(ctx, rules);
  return note("routing", "rules", version === view.version ? undefined : view.version === 0 ? "make" : "update");
}

/** Members by their addresses; a line with one whom no directory has shown yet waits. */
async function applyLine(ctx: Ctx, line: Plan["lines"][number], coming: string[]) {
  const { number, members, ...facts } = line;
  const ids: (PersonId | undefined)[] = [];
  for (const email of members) ids.push(await personBy(ctx, email));
  const known = ids.filter((id) => id !== undefined);
  return known.length < ids.length ? "wait" : writeLine(ctx, number, { ...facts, members: known }, coming);
}

type Wanted = Pick<Plan, "people" | "experts" | "lines">;

/** Brings everybody up to date whom a directory has shown, and comes back for the others alone. */
async function applyPeople(ctx: Ctx, service: Service, wanted: Wanted): Promise<Change[]> {
  const changes: Change[] = [];
  const missing: Wanted = { people: [], experts: [], lines: [] };
  for (const person of wanted.people) {
    const id = await personBy(ctx, person.email);
    if (!id) {
      missing.people.push(person);
      continue;
    }
    changes.push(...note("person", person.email, await localize(ctx, id, person)));
    const { presencePolicy: set, email } = person;
    const place = { scope: "person", subject: id } as const;
    if (set) changes.push(...(await applyPolicy(ctx, service, place, set, `person:${email}`)));
  }
  for (const expert of wanted.experts) {
    const id = await personBy(ctx, expert.email);
    const { email, ...enrolment } = expert;
    if (!id) missing.experts.push(expert);
    else changes.push(...note("expert", email, await enrolExpert(ctx, id, enrolment as Enrolment)));
  }
  const coming = wanted.lines.map(({ number }) => number);
  for (const line of wanted.lines) {
    const change = missing.experts.length > 0 ? "wait" : await applyLine(ctx, line, coming);
    if (change === "wait") missing.lines.push(line);
    else changes.push(...note("line", line.number, change));
  }
  if (missing.people.length + missing.experts.length + missing.lines.length === 0) return changes;
  const runAt = new Date(ctx.now().getTime() + (await waitMs(ctx)));
  await enqueue(ctx, { key: "plan.experts", name: "plan.experts", payload: missing, runAt });
  return [
    ...changes,
    ...missing.people.flatMap((one) => note("person", one.email, "wait")),
    ...missing.experts.flatMap((one) => note("expert", one.email, "wait")),
    ...missing.lines.flatMap((one) => note("line", one.number, "wait")),
  ];
}

/** Soon while a directory is read for the first time, else now and then. */
async function waitMs(ctx: Ctx): Promise<number> {
  const unread = await ctx.db
    .select({ id: connections.id })
    .from(connections)
    .where(and(eq(connections.tenantId, ctx.tenantId), isNull(connections.directorySyncedAt)));
  return unread.length > 0 ? 1_000 : 60_000;
}

/** Nobody is guessed: two people of one address are for an admin to sort out. */
async function personBy(ctx: Ctx, email: string): Promise<PersonId | undefined> {
  const [only, second] = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.tenantId, ctx.tenantId), arrayContains(people.emails, [email.toLowerCase()])));
  return second ? undefined : only?.id;
}

async function localize(ctx: Ctx, id: PersonId, wanted: Plan["people"][number]): Promise<"update" | undefined> {
  const { locale = null, timeZone = null } = wanted;
  const mine = and(eq(people.id, id), eq(people.tenantId, ctx.tenantId));
  const [row] = await ctx.db.select({ locale: people.locale, timeZone: people.timeZone }).from(people).where(mine);
  if (row?.locale === locale && row.timeZone === timeZone) return undefined;
  await ctx.db.update(people).set({ locale, timeZone }).where(mine);
  return "update";
}

/** Job `plan.experts`: enrols those whom a directory has shown by now. */
export const enrolPlanned =
  (service: Service): Handler =>
  (run, payload) =>
    run.tx(async (ctx) => void (await applyPeople(ctx, service, { lines: [], ...payload } as unknown as Wanted)));
