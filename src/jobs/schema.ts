import { bigint, integer, jsonb, pgTable, text, timestamp, unique } from "drizzle-orm/pg-core";

export const jobs = pgTable(
  "jobs",
  {
    id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    tenantId: text("tenant_id").notNull(),
    key: text().notNull(),
    name: text().notNull(),
    payload: jsonb().$type<Record<string, unknown>>().notNull().default({}),
    lane: integer().notNull().default(5),
    runAt: timestamp("run_at", { withTimezone: true }).notNull(),
    lockedUntil: timestamp("locked_until", { withTimezone: true }),
    attempts: integer().notNull().default(0),
    revision: integer().notNull().default(1),
    errorCode: text("error_code"),
  },
  (table) => [unique().on(table.tenantId, table.key)],
);

export const changes = pgTable("changes", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: text("tenant_id").notNull(),
  topic: text().notNull(),
  keys: text().array().notNull(),
  at: timestamp({ withTimezone: true }).notNull(),
});
