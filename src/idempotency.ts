import { and, eq, lte, ne } from "drizzle-orm";
import { integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { Ctx } from "./ctx.ts";

/** Answers kept for a day, so that a repeated request does nothing and hears the same. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    tenantId: text("tenant_id").notNull(),
    actor: text().notNull(),
    key: text().notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer().notNull(),
    response: text().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.actor, table.key] })],
);

/** What is kept of an answer that had to be forgotten: that it was given. A repeated request still does nothing. */
export const erasedAnswer = "";

/**
 * Forgets what was answered, not that it was: all answers are sealed, so those with one customer's details cannot be told
 * apart. `madeBefore`: older ones only.
 */
export async function eraseKeptAnswers(ctx: Ctx, madeBefore = ctx.now()): Promise<void> {
  await ctx.db
    .update(idempotencyKeys)
    .set({ response: erasedAnswer })
    .where(
      and(
        eq(idempotencyKeys.tenantId, ctx.tenantId),
        ne(idempotencyKeys.response, erasedAnswer),
        lte(idempotencyKeys.createdAt, madeBefore),
      ),
    );
}
