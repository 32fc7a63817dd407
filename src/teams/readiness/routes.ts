import { and, asc, eq, gt, inArray } from "drizzle-orm";
import { type Api, endpoint, pageQuery, requireSelf, z } from "../../api.ts";
import { recordAudit } from "../../audit.ts";
import { engagementsOf } from "../../consults/engaged.ts";
import type { Ctx } from "../../ctx.ts";
import { BridgeError } from "../../errors.ts";
import { factsOf, type PersonFacts } from "../../experts/facts.ts";
import { experts } from "../../experts/schema.ts";
import { toView } from "../../experts/view.ts";
import { connections } from "../../identity/schema.ts";
import { tenantSettings } from "../../identity/tenants.ts";
import type { ConnectionId, PersonId } from "../../ids.ts";
import type { Service } from "../../platform/service.ts";
import { installsOf, requestInstalls } from "./install.ts";
import { askForCheck } from "./note.ts";
import { type AccountSetUp, preflight } from "./preflight.ts";
import { accountChecks } from "./schema.ts";
import { wordIn } from "./texts/index.ts";

const mayLook = { scope: "people:read", roles: ["supervisor"] } as const;
/** The expert, about themselves. */
const self = { kinds: ["expert"] } as const;
const mayChange = { scope: "people:write", roles: ["supervisor"] } as const;
const byId = z.object({ id: z.string().max(60) });
const language = z.string().max(35).optional().describe("en, es, sv or fr; the tenant's unless told");

const preflightSchema = z
  .object({
    personId: z.string(),
    name: z.string(),
    level: z.enum(["green", "amber", "red", "unknown"]),
    lines: z.array(
      z.object({
        check: z.string(),
        level: z.enum(["green", "amber", "red", "unknown"]),
        platform: z.string().optional(),
        says: z.string(),
        fix: z.string().optional(),
        code: z.string().optional(),
      }),
    ),
    checkedAt: z.string().optional().describe("When the platforms were last asked"),
  })
  .openapi("Preflight", { description: "How an expert is set up, each fact with its level and the fix" });

/** Set-ups of these people, as last seen; no platform is asked here. */
async function preflightsOf(ctx: Ctx, service: Service, ids: PersonId[], locale: string | undefined) {
  const persons = await factsOf(ctx, service, ids, engagementsOf);
  const accountIds = persons.flatMap(({ accounts }) => accounts.map(({ id }) => id));
  const checks = accountIds.length
    ? await ctx.db.select().from(accountChecks).where(inArray(accountChecks.accountId, accountIds))
    : [];
  const rows = await ctx.db.select().from(connections).where(eq(connections.tenantId, ctx.tenantId));
  const known = new Map(checks.map((row) => [row.accountId, row]));
  const health = new Map<string, (typeof rows)[number]["health"]>(rows.map((row) => [row.id, row.health]));
  const word = wordIn(locale ?? (await tenantSettings(ctx)).locale);
  return persons.map((facts) => {
    const accounts = facts.accounts.map((account) =>
      setUpOf(service, account, known.get(account.id), health.get(account.connectionId)),
    );
    const { level, lines } = preflight(accounts, toView(facts, ctx.now()).reachability);
    const times = facts.accounts.flatMap(({ id }) => known.get(id)?.checkedAt ?? []);
    const checkedAt = times.length ? new Date(Math.min(...times.map(Number))).toISOString() : undefined;
    return {
      personId: facts.person.id,
      name: facts.person.name,
      level,
      lines: lines.map((line) => ({
        ...line,
        says: word(line.says, line.platform),
        ...(line.fix ? { fix: word(line.fix, line.platform) } : {}),
      })),
      ...(checkedAt ? { checkedAt } : {}),
    };
  });
}

function setUpOf(
  service: Service,
  account: PersonFacts["accounts"][number],
  check: typeof accountChecks.$inferSelect | undefined,
  health: { state: AccountSetUp["health"]; code?: string } | undefined,
): AccountSetUp {
  const { platform, phone, canCards } = account;
  return {
    platform,
    health: health?.state ?? "starting",
    code: health?.code,
    phone: phone ?? undefined,
    needsApp: service.adapters.get(account.adapter)?.invitations?.install !== undefined,
    canCards,
    app: check?.app ?? undefined,
    appCode: check?.code ?? undefined,
    seen: check?.seen ?? {},
    isChecked: check?.checkedAt != null,
  };
}

