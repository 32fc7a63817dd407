import type { MeetingEnd } from "../../src/platform/contract.ts";
import { askGraph } from "./graph.ts";
import { grant } from "./permissions.ts";
import type { TeamsConnection, TeamsSettings } from "./settings.ts";

/** How far ahead is looked: somebody who is taken for longer than this is taken, and it is not said until when. */
const aheadMs = 12 * 3_600_000;
/** Of one person in twelve hours; Graph gives ten unless asked. */
const eventsMax = 50;

/** All that is asked for: neither subject nor place nor people nor text. */
const fields = "start,end,showAs,isAllDay,isCancelled,isOnlineMeeting";

type GraphEvent = {
  start?: { dateTime: string; timeZone: string } | null;
  end?: { dateTime: string; timeZone: string } | null;
  showAs?: string | null;
  isAllDay?: boolean | null;
  isCancelled?: boolean | null;
  isOnlineMeeting?: boolean | null;
};
type Slot = { from: number; to: number; online: boolean };

export const tellsMeetings = ({ features }: TeamsSettings): boolean => features.includes("calendar");

/**
 * Until when somebody's calendar has them in meetings, from now on and without a gap.
 * GET /users/{id}/calendarView; needs Calendars.ReadBasic.All. Instants are in UTC unless asked for otherwise. Limit: 10,000
 * requests in 10 minutes and 4 at a time, each app and mailbox. 404: this person has no mailbox there.
 * Source: Microsoft Graph reference, "List calendarView", "event resource type"; throttling limits, Outlook.
 */
export async function meetingEnd(c: TeamsConnection, account: string): Promise<MeetingEnd | undefined> {
  if (!tellsMeetings(c.settings)) return undefined;
  const now = c.now();
  const query = {
    startDateTime: now.toISOString(),
    endDateTime: new Date(now.getTime() + aheadMs).toISOString(),
  };
  const { value } = await askGraph<{ value: GraphEvent[] }>(c, { lane: "bulk", fix: grant("calendar") }, (api) =>
    api(`/users/${encodeURIComponent(account)}/calendarView`)
      .query(query)
      .select(fields)
      .orderby("start/dateTime")
      .top(eventsMax)
      .get(),
  );
  return endOf(value.flatMap(toSlot), now.getTime());
}

/** Whatever takes somebody's time. All day long is a note, not a meeting. */
const taking = ["busy", "tentative", "oof"];

function toSlot({ start, end, showAs, isAllDay, isCancelled, isOnlineMeeting }: GraphEvent): Slot[] {
  if (isAllDay || isCancelled || !taking.includes(showAs ?? "")) return [];
  const [from, to] = [instantOf(start), instantOf(end)];
  return from === undefined || to === undefined ? [] : [{ from, to, online: isOnlineMeeting === true }];
}

/** `2026-11-30T14:30:00.0000000` and a zone beside it. */
function instantOf(time: GraphEvent["start"]): number | undefined {
  const at = time?.timeZone === "UTC" ? Date.parse(`${time.dateTime.replace(/(\.\d{3})\d*$/, "$1")}Z`) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** The end of what goes on now and of all that follows it at once. */
export function endOf(slots: readonly Slot[], now: number): MeetingEnd | undefined {
  const going = slots.filter(({ from, to }) => from <= now && to > now);
  if (going.length === 0) return undefined;
  let until = now;
  for (const { from, to } of slots.toSorted((a, b) => a.from - b.from)) if (from <= until && to > until) until = to;
  if (until - now > aheadMs) return undefined;
  return { until: new Date(until), online: going.some(({ online }) => online) };
}
