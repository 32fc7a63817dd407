/** Decisions are kept for a while: the interaction that follows is tied to them, and what came of them is counted. */
import { and, desc, eq, gte, lt, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { isId, newId, type PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { boostsFor, type Choice, type Contact, callerHash, choose } from "./decide.ts";
import type { Request } from "./request.ts";
import { currentRules } from "./rule-versions.ts";
import { type DecisionId, type outcomes, routingDecisions } from "./schema.ts";

/** An answer is only as good as the presence behind it. */
const validMs = 30_000;
type Row = typeof routingDecisions.$inferSelect;

export const choiceView = ({ contact, alternatives, fallback, passed, rule, isOpen, opensAt }: Choice) => ({
  ...(rule ? { rule } : {}),
  contact: contact ?? { kind: "none" as const },
  alternatives,
  ...(fallback ? { fallback } : {}),
  passed,
  ...(isOpen ? {} : { closed: opensAt ? { until: opensAt.toISOString() } : {} }),
});

/** Decides by the rules that hold now, and keeps the decision. @throws BridgeError `invalid`, `not_found`. */
export async function decide(ctx: Ctx, service: Service, request: Request) {
  const [{ set, view }, boosts] = await Promise.all([currentRules(ctx), boostsFor(ctx, service, request.caller)]);
  const choice = await choose(ctx, service, set, request, boosts);
  const { contact } = choice;
  const now = ctx.now();
  const id = newId("rtd", now);
  const { journey } = request;
  const journeyId = journey && isId("jny", journey) ? journey : newId("jny", now);
  await ctx.db
    .insert(routingDecisions)
    .values({
      id,
      tenantId: ctx.tenantId,
      journeyId,
      lineId: choice.line?.id ?? null,
      callerHash: (await callerHash(ctx, service, request.caller)) ?? null,
      intent: request.intent ?? null,
      channel: request.channel,
      rule: choice.rule ?? null,
      chosen: contact?.kind ?? "none",
      personId: contact?.kind === "expert" ? contact.personId : null,
      answer: {
        version: view.version,
        tried: [contact, ...choice.alternatives].flatMap(codesOf),
        passed: choice.passed,
      },
      decidedAt: now,
    })
    .prepare("decision")
    .execute();
  service.metrics.count("patchcord_routing_decisions_total", { chosen: contact?.kind ?? "none" });
  return {
    id,
    journeyId,
    rulesVersion: view.version,
    ...choiceView(choice),
    validUntil: new Date(now.getTime() + validMs).toISOString(),
  };
}

const codesOf = (contact: Contact | undefined) =>
  contact ? [{ kind: contact.kind, ...(contact.kind === "expert" ? { personId: contact.personId } : {}) }] : [];

const mine = (ctx: Ctx, id: DecisionId) =>
  and(eq(routingDecisions.id, id), eq(routingDecisions.tenantId, ctx.tenantId));

/** The colleagues whom the decision named, in its order. */
export const triedIn = ({ answer }: Pick<Row, "answer">): PersonId[] =>
  ((answer.tried ?? []) as { personId?: PersonId }[]).flatMap(({ personId }) => personId ?? []);

/** @throws BridgeError `not_found`. */
export async function decisionOf(ctx: Ctx, id: DecisionId): Promise<Row> {
  const [row] = await ctx.db.select().from(routingDecisions).where(mine(ctx, id));
  if (!row) throw new BridgeError("not_found", "There is no such decision. They are kept for 30 days.");
  return row;
}

export const decisionView = (row: Row) => ({
  id: row.id,
  journeyId: row.journeyId,
  channel: row.channel,
  chosen: row.chosen,
  ...(row.intent ? { intent: row.intent } : {}),
  ...(row.rule ? { rule: row.rule } : {}),
  ...(row.personId ? { personId: row.personId } : {}),
  answer: row.answer,
  decidedAt: row.decidedAt.toISOString(),
  ...(row.interactionId ? { interactionId: row.interactionId } : {}),
  ...(row.outcome ? { outcome: row.outcome } : {}),
});

export async function decisionsOf(ctx: Ctx, { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const rows = await ctx.db
    .select()
    .from(routingDecisions)
    .where(
      and(
        eq(routingDecisions.tenantId, ctx.tenantId),
        cursor ? lt(routingDecisions.id, cursor as DecisionId) : undefined,
      ),
    )
    .orderBy(desc(routingDecisions.id))
    .limit(limit + 1);
  return rows.map(decisionView);
}

/** The flow says what came of it; the last word counts. `personId`: an alternative who answered instead. */
export async function noteDecisionOutcome(
  ctx: Ctx,
  id: DecisionId,
  outcome: (typeof outcomes)[number],
  personId: string | undefined,
) {
  const before = await decisionOf(ctx, id);
  if (personId !== undefined && !triedIn(before).includes(personId as PersonId))
    throw new BridgeError("invalid", "personId: this colleague was not among those whom the decision named.");
  const answeredBy = personId ? { personId: personId as Row["personId"] } : {};
  const [row = before] = await ctx.db
    .update(routingDecisions)
    .set({ outcome, outcomeAt: ctx.now(), ...answeredBy })
    .where(mine(ctx, id))
    .returning();
  await recordAudit(ctx, "routing-decision.outcome", id, { outcome });
  return decisionView(row);
}

/** How many decisions chose what, and what came of them. `unknown`: nobody has said. */
export async function outcomesSince(ctx: Ctx, since: Date) {
  const outcome = sql<string>`coalesce(${routingDecisions.outcome}, 'unknown')`;
  const rows = await ctx.db
    .select({ chosen: routingDecisions.chosen, outcome, count: sql<number>`count(*)::int` })
    .from(routingDecisions)
    .where(and(eq(routingDecisions.tenantId, ctx.tenantId), gte(routingDecisions.decidedAt, since)))
    .groupBy(routingDecisions.chosen, outcome)
    .orderBy(routingDecisions.chosen, outcome);
  return rows;
}
