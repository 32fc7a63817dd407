/** "In a meeting until 14:30": told where an organization lets us look, of those who are on a screen, and of nobody else. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { languages } from "../../teams/texts/index.ts";
import type { ExpertView } from "../../views.ts";
import { createTestService, jonas, marta, type TestService } from "../service.ts";

const minute = 60_000;
let service: TestService;
const ids: Record<string, string> = {};

beforeAll(async () => {
  service = await createTestService();
  const token = await service.deskToken();
  for (const { name } of [jonas, marta]) {
    const { body } = await service.ask("GET", `/v1/experts?q=${name.split(" ")[0]}`, { token });
    ids[name] = String(body.items?.[0]?.personId);
  }
});
afterAll(() => service?.close());
beforeEach(async () => {
  await setUp(["hold", "meetings", "calendar"]);
  service.microsoft.setUserStatus(jonas.id, "Available");
  await service.pass(10_000);
  await service.sql`delete from meeting_ends`;
});

async function setUp(features: string[]): Promise<void> {
  const { body } = await service.ask("GET", "/v1/connections");
  const name = encodeURIComponent(String(body.items?.find((one) => one.adapter === "teams")?.name));
  const settings = service.microsoft.settings({ features: features as never });
  await service.ask("PUT", `/v1/connections/${name}`, { body: { adapter: "teams", settings } });
  await service.settle();
}
const reasonOf = async (name = jonas.name) => {
  const { body } = await service.ask("GET", `/v1/experts/${ids[name]}`, { token: await service.deskToken() });
  return (body as unknown as ExpertView).reachability.reasons[0];
};
const looks = () => service.microsoft.requests.filter(({ path }) => path.includes("/calendarView")).length;
/** From ten minutes ago for this many more. */
function meets(minutes: number, change: object = {}): string {
  const now = service.clock.now().getTime();
  const end = new Date(now + minutes * minute);
  const event = { subject: "Secret plans", start: new Date(now - 10 * minute), end, ...change };
  service.microsoft.updateUser(jonas.id, { events: [event] });
  return end.toISOString();
}
/** Everything has been so for so many minutes longer. */
async function agesBy(minutes: number): Promise<void> {
  const by = `${minutes} min`;
  await service.sql`
    update meeting_ends set asked_at = asked_at - ${by}::interval, looked_at = looked_at - ${by}::interval`;
  await service.sql`update presences set changed_at = changed_at - ${by}::interval`;
}
async function shows(activity: "InAMeeting" | "InAConferenceCall" | "InACall"): Promise<void> {
  service.microsoft.setUserStatus(jonas.id, "Busy", activity);
  await service.pass(10_000);
}

it("is there a moment after somebody has looked, and only the end is kept", async () => {
  const until = meets(30);
  await shows("InAMeeting");
  expect(looks()).toBe(0);
  expect(await reasonOf()).toEqual({ code: "in-meeting", platform: "Microsoft Teams" });
  await service.settle();
  expect(await reasonOf()).toEqual({ code: "in-meeting", platform: "Microsoft Teams", until });
  expect(looks()).toBe(1);
  expect(JSON.stringify(await service.sql`select * from meeting_ends`)).not.toContain("Secret");
});

it("is looked up again after a while, and forgotten when nobody asks", async () => {
  meets(60);
  await shows("InAMeeting");
  await reasonOf();
  await service.settle();
  const before = looks();
  await agesBy(2);
  await reasonOf();
  await service.settle();
  expect(looks()).toBe(before);
  const until = meets(90);
  await agesBy(4);
  // Told as it was until something else is known.
  expect((await reasonOf())?.until).toBeDefined();
  await service.settle();
  expect((await reasonOf())?.until).toBe(until);
  await agesBy(61);
  service.microsoft.setUserStatus(marta.id, "Busy", "InAMeeting");
  await service.pass(10_000);
  await reasonOf(marta.name);
  await service.settle();
  service.microsoft.setUserStatus(marta.id, "Available");
  expect(await service.sql`select until_at from meeting_ends`).toEqual([{ until_at: null }]);
});

it("a call during an online meeting is that meeting; one during any other entry is a call", async () => {
  const until = meets(30, { isOnlineMeeting: true });
  await shows("InAConferenceCall");
  await reasonOf();
  await service.settle();
  expect(await reasonOf()).toEqual({ code: "in-meeting", platform: "Microsoft Teams", until });
  meets(30);
  await agesBy(6);
  await reasonOf();
  await service.settle();
  expect(await reasonOf()).toEqual({ code: "in-call", platform: "Microsoft Teams" });
});

it.each([
  ["en-GB", "Europe/Stockholm", "en", "15:30"],
  ["es", "America/Bogota", "es", "09:30"],
  ["sv-SE", "Asia/Kolkata", "sv", "20:00"],
  ["fr", null, "fr", "14:30"],
])("the bot tells it too, in their language (%s) and time zone (%s)", async (locale, zone, language, time) => {
  const status = async () => {
    await service.pass(2_000);
    await service.microsoft.say(jonas.id, "status");
    await service.settle();
    const { card } = service.microsoft.chatOf(jonas.id).at(-1) ?? {};
    return (card as { body: { text: string }[] }).body[0]?.text;
  };
  await service.sql`update people set locale = ${locale}, time_zone = ${zone} where name = ${jonas.name}`;
  const halfPast = new Date(service.clock.now());
  halfPast.setUTCHours(14, 30, 0, 0);
  meets((halfPast.getTime() - service.clock.now().getTime()) / minute);
  await shows("InAMeeting");
  const texts = languages[language];
  // Until somebody has looked it is not known when it ends.
  expect(await status()).toBe(texts?.["bot.status.busy"]);
  await reasonOf();
  await service.settle();
  expect(await status()).toBe(texts?.["bot.status.meeting"].replace("{time}", time));
});

it("nobody's calendar is looked into who shows no meeting, nor where the organization has not said so", async () => {
  const before = looks();
  meets(30);
  expect((await reasonOf())?.code).toBe("available");
  await service.settle();
  await setUp(["hold", "meetings"]);
  await shows("InAMeeting");
  expect(await reasonOf()).toEqual({ code: "in-meeting", platform: "Microsoft Teams" });
  await service.settle();
  expect(looks()).toBe(before);
  expect(await service.sql`select * from meeting_ends`).toEqual([]);
});

it("a refusal costs the time alone; a platform that asks to wait is asked again", async () => {
  const until = meets(60);
  service.microsoft.fail.next({ path: /calendarView/, status: 403 });
  await shows("InAMeeting");
  await reasonOf();
  await service.settle();
  expect(await reasonOf()).toEqual({ code: "in-meeting", platform: "Microsoft Teams" });
  service.microsoft.fail.next({ path: /calendarView/, status: 429, headers: { "retry-after": "2" } });
  await agesBy(6);
  await reasonOf();
  await service.pass(20_000);
  expect((await reasonOf())?.until).toBe(until);
});
