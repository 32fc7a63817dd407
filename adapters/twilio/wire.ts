/** What we read of Twilio's resources. Names and values are Twilio's own; what we do not use is left out. */
import { z } from "zod";

const text = z.string().nullish();

export const participant = z.looseObject({
  call_sid: z.string(),
  label: text,
  hold: z.boolean().nullish(),
  coaching: z.boolean().nullish(),
  end_conference_on_exit: z.boolean().nullish(),
  status: text,
  date_created: text,
});
export type Participant = z.output<typeof participant>;

export const conference = z.looseObject({ sid: z.string(), status: text, date_created: text });
export type Conference = z.output<typeof conference>;

export const call = z.looseObject({
  sid: z.string(),
  status: text,
  direction: text,
  date_created: text,
});
export type Call = z.output<typeof call>;

export const task = z.looseObject({
  sid: z.string(),
  assignment_status: text,
  attributes: text,
  task_channel_unique_name: text,
  task_queue_friendly_name: text,
  workflow_sid: text,
  date_created: text,
  date_updated: text,
});
export type Task = z.output<typeof task>;

export const reservation = z.looseObject({
  worker_sid: z.string(),
  reservation_status: text,
  date_created: text,
});
export type Reservation = z.output<typeof reservation>;

export const worker = z.looseObject({
  sid: z.string(),
  friendly_name: text,
  activity_sid: text,
  activity_name: text,
  available: z.boolean().nullish(),
  /** Null in lists: Twilio shows it only when the one worker is fetched. */
  attributes: text,
});
export type Worker = z.output<typeof worker>;

export const activity = z.looseObject({
  sid: z.string(),
  friendly_name: z.string(),
  available: z.boolean(),
});
export type Activity = z.output<typeof activity>;

export const sink = z.looseObject({
  sid: z.string(),
  sink_type: text,
  status: text,
  sink_configuration: z.unknown(),
});
export const subscription = z.looseObject({ sid: z.string(), sink_sid: text });
export const subscribedEvent = z.looseObject({ type: z.string() });

/** A JSON text that should hold an object; anything else counts as empty. */
export function readObject(json: string | null | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(json ?? "");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

/** RFC 2822 or ISO 8601, whichever the resource uses. */
export function readDate(value: string | null | undefined): Date | undefined {
  const date = new Date(value ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
