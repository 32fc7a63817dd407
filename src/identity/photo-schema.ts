import { pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { PersonId } from "../ids.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** Pictures of colleagues; see migration 0019 for what each state means. */
export const photos = pgTable(
  "photos",
  {
    tenantId: text("tenant_id").notNull(),
    personId: text("person_id").$type<PersonId>().notNull(),
    state: text().$type<"wanted" | "has" | "none">().notNull(),
    source: text(),
    askedAt: instant("asked_at").notNull(),
    lookedAt: instant("looked_at"),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.personId] })],
);
