import { pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { PersonId } from "../ids.ts";

/** Colleagues whom an agent keeps at hand. */
export const favourites = pgTable(
  "favourites",
  {
    tenantId: text("tenant_id").notNull(),
    agentId: text("agent_id").$type<PersonId>().notNull(),
    personId: text("person_id").$type<PersonId>().notNull(),
    createdAt: timestamp("created_at", { withTimezone: true }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.agentId, table.personId] })],
);
