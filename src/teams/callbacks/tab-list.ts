/** Customers who wait to be called back, as one colleague's own page shows them. */
import { and, asc, eq, inArray } from "drizzle-orm";
import type { Ctx } from "../../ctx.ts";
import type { PersonId } from "../../ids.ts";
import type { Service } from "../../platform/service.ts";
import { mayTake } from "../../routing/callbacks.ts";
import { callbacks, callbackTurns } from "../../routing/schema.ts";
import type { TabCallback } from "../../views.ts";
import { callLinkFor, cardAccountOf } from "../card-account.ts";
import { factsOfCallback } from "./facts.ts";

const most = 50;

/** Theirs and those of their lines, whoever waits longest first; the number in full only while it is theirs. */
export async function callbacksFor(ctx: Ctx, service: Service, personId: PersonId): Promise<TabCallback[]> {
  const rows = await ctx.db
    .select({ row: callbacks, turn: callbackTurns })
    .from(callbacks)
    .leftJoin(callbackTurns, and(eq(callbackTurns.callbackId, callbacks.id), eq(callbackTurns.personId, personId)))
    .where(
      and(
        eq(callbacks.tenantId, ctx.tenantId),
        inArray(callbacks.state, ["open", "claimed"]),
        mayTake(ctx.tenantId, personId),
      ),
    )
    .orderBy(asc(callbacks.id))
    .limit(most);
  return Promise.all(
    rows.map(async ({ row, turn }): Promise<TabCallback> => {
      const { facts } = await factsOfCallback(ctx, service, { row, turn: turn ?? undefined, personId });
      const { standing, colleague, line, customer, about, phone = "" } = facts;
      const where = standing === "mine" ? await cardAccountOf(ctx, service, personId, null) : undefined;
      const callUrl = standing === "mine" ? await callLinkFor(ctx, service, where, phone) : undefined;
      return {
        id: row.id,
        standing: standing === "mine" || standing === "taken" || standing === "again" ? standing : isTheirs(standing),
        ...(colleague ? { colleague } : {}),
        ...(line ? { line } : {}),
        ...(customer ? { customer } : {}),
        ...(about ? { about } : {}),
        phone,
        ...(callUrl ? { callUrl } : {}),
        dueAt: row.dueAt.toISOString(),
        createdAt: row.createdAt.toISOString(),
      };
    }),
  );
}

/** Another's turn: whoever is a member of the line may take it all the same. */
const isTheirs = (standing: string) => (standing === "asked" ? ("asked" as const) : ("others" as const));
