import { and, arrayContains, eq, isNull } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { type Enrolment, enrolExpert } from "../experts/enrol.ts";
import { experts } from "../experts/schema.ts";
import { ensureConnection, ensureSignIn } from "../identity/connections.ts";
import { connections, people, tenants } from "../identity/schema.ts";
import { ensureApiKey, ensureTenant } from "../identity/tenants.ts";
import type { PersonId, TenantId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import type { Plan } from "./plan.ts";

export type Change = {
  what: "tenant" | "connection" | "api-key" | "sign-in" | "person" | "expert";
  name: string;
  change: "make" | "update" | "wait";
};

/**
 * What applying the plan would do, without doing it. People whom no directory has shown yet are listed as `wait`.
 * Enrolments are compared as a whole; keys cannot be (only hashes are kept), so they are listed when new.
 */
export async function previewPlan(service: Service, plan: Plan): Promise<Change[]> {
  const [tenant] = await service.database.asSystem((db) =>
    db.select({ id: tenants.id }).from(tenants).where(eq(tenants.slug, plan.tenant.slug)),
  );
  if (!tenant) {
    return [
      { what: "tenant", name: plan.tenant.slug, change: "make" },
      ...plan.connections.map((one): Change => ({ what: "connection", name: one.name, change: "make" })),
      ...plan.apiKeys.map((one): Change => ({ what: "api-key", name: one.name, change: "make" })),
      ...plan.experts.map((one): Change => ({ what: "expert", name: one.email, change: "wait" })),
    ];
  }
  return inTenant(service, tenant.id, async (ctx) => {
    const known = await ctx.db.select({ name: connections.name }).from(connections);
    const names = new Set(known.map((row) => row.name));
    const changes: Change[] = plan.connections.map((one) => ({
      what: "connection",
      name: one.name,
      change: names.has(one.name) ? "update" : "make",
    }));
    for (const expert of plan.experts) {
      const id = await personBy(ctx, expert.email);
      const [row] = id
        ? await ctx.db.select({ id: experts.personId }).from(experts).where(eq(experts.personId, id))
        : [];
      changes.push({ what: "expert", name: expert.email, change: !id ? "wait" : row ? "update" : "make" });
    }
    return changes;
  });
}

const inTenant = <T>(service: Service, tenantId: string, work: (ctx: Ctx) => Promise<T>) =>
  service.database.inTenant(tenantId, (db) =>
    work({ db, tenantId, actor: { kind: "system", name: "plan" }, now: service.now, log: service.log }),
  );

async function personBy(ctx: Ctx, email: string): Promise<PersonId | undefined> {
  const [row] = await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.tenantId, ctx.tenantId), arrayContains(people.emails, [email.toLowerCase()])));
  return row?.id;
}

/**
 * Makes a tenant look like its plan. Safe to repeat. Experts whom no directory has shown yet are enrolled as soon as
 * one does (job `plan.experts`). @throws BridgeError `invalid` naming what is wrong, before anything is written there.
 */
export async function applyPlan(service: Service, plan: Plan): Promise<{ tenantId: TenantId; changes: Change[] }> {
  const changes = await previewPlan(service, plan);
  const { slug, name, settings } = plan.tenant;
  const tenantId = await service.database.asSystem((db) =>
    ensureTenant(db, service.now(), { slug, name, settings: settings as never }),
  );
  await inTenant(service, tenantId, async (ctx) => {
    const ids = new Map<string, Awaited<ReturnType<typeof ensureConnection>>["id"]>();
    for (const one of plan.connections) {
      const input = {
        name: one.name,
        adapter: one.adapter,
        settings: one.settings,
        ...(one.enabled === undefined ? {} : { enabled: one.enabled }),
      };
      ids.set(one.name, (await ensureConnection(ctx, service, input)).id);
    }
    for (const key of plan.apiKeys) await ensureApiKey(ctx, key);
    await applySignIns(ctx, service, plan, ids);
    await enqueue(ctx, {
      key: "plan.experts",
      name: "plan.experts",
      payload: { people: plan.people, experts: plan.experts },
    });
    await enqueue(ctx, {
      key: "house.prune",
      name: "house.prune",
      lane: "bulk",
      runAt: new Date(ctx.now().getTime() + 600_000),
    });
  });
  return { tenantId, changes };
}

async function applySignIns(
  ctx: Ctx,
  service: Service,
  plan: Plan,
  ids: Map<string, Awaited<ReturnType<typeof ensureConnection>>["id"]>,
): Promise<void> {
  const { experts: forExperts, admins } = plan.signIns;
  if (forExperts) {
    const { connection, ...rest } = forExperts;
    const connectionId = connection === undefined ? undefined : ids.get(connection);
    if (connection !== undefined && !connectionId)
      throw new BridgeError(
        "invalid",
        `signIns.experts.connection: there is no connection "${connection}" in the file.`,
      );
    await ensureSignIn(ctx, service, { kind: "experts", ...rest, ...(connectionId ? { connectionId } : {}) });
  }
  if (admins)
    await ensureSignIn(ctx, service, {
      kind: "admins",
      issuer: admins.issuer,
      audience: admins.audience,
      ...(admins.clientSecret ? { clientSecret: admins.clientSecret } : {}),
    });
}

/** Job `plan.experts`: enrols those whom a directory has shown by now, and comes back for the others alone. */
export const enrolPlanned = (): Handler => (run, payload) =>
  run.tx(async (ctx) => {
    const plan = payload as Pick<Plan, "people" | "experts">;
    const missing: Pick<Plan, "people" | "experts"> = { people: [], experts: [] };
    for (const person of plan.people) {
      const id = await personBy(ctx, person.email);
      const { locale = null, timeZone = null } = person;
      if (id) await ctx.db.update(people).set({ locale, timeZone }).where(eq(people.id, id));
      else missing.people.push(person);
    }
    for (const expert of plan.experts) {
      const id = await personBy(ctx, expert.email);
      const { email: _, ...enrolment } = expert;
      if (id) await enrolExpert(ctx, id, enrolment as Enrolment);
      else missing.experts.push(expert);
    }
    if (missing.people.length + missing.experts.length === 0) return undefined;
    const unread = await ctx.db
      .select({ id: connections.id })
      .from(connections)
      .where(isNull(connections.directorySyncedAt));
    const runAt = new Date(ctx.now().getTime() + (unread.length > 0 ? 1_000 : 60_000));
    await enqueue(ctx, { key: "plan.experts", name: "plan.experts", payload: missing, runAt });
    return undefined;
  });