/** Setting up the experts' side: installing the app for them, and looking what is still missing. */
export function addReadinessRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/connections/{id}/installs",
      summary: "Install the app for enrolled experts, all or those named; who has it is left alone",
      allowed: { scope: "admin" },
      params: byId,
      body: z.strictObject({ personIds: z.array(z.string().max(60)).min(1).max(500).optional() }),
      result: z.object({ asked: z.number() }),
      status: 202,
    },
    async (ctx, { params, body }, service) => ({
      asked: await requestInstalls(ctx, service, params.id as ConnectionId, body.personIds as PersonId[] | undefined),
    }),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/connections/{id}/installs",
      summary: "How far the installation is, and what came of it for each expert",
      allowed: { scope: "admin", roles: ["supervisor"] },
      params: byId,
      query: z.object(pageQuery),
      result: z.object({
        progress: z.record(z.string(), z.number()),
        items: z.array(
          z.object({
            personId: z.string(),
            name: z.string(),
            app: z.string(),
            code: z.string().optional(),
            at: z.string().optional(),
          }),
        ),
        next: z.string().optional(),
      }),
    },
    async (ctx, { params, query }, service) => installsOf(ctx, service, params.id as ConnectionId, query),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/preflights",
      summary: "How each enrolled expert is set up, with what to mend",
      allowed: mayLook,
      query: z.object({ ...pageQuery, language }),
      result: z.object({ items: z.array(preflightSchema), next: z.string().optional() }),
    },
    async (ctx, { query }, service) => {
      const after = query.cursor ? [gt(experts.personId, query.cursor as PersonId)] : [];
      const rows = await ctx.db
        .select({ id: experts.personId })
        .from(experts)
        .where(and(eq(experts.tenantId, ctx.tenantId), ...after))
        .orderBy(asc(experts.personId))
        .limit(query.limit + 1);
      const ids = rows.slice(0, query.limit).map(({ id }) => id);
      await recordAudit(ctx, "preflight.list", "experts", { count: ids.length });
      const items = (await preflightsOf(ctx, service, ids, query.language)).sort((a, b) =>
        a.personId.localeCompare(b.personId),
      );
      const last = ids.at(-1);
      return { items, ...(rows.length > query.limit && last ? { next: last } : {}) };
    },
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/experts/{id}/preflight",
      summary: "How one expert is set up, as last seen",
      allowed: { ...mayLook, ...self },
      params: byId,
      query: z.object({ language }),
      result: preflightSchema,
    },
    async (ctx, { params, query }, service) => {
      requireSelf(ctx, params.id);
      return one(ctx, service, params.id as PersonId, query.language);
    },
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/experts/{id}/preflight",
      summary: "Ask the platforms anew how one expert is set up; the answer is as last seen, look again in a moment",
      allowed: { ...mayChange, ...self },
      params: byId,
      query: z.object({ language }),
      result: preflightSchema,
      status: 202,
    },
    async (ctx, { params, query }, service) => {
      requireSelf(ctx, params.id);
      const [facts] = await factsOf(ctx, service, [params.id as PersonId], engagementsOf);
      const shown = await one(ctx, service, params.id as PersonId, query.language);
      await askForCheck(
        ctx,
        (facts?.accounts ?? []).flatMap(({ id, canCards }) => (canCards ? [id] : [])),
      );
      return shown;
    },
  );
}

/** @throws BridgeError `not_found` for somebody who is not enrolled. */
async function one(ctx: Ctx, service: Service, id: PersonId, locale: string | undefined) {
  const [enrolled] = await ctx.db
    .select({ id: experts.personId })
    .from(experts)
    .where(and(eq(experts.personId, id), eq(experts.tenantId, ctx.tenantId)));
  const [shown] = enrolled ? await preflightsOf(ctx, service, [id], locale) : [];
  if (!shown) throw new BridgeError("not_found", "This person is not enrolled as an expert.");
  if (ctx.actor.kind !== "expert") await recordAudit(ctx, "preflight.read", id);
  return shown;
}
