import { and, asc, eq, lte, ne } from "drizzle-orm";
import { openConnection } from "../identity/connect.ts";
import type { Handler, Run } from "../jobs/run.ts";
import type { InteractionSnapshot } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { readSnapshot, recordInteraction, silenceMs } from "./interactions.ts";
import { interactions } from "./schema.ts";

const againMs = 3_600_000;
const atOnce = 50;

type Row = typeof interactions.$inferSelect;

/**
 * Job `interactions.age`: an interaction of which nothing was heard for a day is looked for on its platform, and has ended
 * where the platform does not know it any more. So no customer's details are kept because an end was never told.
 */
export const endForgotten =
  (service: Service): Handler =>
  async (run) => {
    const latest = new Date(run.now().getTime() - silenceMs);
    const isLive = ne(interactions.state, "ended");
    const silent = await run.tx((ctx) =>
      ctx.db
        .select()
        .from(interactions)
        .where(and(eq(interactions.tenantId, ctx.tenantId), isLive, lte(interactions.observedAt, latest)))
        .orderBy(asc(interactions.observedAt))
        .limit(atOnce),
    );
    for (const row of silent) {
      const now = await lookFor(service, run, row).catch(() => "not known" as const);
      if (now !== "not known") await run.tx((ctx) => recordInteraction(ctx, row.connectionId, now));
    }
    const [next] = await run.tx((ctx) =>
      ctx.db
        .select({ observedAt: interactions.observedAt })
        .from(interactions)
        .where(and(eq(interactions.tenantId, ctx.tenantId), isLive))
        .orderBy(asc(interactions.observedAt))
        .limit(1),
    );
    if (!next) return undefined;
    return new Date(Math.max(next.observedAt.getTime() + silenceMs, run.now().getTime() + againMs));
  };

/** As the platform shows it; ended where it shows none, or cannot be asked. */
async function lookFor(service: Service, run: Run, row: Row): Promise<InteractionSnapshot> {
  const { adapter, connection } = await openConnection(service, run.tenantId, row.connectionId, run.tx);
  const shown = await adapter.calls?.lookup(connection, row.ref);
  return shown ?? { ...readSnapshot(row.snapshot), state: "ended", parties: [], observedAt: run.now() };
}
