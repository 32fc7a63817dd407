import { sql } from "drizzle-orm";
import { bigint, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import { actorLabel, type Ctx } from "./ctx.ts";
import { executePrepared } from "./db.ts";

export const audit = pgTable("audit", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: text("tenant_id").notNull(),
  at: timestamp({ withTimezone: true }).notNull(),
  actor: text().notNull(),
  action: text().notNull(),
  target: text().notNull(),
  data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
});

/** Notes, in the caller's transaction, who did what to what. `data`: ids and codes, never personal data or secrets. */
export async function recordAudit(
  ctx: Ctx,
  action: string,
  target: string,
  data: Record<string, unknown> = {},
): Promise<void> {
  await executePrepared(
    ctx.db,
    sql`insert into audit (tenant_id, at, actor, action, target, data)
      values (${ctx.tenantId}, ${ctx.now().toISOString()}::timestamptz, ${actorLabel(ctx.actor)}, ${action}, ${target},
        ${JSON.stringify(data)}::jsonb)`,
  );
}
