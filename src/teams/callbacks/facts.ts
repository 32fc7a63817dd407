/** What the card of a call-back, and the page, show to one colleague. */
import { and, eq, inArray } from "drizzle-orm";
import { mask } from "../../context/package.ts";
import type { Ctx } from "../../ctx.ts";
import { people } from "../../identity/schema.ts";
import type { PersonId } from "../../ids.ts";
import type { Service } from "../../platform/service.ts";
import { type Callback, lineBy } from "../../routing/callback-turns.ts";
import { detailsOf, isOver } from "../../routing/callbacks.ts";
import { type CallbackId, callbacks, callbackTurns } from "../../routing/schema.ts";
import type { CallbackFacts, Standing } from "./card.ts";

export type Turn = typeof callbackTurns.$inferSelect;
type Reader = { locale: string | null; timeZone: string | null };

/** What it is to this person. They are asked again where the customer was not reached. */
export function standingOf(row: Callback, personId: PersonId, turn: Turn | undefined): Standing {
  const isTheirs = row.personId === personId;
  if (isOver(row)) return isTheirs && row.outcome === "reached" ? "reached" : "over";
  if (isTheirs && row.state === "claimed") return "mine";
  if (isTheirs) return row.attempts > 0 && turn && turn.askedAt < row.changedAt ? "again" : "asked";
  if (turn?.passedAt) return "passed";
  return row.state === "claimed" ? "taken" : "moved";
}

/** A time of day, with the day where it is another one. */
export function timeText(at: Date, now: Date, { locale, timeZone }: Reader): string {
  const zone = { timeZone: timeZone ?? "UTC" };
  const language = locale ?? "en";
  const day = (one: Date) => one.toLocaleDateString("en-CA", zone);
  const time = { ...zone, hour: "2-digit", minute: "2-digit" } as const;
  const dated = { ...time, weekday: "short", day: "numeric", month: "short" } as const;
  return at.toLocaleString(language, day(at) === day(now) ? time : dated);
}

/** Everything of one call-back as this colleague may see it: the number in full only while it is theirs. */
export async function factsOfCallback(
  ctx: Ctx,
  service: Service,
  { row, turn, personId }: { row: Callback; turn: Turn | undefined; personId: PersonId },
): Promise<{ facts: CallbackFacts; locale: string | null }> {
  const ids = [personId, ...(row.personId ? [row.personId] : [])];
  const known = new Map(
    (await ctx.db.select().from(people).where(inArray(people.id, ids))).map((person) => [person.id, person]),
  );
  const reader = known.get(personId) ?? { locale: null, timeZone: null };
  const standing = standingOf(row, personId, turn);
  const line = await lineBy(ctx, row.lineId);
  const details = isOver(row) ? undefined : await detailsOf(ctx, service, row);
  const colleague = row.personId && row.personId !== personId ? known.get(row.personId)?.name : undefined;
  const now = ctx.now();
  const facts: CallbackFacts = {
    id: row.id,
    standing,
    byText: timeText(row.dueAt, now, reader),
    askedText: timeText(row.createdAt, now, reader),
    ...(colleague ? { colleague } : {}),
    ...(line ? { line: line.name } : {}),
    ...(details?.name ? { customer: details.name } : {}),
    ...(details?.about ? { about: details.about } : {}),
    ...(details ? { phone: standing === "mine" ? details.phone : mask(details.phone) } : {}),
  };
  return { facts, locale: reader.locale };
}

export async function callbackById(ctx: Ctx, id: CallbackId): Promise<Callback | undefined> {
  const [row] = await ctx.db
    .select()
    .from(callbacks)
    .where(and(eq(callbacks.id, id), eq(callbacks.tenantId, ctx.tenantId)));
  return row;
}

export const turnsOf = (ctx: Ctx, id: CallbackId): Promise<Turn[]> =>
  ctx.db
    .select()
    .from(callbackTurns)
    .where(and(eq(callbackTurns.callbackId, id), eq(callbackTurns.tenantId, ctx.tenantId)));
