/** What a flow asks: who is there and what they want. */
import { z } from "zod";
import type { Channel } from "../platform/contract.ts";
import { e164 } from "./line-schema.ts";

export const channels = [
  "voice",
  "video",
  "chat",
  "messaging",
  "email",
  "social",
] as const satisfies readonly Channel[];
const word = z.string().min(1).max(80);

export const requestSchema = z.strictObject({
  intent: word.optional().describe("What the customer wants, as the flow calls it"),
  skill: word.optional().describe("Where the flow knows it already"),
  channel: z.enum(channels).default("voice"),
  caller: z
    .string()
    .max(120)
    .optional()
    .describe(
      "Phone number, address or customer number: whoever helped them before comes first. Kept as a keyed digest",
    ),
  tier: word.optional(),
  language: z.string().max(20).optional(),
  site: word.optional(),
  line: e164.optional().describe("The direct number that was called"),
  queue: z.string().min(1).max(200).optional().describe("Where the flow would send them otherwise"),
  waits: z
    .record(z.string().max(200), z.number().int().min(0))
    .optional()
    .describe("How long the wait in which queue is, in milliseconds, as far as the flow knows"),
  except: z.array(z.string().max(60)).max(50).optional().describe("People who were tried already"),
  journey: z.string().max(60).optional().describe("The journeyId of an earlier decision about the same customer"),
});
export type Request = z.output<typeof requestSchema>;
