import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { PersonId } from "../ids.ts";
import type { Quota, Roster } from "../roster.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const experts = pgTable("experts", {
  personId: text("person_id").$type<PersonId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  accepting: boolean().notNull().default(true),
  pausedUntil: instant("paused_until"),
  languages: text().array().notNull().default([]),
  roster: jsonb().$type<Roster>().notNull().default({}),
  quota: jsonb().$type<Quota>().notNull().default({}),
  lastAskedAt: instant("last_asked_at"),
  createdAt: instant("created_at").notNull(),
});

export const expertSkills = pgTable(
  "expert_skills",
  {
    tenantId: text("tenant_id").notNull(),
    personId: text("person_id").$type<PersonId>().notNull(),
    skill: text().notNull(),
    level: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.personId, table.skill] })],
);
