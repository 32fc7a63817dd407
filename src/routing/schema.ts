import { boolean, integer, jsonb, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { AccountId, Id, InteractionId, JourneyId, PersonId } from "../ids.ts";
import type { CardPlace } from "../platform/contract.ts";
import type { LineDefinition } from "./line-schema.ts";
import type { RuleSet } from "./rules.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });
export type LineId = Id<"lin">;
export type DecisionId = Id<"rtd">;
export type CallbackId = Id<"cbk">;

/** Only ever added to: the highest version holds. */
export const routingRules = pgTable(
  "routing_rules",
  {
    tenantId: text("tenant_id").notNull(),
    version: integer().notNull(),
    rules: jsonb().$type<RuleSet>().notNull(),
    createdAt: instant("created_at").notNull(),
    createdBy: text("created_by").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.version] })],
);

export const lines = pgTable("lines", {
  id: text().$type<LineId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  number: text().notNull(),
  definition: jsonb().$type<LineDefinition>().notNull(),
  changedAt: instant("changed_at").notNull(),
});

export const contactKinds = ["expert", "queue", "number", "callback", "none"] as const;
export const outcomes = ["answered", "no-answer", "busy", "abandoned"] as const;
export const routingDecisions = pgTable("routing_decisions", {
  id: text().$type<DecisionId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  journeyId: text("journey_id").$type<JourneyId>().notNull(),
  lineId: text("line_id").$type<LineId>(),
  callerHash: text("caller_hash"),
  intent: text(),
  channel: text().notNull(),
  rule: text(),
  chosen: text().$type<(typeof contactKinds)[number]>().notNull(),
  personId: text("person_id").$type<PersonId>(),
  /** The ids and codes of the answer, without names and numbers. */
  answer: jsonb().$type<Record<string, unknown>>().notNull(),
  decidedAt: instant("decided_at").notNull(),
  interactionId: text("interaction_id").$type<InteractionId>(),
  outcome: text().$type<(typeof outcomes)[number]>(),
  outcomeAt: instant("outcome_at"),
});

export const callbackOutcomes = ["reached", "not-reached", "cancelled"] as const;
export const callbacks = pgTable("callbacks", {
  id: text().$type<CallbackId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  lineId: text("line_id").$type<LineId>(),
  decisionId: text("decision_id").$type<DecisionId>(),
  journeyId: text("journey_id").$type<JourneyId>().notNull(),
  /** Whose turn it is. */
  personId: text("person_id").$type<PersonId>(),
  /** The number, the name and what it is about; gone once it is over. */
  sealed: text(),
  callerHash: text("caller_hash"),
  state: text().$type<"open" | "claimed" | "done" | "lost">().notNull(),
  outcome: text().$type<(typeof callbackOutcomes)[number]>(),
  attempts: integer().notNull().default(0),
  dueAt: instant("due_at").notNull(),
  createdAt: instant("created_at").notNull(),
  changedAt: instant("changed_at").notNull(),
});

/** Who was asked, and where the card of each stands. */
export const callbackTurns = pgTable(
  "callback_turns",
  {
    callbackId: text("callback_id").$type<CallbackId>().notNull(),
    personId: text("person_id").$type<PersonId>().notNull(),
    tenantId: text("tenant_id").notNull(),
    askedAt: instant("asked_at").notNull(),
    /** They gave it to the next by their own hand. */
    passedAt: instant("passed_at"),
    accountId: text("account_id").$type<AccountId>(),
    place: jsonb().$type<CardPlace>(),
    shown: text(),
    /** Asked once more: the old card goes and a new one is delivered. */
    again: boolean().notNull().default(false),
  },
  (table) => [primaryKey({ columns: [table.callbackId, table.personId] })],
);
