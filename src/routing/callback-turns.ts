/** Whose turn it is to call a customer back, who comes next, and that cards and pages are told. */
import { and, asc, eq, sql } from "drizzle-orm";
import { engagementsOf } from "../consults/engaged.ts";
import type { Ctx } from "../ctx.ts";
import { findExperts } from "../experts/search.ts";
import type { PersonId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Service } from "../platform/service.ts";
import { decisionOf, triedIn } from "./decisions.ts";
import { type Line, linesOf } from "./lines.ts";
import { type CallbackId, type callbacks, callbackTurns, lines } from "./schema.ts";

export type Callback = typeof callbacks.$inferSelect;

export const lineBy = async (ctx: Ctx, id: Callback["lineId"] | undefined): Promise<Line | undefined> => {
  if (!id) return undefined;
  const [row] = await ctx.db.select({ number: lines.number }).from(lines).where(eq(lines.id, id));
  return row && (await linesOf(ctx, [row.number]))[0];
};

/** Members of the line and of those that stand in, the best to ask first, whether or not they are free at this moment. */
export async function membersInOrder(ctx: Ctx, service: Service, line: Line): Promise<PersonId[]> {
  const cover = await linesOf(ctx, line.cover ?? []);
  const all = [...new Set([line, ...cover].flatMap(({ members }) => members))] as PersonId[];
  if (all.length === 0) return [];
  const query = { personIds: all, about: { site: line.site }, limit: 100 };
  const found = await findExperts(ctx, service, query, engagementsOf);
  return found.filter(({ reachability }) => reachability.state !== "no").map(({ personId }) => personId);
}

/** Without a line it goes round among those to whom the customer was sent. */
async function triedBefore(ctx: Ctx, { decisionId }: Callback): Promise<PersonId[]> {
  const decision = decisionId ? await decisionOf(ctx, decisionId) : undefined;
  return decision ? triedIn(decision) : [];
}

/**
 * Somebody else than who has it: whoever was not asked so far, then, unless `isNew`, who was asked longest ago. Undefined:
 * nobody.
 */
export async function nextFor(
  ctx: Ctx,
  service: Service,
  row: Callback,
  { isNew = false } = {},
): Promise<PersonId | undefined> {
  const line = await lineBy(ctx, row.lineId);
  const members = line ? await membersInOrder(ctx, service, line) : await triedBefore(ctx, row);
  const asked = await ctx.db
    .select({ personId: callbackTurns.personId })
    .from(callbackTurns)
    .where(eq(callbackTurns.callbackId, row.id))
    .orderBy(asc(callbackTurns.askedAt));
  const order = asked.map(({ personId }) => personId);
  const others = members.filter((id) => id !== row.personId);
  const fresh = others.find((id) => !order.includes(id));
  return fresh ?? (isNew ? undefined : order.find((id) => others.includes(id)));
}

/** From now on it is this person's turn. A second time counts as news to them. */
export async function giveTurn(ctx: Ctx, { id, personId }: Callback): Promise<void> {
  if (!personId) return;
  await ctx.db
    .insert(callbackTurns)
    .values({ callbackId: id, personId, tenantId: ctx.tenantId, askedAt: ctx.now() })
    .onConflictDoUpdate({
      target: [callbackTurns.callbackId, callbackTurns.personId],
      set: { askedAt: ctx.now(), passedAt: null, again: sql`${callbackTurns.place} is not null` },
    });
}

export const notePassed = (ctx: Ctx, { id, personId }: Callback) =>
  ctx.db
    .update(callbackTurns)
    .set({ passedAt: ctx.now() })
    .where(and(eq(callbackTurns.callbackId, id), eq(callbackTurns.personId, personId ?? ("" as PersonId))));

export const cardJob = (callbackId: CallbackId) => ({
  key: `callback.card:${callbackId}`,
  name: "callback.card",
  payload: { callbackId },
  lane: "offer" as const,
});

/** Cards say what is true now, and so do the pages of everybody who was asked. */
export async function showAll(ctx: Ctx, { id, personId }: Callback): Promise<void> {
  await enqueue(ctx, cardJob(id));
  const turns = await ctx.db
    .select({ personId: callbackTurns.personId })
    .from(callbackTurns)
    .where(eq(callbackTurns.callbackId, id));
  await announce(ctx, "presence", [...turns.map((turn) => turn.personId), ...(personId ? [personId] : [])]);
}
