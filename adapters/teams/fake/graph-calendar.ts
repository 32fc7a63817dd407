import { Hono } from "hono";
import { contextOf, type GraphEnv, GraphFault, needs, userInPath } from "./graph-request.ts";
import type { FakeEvent, World } from "./world.ts";

const readers = ["Calendars.ReadBasic.All", "Calendars.Read", "Calendars.ReadWrite"];
/** What the narrowest permission shows; bodies, attachments and extensions it does not. */
const shown = ["id", "subject", "start", "end", "showAs", "isAllDay", "isCancelled", "isOnlineMeeting"] as const;
const pageSize = 10;

/** Calendars, in UTC, as Graph gives them without a `Prefer` header. */
export function createCalendarRoutes(world: World) {
  const app = new Hono<GraphEnv>();
  app.get("/users/:user/calendarView", needs(...readers), (c) => {
    const { hasMailbox = true, events = [] } = userInPath(world, c);
    if (!hasMailbox)
      throw new GraphFault(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive or soft-deleted.");
    const [from, to] = [readInstant(c.req.query("startDateTime")), readInstant(c.req.query("endDateTime"))];
    const top = Number(c.req.query("$top") ?? pageSize);
    if (!Number.isInteger(top) || top < 1 || top > 1000)
      throw new GraphFault(400, "ErrorInvalidParameter", "The value of $top is out of range.");
    if (c.req.query("$orderby") !== undefined && c.req.query("$orderby") !== "start/dateTime")
      throw new GraphFault(400, "ErrorInvalidUrlQuery", "This order is not supported.");
    const fields = readFields(c.req.query("$select"));
    const value = events
      .filter(({ start, end }) => start < to && end > from)
      .toSorted((a, b) => a.start.getTime() - b.start.getTime())
      .slice(0, top)
      .map((event) => pick(event, fields));
    return c.json({ "@odata.context": contextOf(world, "users('…')/calendarView"), value });
  });
  return app;
}

function readInstant(text: string | undefined): Date {
  const at = new Date(text ?? "");
  if (!text || Number.isNaN(at.getTime()))
    throw new GraphFault(400, "ErrorInvalidParameter", "The values of startDateTime and endDateTime must be given.");
  return at;
}

function readFields(text: string | undefined): readonly string[] {
  const fields = text?.split(",");
  const strange = fields?.find((field) => !shown.some((known) => known === field));
  if (strange) throw new GraphFault(400, "BadRequest", `Could not find a property named '${strange}' on type 'event'.`);
  return fields ?? shown;
}

const timeOf = (at: Date) => ({ dateTime: at.toISOString().replace("Z", "0000"), timeZone: "UTC" });

function pick(event: FakeEvent, fields: readonly string[]): Record<string, unknown> {
  const { subject, showAs = "busy", isAllDay = false, isCancelled = false, isOnlineMeeting = false } = event;
  const whole = { subject, start: timeOf(event.start), end: timeOf(event.end), showAs, isAllDay, isCancelled };
  const chosen = Object.entries({ ...whole, isOnlineMeeting }).filter(([name]) => fields.includes(name));
  return { "@odata.etag": 'W/"1"', id: `AAMk${event.start.getTime()}`, ...Object.fromEntries(chosen) };
}
