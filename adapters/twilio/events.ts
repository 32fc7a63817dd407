import { z } from "zod";
import type { EventsPort, PlatformEvent } from "../../src/platform/contract.ts";
import { recallFloor } from "./memory.ts";
import { ofAnswer, ofCall, ofConference, ofTaskRouter, type TaskRouterEvent } from "./push.ts";
import type { Settings, Twilio } from "./settings.ts";
import { findForgery } from "./signature.ts";
import { subscribe } from "./subscribe.ts";
import { readDate } from "./wire.ts";

const bodyBytesMax = 1_000_000;

const text = z.string().nullish();
/** A CloudEvent of Event Streams. What is in `payload` is TaskRouter's own event. */
const cloudEvent = z.looseObject({
  id: z.string(),
  type: z.string(),
  time: text,
  data: z.looseObject({
    payload: z
      .looseObject({
        sid: text,
        timestamp: text,
        worker_sid: text,
        worker_activity_name: text,
        worker_activity_sid: text,
        task_sid: text,
        task_channel_unique_name: text,
      })
      .optional(),
  }),
});

const streamPrefix = "com.twilio.taskrouter.";

function fromStream(c: Twilio, value: unknown): TaskRouterEvent[] {
  const parsed = cloudEvent.safeParse(value);
  const { id, type, time, data } = parsed.data ?? {};
  const payload = data?.payload;
  if (!id || !type?.startsWith(streamPrefix) || !payload) return [];
  return [
    {
      sid: payload.sid ?? id,
      type: type.slice(streamPrefix.length),
      at: readDate(payload.timestamp) ?? readDate(time) ?? c.now(),
      worker: payload.worker_sid ?? undefined,
      activity: activityOf(payload.worker_activity_name, payload.worker_activity_sid),
      task: payload.task_sid ?? undefined,
      channel: payload.task_channel_unique_name ?? undefined,
    },
  ];
}

function fromForm(c: Twilio, form: URLSearchParams): TaskRouterEvent {
  const value = (name: string) => form.get(name) ?? undefined;
  const ms = Number(value("TimestampMs") ?? Number.NaN);
  return {
    sid: value("Sid") ?? `${value("ResourceSid")}:${value("Timestamp")}:${value("EventType")}`,
    type: value("EventType") ?? "",
    at: Number.isSafeInteger(ms) ? new Date(ms) : c.now(),
    worker: value("WorkerSid"),
    activity: activityOf(value("WorkerActivityName"), value("WorkerActivitySid")),
    task: value("TaskSid"),
    channel: value("TaskChannelUniqueName"),
  };
}

const activityOf = (name: string | null | undefined, sid: string | null | undefined): TaskRouterEvent["activity"] =>
  name ? { name, sid: sid ?? undefined } : undefined;

async function readForm(c: Twilio, form: URLSearchParams, url: string): Promise<PlatformEvent[]> {
  if (form.has("EventType")) return ofTaskRouter(fromForm(c, form), await recallFloor(c));
  if (form.has("AnsweredBy")) return ofAnswer(c, form, url);
  return form.has("ConferenceSid") && !form.has("CallStatus") ? ofConference(form) : ofCall(form, url);
}

async function readStream(c: Twilio, body: string): Promise<PlatformEvent[] | string> {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return "the body is neither a form nor JSON";
  }
  const floor = await recallFloor(c);
  const read = (Array.isArray(json) ? json : [json]).flatMap((one) => fromStream(c, one));
  const once = new Map(read.map((event) => [event.sid, event]));
  return [...once.values()].flatMap((event) => ofTaskRouter(event, floor));
}

export const events: EventsPort<Settings> = {
  subscribe,
  async receive(c, { method, url, headers, body }) {
    if (method !== "POST") return { rejected: "callbacks come by POST" };
    if (body.length > bodyBytesMax) return { rejected: "the body is larger than a megabyte" };
    const forgery = await findForgery(c.settings.authToken, { url, headers, body });
    if (forgery) return { rejected: forgery };
    const content = new TextDecoder().decode(body);
    const isForm = /^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get("content-type") ?? "");
    const read = isForm ? await readForm(c, new URLSearchParams(content), url) : await readStream(c, content);
    return typeof read === "string" ? { rejected: read } : { events: read };
  },
};
