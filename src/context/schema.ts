import { pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { ContextId, InteractionId } from "../ids.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** A context package, sealed. Referred to elsewhere by its id alone. */
export const contexts = pgTable("contexts", {
  id: text().$type<ContextId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  interactionId: text("interaction_id").$type<InteractionId>(),
  sealed: text().notNull(),
  /** See identity.ts. */
  customerHashes: text("customer_hashes").array().notNull().default([]),
  createdAt: instant("created_at").notNull(),
});
