/** A direct number as data, for the API and for the declarative file alike. */
import { z } from "zod";
import { enrolmentSchema } from "../experts/enrolment-schema.ts";

export const e164 = z.string().regex(/^\+[1-9]\d{6,14}$/, "wants a number such as +46701234567");

const facts = {
  name: z.string().min(1).max(120),
  site: z.string().max(80).optional().describe("The branch: its holidays count, and who covers it"),
  skill: z.string().max(80).optional().describe("What callers want as a rule; counts in the order"),
  hours: enrolmentSchema.shape.roster.describe(
    "When it is open: hours and exceptions in its time zone; absent: always",
  ),
  cover: z.array(e164).max(5).optional().describe("Lines whose members stand in, in this order"),
  queue: z.string().min(1).max(200).optional().describe("The contact center's queue when nobody can be reached"),
  callbackWithinMs: z
    .number()
    .int()
    .min(60_000)
    .max(7 * 86_400_000)
    .optional()
    .describe("Absent: an hour"),
  ringMs: z.number().int().min(5_000).max(120_000).optional(),
};
export const lineSchema = z.strictObject({ ...facts, members: z.array(z.string().max(60)).max(50) });
export type LineDefinition = z.output<typeof lineSchema>;
/** In the declarative file members are named by their addresses. */
export const plannedLineSchema = z.strictObject({ number: e164, ...facts, members: z.array(z.email()).max(50) });
