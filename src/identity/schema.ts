import { boolean, jsonb, pgTable, primaryKey, text, timestamp, unique } from "drizzle-orm/pg-core";
import type { AccountId, ConnectionId, Id, PersonId } from "../ids.ts";
import type { CallFacts, Subscription } from "../platform/contract.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export const tenants = pgTable("tenants", {
  id: text().primaryKey(),
  slug: text().notNull(),
  name: text().notNull(),
  settings: jsonb().$type<TenantSettings>().notNull().default({}),
  /** The key with which all that is sealed here was last seen to be sealed. */
  sealedBy: text("sealed_by"),
  createdAt: instant("created_at").notNull(),
});
export type TenantSettings = {
  /** Ask the expert before their phone rings (default) or ring at once. */
  consultMode?: "ask" | "ring";
  /** How long contexts are kept after the interaction has ended, in hours. 0 to 720, default 24. */
  contextHours?: number;
  /**
   * Which details of the customer travel with a request about a skill, by their keys; `*`: about all other skills.
   * Absent: all of them.
   */
  contextFields?: Record<string, string[]>;
  /** Days off (`YYYY-MM-DD`), of everybody or of these branches. */
  holidays?: { date: string; sites?: string[] | undefined }[];
  /** Origins that may show this tenant's desk in a frame. */
  deskOrigins?: string[];
  /** Show colleagues' pictures on the desk (default). Where not, none are kept either. */
  photos?: boolean;
  locale?: string;
};

export const connections = pgTable("connections", {
  id: text().$type<ConnectionId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  adapter: text().notNull(),
  name: text().notNull(),
  settingsSealed: text("settings_sealed").notNull(),
  options: jsonb().$type<ConnectionOptions>().notNull().default({}),
  enabled: boolean().notNull().default(true),
  health: jsonb().$type<ConnectionHealth>().notNull(),
  /** What this very contact center can do, as it told us; absent: what its adapter can do at most. */
  callFacts: jsonb("call_facts").$type<CallFacts>(),
  penaltyUntil: instant("penalty_until"),
  subscription: jsonb().$type<Subscription>(),
  /** Settings that the platform told us by itself. They count where the admin's leave them out. */
  learned: jsonb().$type<Record<string, unknown>>(),
  /** What came of the last upload of our app to the platform's catalogue. */
  upload: jsonb().$type<LastUpload>(),
  directoryCursor: text("directory_cursor"),
  directorySyncedAt: instant("directory_synced_at"),
  sweptAt: instant("swept_at"),
  createdAt: instant("created_at").notNull(),
});
/** `callSources`: whom a desk has to reach that joins calls there by itself, see `CallingPort`. */
/** `tellsMeetings`: calendars may be looked into. */
export type ConnectionOptions = { callSources?: string[]; tellsMeetings?: boolean };

/** `code`: why it was refused. `version`: the package's; `there`: the catalogue's. `says`: the platform's own reasons. */
export type LastUpload = {
  state: "new" | "updated" | "submitted" | "refused";
  code?: string;
  version: string;
  there?: string;
  says?: string[];
  at: string;
};

/** One state with a code, a sentence and what the admin can do. */
export type ConnectionHealth = {
  state: "starting" | "well" | "degraded" | "needs-attention";
  code?: string;
  sentence?: string;
  fix?: string;
  /** Names of permissions that an admin has to grant. */
  missing?: string[];
  since?: string;
};

export const people = pgTable("people", {
  id: text().$type<PersonId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  name: text().notNull(),
  emails: text().array().notNull().default([]),
  department: text(),
  title: text(),
  site: text(),
  locale: text(),
  timeZone: text("time_zone"),
  active: boolean().notNull().default(true),
  search: text().notNull().default(""),
  searchSkills: text("search_skills").notNull().default(""),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

export const accounts = pgTable(
  "accounts",
  {
    id: text().$type<AccountId>().primaryKey(),
    tenantId: text("tenant_id").notNull(),
    personId: text("person_id").$type<PersonId>(),
    connectionId: text("connection_id").$type<ConnectionId>().notNull(),
    externalId: text("external_id").notNull(),
    name: text().notNull(),
    emails: text().array().notNull().default([]),
    phone: text(),
    sip: text(),
    mobile: text(),
    matchedBy: text("matched_by").$type<"email" | "admin" | "alone" | "ambiguous">().notNull(),
    active: boolean().notNull().default(true),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [unique().on(table.connectionId, table.externalId)],
);

export const apiKeys = pgTable("api_keys", {
  id: text().$type<Id<"key">>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  name: text().notNull(),
  hash: text().notNull(),
  scopes: text().array().notNull(),
  createdAt: instant("created_at").notNull(),
  expiresAt: instant("expires_at"),
  revokedAt: instant("revoked_at"),
});

export const signIns = pgTable("sign_ins", {
  id: text().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  kind: text().$type<"experts" | "admins" | "agents">().notNull(),
  issuer: text().notNull(),
  audience: text().notNull(),
  directoryId: text("directory_id"),
  connectionId: text("connection_id").$type<ConnectionId>(),
  settingsSealed: text("settings_sealed"),
});

export const platformTokens = pgTable(
  "platform_tokens",
  {
    tenantId: text("tenant_id").notNull(),
    connectionId: text("connection_id").$type<ConnectionId>().notNull(),
    key: text().notNull(),
    sealed: text().notNull(),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.key] })],
);

export const inboundEvents = pgTable(
  "inbound_events",
  {
    tenantId: text("tenant_id").notNull(),
    connectionId: text("connection_id").$type<ConnectionId>().notNull(),
    eventId: text("event_id").notNull(),
    receivedAt: instant("received_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.connectionId, table.eventId] })],
);
