import { bigint, integer, pgTable, primaryKey, text, timestamp } from "drizzle-orm/pg-core";
import type { Id } from "../ids.ts";

const instant = (name: string) => timestamp(name, { withTimezone: true });
export type EndpointId = Id<"whe">;
export type MessageId = Id<"msg">;

export const webhookEndpoints = pgTable("webhook_endpoints", {
  id: text().$type<EndpointId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  url: text().notNull(),
  description: text().notNull().default(""),
  events: text().array().notNull(),
  secretsSealed: text("secrets_sealed").notNull(),
  disabledAt: instant("disabled_at"),
  /** `admin`: switched off. `gone`: it answered 410. `failing`: nothing but failures for days. */
  disabledWhy: text("disabled_why").$type<"admin" | "gone" | "failing">(),
  failingSince: instant("failing_since"),
  createdAt: instant("created_at").notNull(),
});

export const webhookMessages = pgTable("webhook_messages", {
  id: text().$type<MessageId>().primaryKey(),
  tenantId: text("tenant_id").notNull(),
  position: bigint({ mode: "number" }).generatedAlwaysAsIdentity(),
  type: text().notNull(),
  /** What it is about, e.g. a consult's id: messages about one thing are sent one after the other. */
  subject: text().notNull(),
  body: text().notNull(),
  createdAt: instant("created_at").notNull(),
});

export const deliveryStates = ["waiting", "delivered", "dead", "superseded"] as const;
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    endpointId: text("endpoint_id").$type<EndpointId>().notNull(),
    messageId: text("message_id").$type<MessageId>().notNull(),
    tenantId: text("tenant_id").notNull(),
    state: text().$type<(typeof deliveryStates)[number]>().notNull(),
    attempts: integer().notNull().default(0),
    attemptAt: instant("attempt_at").notNull(),
    attemptedAt: instant("attempted_at"),
    status: integer(),
    error: text(),
  },
  (table) => [primaryKey({ columns: [table.endpointId, table.messageId] })],
);
