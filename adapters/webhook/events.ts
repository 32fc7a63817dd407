import type { EventsPort } from "../../src/platform/contract.ts";
import { findForgery } from "../../src/platform/signature.ts";
import { describeIssue, type Settings } from "./request.ts";
import { toEvent } from "./translate.ts";
import { event, eventBatch, type WireEvent } from "./wire.ts";

const bodyBytesMax = 1_000_000;

export const events: EventsPort<Settings> = {
  async receive(c, { method, headers, body }) {
    if (method !== "POST") return { rejected: "events come by POST" };
    if (body.length > bodyBytesMax)
      return { rejected: "the body is larger than a megabyte: send fewer events at once" };
    const forgery = await findForgery([c.settings.secret], { headers, body, now: c.now() });
    if (forgery) return { rejected: forgery };
    if (!/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? ""))
      return { rejected: "content-type must be application/json" };
    const read = readEvents(body);
    return typeof read === "string" ? { rejected: read } : { events: read.map(toEvent) };
  },
};

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** The events of a body, or what is wrong with it: which member, and what was expected there. */
function readEvents(body: Uint8Array): WireEvent[] | string {
  let json: unknown;
  try {
    json = JSON.parse(utf8.decode(body));
  } catch {
    return "the body is not JSON in UTF-8";
  }
  const isBatch = typeof json === "object" && json !== null && "events" in json;
  const parsed = isBatch ? eventBatch.safeParse(json) : event.safeParse(json);
  if (!parsed.success) return parsed.error.issues.slice(0, 3).map(describeIssue).join("; ");
  return "events" in parsed.data ? parsed.data.events : [parsed.data];
}
