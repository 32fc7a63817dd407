import { jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type { AccountId } from "../ids.ts";
import type { Inspection } from "../platform/contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const appStates = ["wanted", "installed", "missing", "failed", "blocked"] as const;
export type AppState = (typeof appStates)[number];

/** How the account is set up through which a person is reached, as last seen. Written by src/teams/readiness. */
export const accountChecks = pgTable("account_checks", {
  accountId: text("account_id").$type<AccountId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  app: text().$type<AppState>(),
  /** Why it failed: one of our error codes. */
  code: text(),
  seen: jsonb().$type<Inspection>().notNull().default({}),
  changedAt: instant("changed_at").notNull(),
  checkedAt: instant("checked_at"),
});
