/** What an enrolment may say, for the API and for the declarative file alike. */
import { z } from "zod";
import { timeZone } from "../locale.ts";

const time = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "wants HH:MM");
const hours = { from: time, to: time };
const skill = z.string().min(1).max(80);

export const enrolmentSchema = z.strictObject({
  skills: z.record(skill, z.number().int().min(1).max(5)),
  languages: z.array(z.string().max(20)).max(20).optional(),
  accepting: z.boolean().optional(),
  roster: z
    .strictObject({
      timeZone: timeZone.optional(),
      hours: z
        .array(
          z.strictObject({
            days: z.array(z.number().int().min(1).max(7)).max(7),
            ...hours,
            skill: skill.optional(),
            site: z.string().max(80).optional(),
          }),
        )
        .max(50)
        .optional(),
      exceptions: z
        .array(z.strictObject({ date: z.iso.date(), hours: z.array(z.strictObject(hours)).max(10) }))
        .max(400)
        .optional(),
    })
    .optional(),
  quota: z
    .strictObject({
      perMonth: z.number().int().min(0).optional(),
      concurrent: z.number().int().min(1).optional(),
      coolDownMs: z.number().int().min(0).optional(),
      hard: z.boolean().optional(),
    })
    .optional(),
});
