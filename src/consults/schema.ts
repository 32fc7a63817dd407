import { bigint, boolean, integer, jsonb, pgTable, text, timestamp } from "drizzle-orm/pg-core";
import type {
  AccountId,
  CommandId,
  ConnectionId,
  ConsultId,
  ContextId,
  InteractionId,
  JourneyId,
  OfferId,
  PersonId,
} from "../ids.ts";
import type { CallCommand, CallOperation, CardPlace, InteractionSnapshot, JoinWay } from "../platform/contract.ts";
import type { Kind, OfferState, Result, State } from "./model.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

/** One customer conversation, as its platform last described it. */
export const interactions = pgTable("interactions", {
  id: text().$type<InteractionId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  connectionId: text("connection_id").$type<ConnectionId>().notNull(),
  ref: text().notNull(),
  rootRef: text("root_ref").notNull(),
  journeyId: text("journey_id").$type<JourneyId>().notNull(),
  channel: text().$type<InteractionSnapshot["channel"]>().notNull(),
  state: text().$type<InteractionSnapshot["state"]>().notNull(),
  snapshot: jsonb().$type<unknown>().notNull(),
  sequence: bigint({ mode: "number" }),
  observedAt: instant("observed_at").notNull(),
  agentPersonId: text("agent_person_id").$type<PersonId>(),
  startedAt: instant("started_at").notNull(),
  endedAt: instant("ended_at"),
  /** When names and details were deleted. */
  forgottenAt: instant("forgotten_at"),
});

export const consults = pgTable("consults", {
  id: text().$type<ConsultId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  interactionId: text("interaction_id").$type<InteractionId>().notNull(),
  journeyId: text("journey_id").$type<JourneyId>().notNull(),
  agentPersonId: text("agent_person_id").$type<PersonId>().notNull(),
  expertPersonId: text("expert_person_id").$type<PersonId>(),
  contextId: text("context_id").$type<ContextId>(),
  kind: text().$type<Kind>().notNull(),
  state: text().$type<State>().notNull(),
  result: text().$type<Result>(),
  skill: text(),
  /** What the customer came for, as the contact center calls it. */
  intent: text(),
  /** Where a meeting is joined, by everybody in it. */
  joinUrl: text("join_url"),
  /** On which platform, and in which ways the agent's own browser may join there. */
  joinConnectionId: text("join_connection_id").$type<ConnectionId>(),
  joinWays: text("join_ways").array().$type<JoinWay[]>().notNull().default([]),
  /** The lifecycle's own facts, see machine.ts; the columns beside it are for finding and listing. */
  machine: jsonb().$type<unknown>().notNull(),
  version: integer().notNull().default(1),
  requestedAt: instant("requested_at").notNull(),
  changedAt: instant("changed_at").notNull(),
  endedAt: instant("ended_at"),
});

/** As whom the agent's browser calls, for the length of one consult. Tokens are kept nowhere. */
export const callers = pgTable("callers", {
  consultId: text("consult_id").$type<ConsultId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  connectionId: text("connection_id").$type<ConnectionId>().notNull(),
  /** The platform's own name for it; absent until the platform has made one. */
  ref: text(),
  goodUntil: instant("good_until"),
  /** Tokens asked for since. */
  asked: integer().notNull(),
  askedSince: instant("asked_since").notNull(),
});

export const offers = pgTable("offers", {
  id: text().$type<OfferId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  consultId: text("consult_id").$type<ConsultId>().notNull(),
  personId: text("person_id").$type<PersonId>().notNull(),
  accountId: text("account_id").$type<AccountId>(),
  position: integer().notNull(),
  state: text().$type<OfferState>().notNull(),
  /** Asked to join an expert who is there already. */
  joins: boolean().notNull().default(false),
  /** When they left a consult that goes on with others. */
  leftAt: instant("left_at"),
  /** Why this person stands where they stand, as codes with numbers. */
  why: jsonb().$type<unknown[]>().notNull().default([]),
  place: jsonb().$type<CardPlace>(),
  /** Digest of the card last put before the expert. */
  shown: text(),
  askedAt: instant("asked_at"),
  answeredAt: instant("answered_at"),
  /** How it went, in the expert's word, and when they said so. */
  outcome: text().$type<"solved" | "partly" | "not-solved">(),
  outcomeAt: instant("outcome_at"),
});

export const commands = pgTable("commands", {
  id: text().$type<CommandId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  consultId: text("consult_id").$type<ConsultId>().notNull(),
  operation: text().$type<CallOperation>().notNull(),
  args: jsonb().$type<CallCommand>().notNull(),
  state: text().$type<"asked" | "sent" | "done" | "accepted" | "refused" | "unknown">().notNull(),
  reason: text(),
  attempts: integer().notNull().default(0),
  askedAt: instant("asked_at").notNull(),
  sentAt: instant("sent_at"),
  settledAt: instant("settled_at"),
  /** `desk`: the agent's browser carries it out. Whose desk has it, and until when desks may claim it and tell. */
  executor: text().$type<"server" | "desk">().notNull().default("server"),
  holder: text(),
  claimUntil: instant("claim_until"),
  outcomeUntil: instant("outcome_until"),
});

export const timeline = pgTable("timeline", {
  id: bigint({ mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  tenantId: text("tenant_id").notNull(),
  consultId: text("consult_id").$type<ConsultId>().notNull(),
  at: instant("at").notNull(),
  what: text().notNull(),
  data: jsonb().$type<Record<string, unknown>>().notNull().default({}),
});

/** Answers to questions, sealed like contexts. */
export const replies = pgTable("replies", {
  id: text().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  consultId: text("consult_id").$type<ConsultId>().notNull(),
  personId: text("person_id").$type<PersonId>().notNull(),
  sealed: text().notNull(),
  createdAt: instant("created_at").notNull(),
});
