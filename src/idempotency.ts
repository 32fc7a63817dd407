import { integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";

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
