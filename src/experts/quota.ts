import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, value } from "../db.ts";
import type { PersonId } from "../ids.ts";
import { helpedSince } from "./fact-queries.ts";
import { monthStart } from "./facts.ts";
import { experts } from "./schema.ts";

const lockQuota = builtOnce((db) =>
  db
    .select({ quota: experts.quota })
    .from(experts)
    .where(and(eq(experts.personId, value("personId")), eq(experts.tenantId, value("tenantId"))))
    .for("update"),
);

/**
 * Has somebody helped as often this month as they will at most? Whoever asks waits for others who ask the same and have
 * not committed, so that of two yeses at the same moment only one is within a quota that has room for one.
 */
export async function isQuotaUsed(ctx: Ctx, personId: PersonId): Promise<boolean> {
  const [expert] = await lockQuota(ctx.db, { personId, tenantId: ctx.tenantId });
  const { perMonth, hard = true } = expert?.quota ?? {};
  if (perMonth === undefined || !hard) return false;
  const helped = await helpedSince(ctx, [personId], monthStart(ctx.now()));
  return (helped.get(personId) ?? 0) >= perMonth;
}
