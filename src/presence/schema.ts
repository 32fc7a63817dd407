import { bigint, boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { AccountId, ConnectionId } from "../ids.ts";
import type { Activity, Availability, Held, Presence } from "../platform/contract.ts";
import type { HoldState, Shown } from "./hold.ts";
import type { PresetName, Rule } from "./rules.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** What each account was last seen to show. One row per account; an older observation never replaces a newer one. */
export const presences = pgTable("presences", {
  accountId: text("account_id").$type<AccountId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  availability: text().$type<Availability>().notNull(),
  activity: text().$type<Activity>().notNull(),
  native: text(),
  routable: boolean(),
  observedAt: instant("observed_at").notNull(),
  sequence: bigint({ mode: "number" }),
  source: text().$type<"read" | "push">().notNull(),
  restore: jsonb().$type<Record<string, unknown>>(),
  changedAt: instant("changed_at").notNull(),
  /** When we asked for the reading that shows this very value, by our clock; null while only a push says so. */
  readAt: instant("read_at"),
  /** Since when we have known this without a gap; whoever decided without it should decide again. */
  knownAt: instant("known_at"),
  /** Somebody waits for a reading that is asked for no earlier than this. */
  lookAt: instant("look_at"),
});

/**
 * What we show, or want to show, on somebody's behalf. The row is written before the platform is asked and goes only
 * when nothing of ours can be seen any more, so that a crash leaves nothing behind that nobody remembers. See hold.ts.
 */
export const holds = pgTable("holds", {
  accountId: text("account_id").$type<AccountId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  asked: jsonb().$type<Presence>().notNull(),
  held: jsonb().$type<Held>(),
  state: text().$type<HoldState>().notNull(),
  reason: text(),
  cause: text().$type<AccountId>(),
  shown: jsonb().$type<Shown[]>().notNull().default([]),
  before: jsonb().$type<Record<string, unknown>>(),
  renewAt: instant("renew_at"),
  writtenAt: instant("written_at"),
  createdAt: instant("created_at").notNull(),
});

/** How far the reading of a connection has come, so that any process can go on with it. See sweep.ts. */
export const sweeps = pgTable("sweeps", {
  connectionId: text("connection_id").$type<ConnectionId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  engagedAt: instant("engaged_at"),
  watchedAt: instant("watched_at"),
  knownAt: instant("known_at"),
  /** The last account of the known that was read in this lap. */
  cursor: text(),
  /** How many there were when they were last read. */
  watched: integer().notNull().default(0),
  known: integer().notNull().default(0),
  pushedAt: instant("pushed_at"),
});

/** Each change is a version of its own; the last one counts. Without rules: none at this place any more. */
export const policies = pgTable(
  "policies",
  {
    tenantId: text("tenant_id").notNull(),
    scope: text().$type<"tenant" | "team" | "person">().notNull(),
    /** A department's name or a person's id; empty for the tenant. */
    subject: text().notNull().default(""),
    version: integer().notNull(),
    rules: jsonb().$type<PresetName | Rule[]>(),
    createdAt: instant("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.scope, table.subject, table.version] })],
);

export const presenceSettings = pgTable("presence_settings", {
  tenantId: text("tenant_id").primaryKey(),
  enabled: boolean().notNull().default(true),
  historyDays: integer("history_days").notNull().default(0),
});

/** What people showed of their own doing, where a tenant has it kept. */
export const presenceHistory = pgTable("presence_history", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: text("tenant_id").notNull(),
  accountId: text("account_id").$type<AccountId>().notNull(),
  at: instant("at").notNull(),
  availability: text().$type<Availability>().notNull(),
  activity: text().$type<Activity>().notNull(),
  routable: boolean(),
});
