import { pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { ConsultId, Id, InteractionId, PersonId } from "../ids.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });

export type AnswerId = Id<"ans">;
/** `proposed`: waits for its author. Only what its author has approved is found by others. */
export const answerStates = ["proposed", "approved", "retired"] as const;
export type AnswerState = (typeof answerStates)[number];

/** An answer kept for the next time, redacted before it is written. */
export const savedAnswers = pgTable("saved_answers", {
  id: text().$type<AnswerId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  authorId: text("author_id").$type<PersonId>().notNull(),
  consultId: text("consult_id").$type<ConsultId>(),
  skill: text(),
  question: text().notNull(),
  answer: text().notNull(),
  state: text().$type<AnswerState>().notNull(),
  proposedBy: text("proposed_by").notNull(),
  createdAt: instant("created_at").notNull(),
  approvedAt: instant("approved_at"),
});

export const savedAnswerWords = pgTable(
  "saved_answer_words",
  {
    tenantId: text("tenant_id").notNull(),
    word: text().notNull(),
    answerId: text("answer_id").$type<AnswerId>().notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenantId, table.word, table.answerId] })],
);

/** A saved answer helped: counted once for each customer conversation. */
export const answerUses = pgTable(
  "answer_uses",
  {
    answerId: text("answer_id").$type<AnswerId>().notNull(),
    tenantId: text("tenant_id").notNull(),
    interactionId: text("interaction_id").$type<InteractionId>().notNull(),
    personId: text("person_id").$type<PersonId>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.answerId, table.interactionId] })],
);
