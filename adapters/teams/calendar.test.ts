import { describe, expect, it } from "vitest";
import { meetingEnd } from "./calendar.ts";
import { countRequests, jonas, marta, minute, startsAt, stranger, useMicrosoft } from "./fake/test-world.ts";
import type { FakeEvent } from "./fake/world.ts";

const microsoft = useMicrosoft({ users: [jonas, marta] });
const at = (minutes: number) => new Date(startsAt.getTime() + minutes * minute);
const event = (from: number, to: number, change: Partial<FakeEvent> = {}): FakeEvent => ({
  subject: "Secret plans",
  start: at(from),
  end: at(to),
  ...change,
});
const granted = ["User.Read.All", "Presence.Read.All", "Calendars.ReadBasic.All"];

function connected(events: FakeEvent[], features: ("hold" | "meetings" | "calendar")[] = ["calendar"]) {
  const { fake, connect } = microsoft.world;
  fake.setRoles(granted);
  fake.updateUser(jonas.id, { events });
  return { fake, c: connect({ features }) };
}

describe("until when somebody is in a meeting", () => {
  it.each([
    ["one that goes on", [event(-10, 30)], 30],
    ["those that follow without a gap", [event(-10, 30), event(30, 60), event(45, 90), event(100, 120)], 90],
    ["a long one around a short one", [event(-10, 10), event(-60, 120)], 120],
    [
      "what is not certain yet, and being away",
      [event(-10, 15, { showAs: "tentative" }), event(15, 20, { showAs: "oof" })],
      20,
    ],
  ])("is told by %s", async (_what, events, minutes) => {
    expect(await meetingEnd(connected(events).c, jonas.id)).toEqual({ until: at(minutes), online: false });
  });

  it.each([
    ["nothing", []],
    ["what is over", [event(-30, -10)]],
    ["what is still to come", [event(10, 30)]],
    ["what is cancelled", [event(-10, 30, { isCancelled: true })]],
    ["what lasts all day", [event(-600, 840, { isAllDay: true })]],
    ["time shown as free", [event(-10, 30, { showAs: "free" })]],
    ["work somewhere else", [event(-10, 30, { showAs: "workingElsewhere" })]],
    ["what lasts longer than is looked ahead", [event(-10, 13 * 60)]],
  ])("is not told by %s", async (_what, events) => {
    expect(await meetingEnd(connected(events).c, jonas.id)).toBeUndefined();
  });

  it("knows a meeting that takes place on Teams itself", async () => {
    const { c } = connected([event(-10, 30, { isOnlineMeeting: true }), event(30, 60)]);
    expect(await meetingEnd(c, jonas.id)).toEqual({ until: at(60), online: true });
  });

  it("is read without subject, place, people or text", async () => {
    const { fake, c } = connected([event(-10, 30)]);
    const answers: string[] = [];
    const listening = {
      ...c,
      fetch: async (...asked: Parameters<typeof c.fetch>) => {
        const answer = await c.fetch(...asked);
        answers.push(await answer.clone().text());
        return answer;
      },
    };
    expect(await meetingEnd(listening, jonas.id)).toBeDefined();
    expect(answers.join()).toContain("showAs");
    expect(answers.join()).not.toContain("Secret plans");
    expect(countRequests(fake, /calendarView/)).toBe(1);
  });

  it("is not asked for where the feature is off", async () => {
    const { fake, c } = connected([event(-10, 30)], ["hold", "meetings"]);
    expect(await meetingEnd(c, jonas.id)).toBeUndefined();
    expect(countRequests(fake, /calendarView/)).toBe(0);
  });

  it("needs its own permission, and the refusal names it", async () => {
    const { fake, c } = connected([event(-10, 30)]);
    fake.setRoles(["User.Read.All", "Presence.Read.All"]);
    await expect(meetingEnd(c, jonas.id)).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining("Calendars.ReadBasic.All"),
    });
  });

  it.each([
    ["who has no mailbox", marta.id],
    ["who is not there", stranger],
  ])("of somebody %s is not found", async (_who, id) => {
    const { fake, c } = connected([]);
    fake.updateUser(marta.id, { hasMailbox: false });
    await expect(meetingEnd(c, id)).rejects.toMatchObject({ code: "not_found", retry: false });
  });

  it("a lost answer is Microsoft's silence", async () => {
    const { fake, c } = connected([event(-10, 30)]);
    fake.fail.next({ path: /calendarView/, applyThenDrop: true });
    await expect(meetingEnd(c, jonas.id)).rejects.toMatchObject({ code: "platform_unavailable", retry: true });
  });
});
