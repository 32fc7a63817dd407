import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activities, availabilities, type Presence } from "../platform/contract.ts";
import { type Dialler, type ReachAccount, type ReachFacts, reach } from "./reachability.ts";

const now = new Date("2026-03-02T09:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const available: Presence = { availability: "available", activity: "none" };
const inCall: Presence = { availability: "busy", activity: "on-call" };
const teams = (seen: Presence | undefined, more: Partial<ReachAccount> = {}): ReachAccount => ({
  account: "acc_teams",
  adapter: "a",
  platform: "Teams",
  side: "uc",
  phone: "+46701740601",
  canCards: true,
  ours: [],
  ...(seen ? { seen: { ...seen, observedAt: ago(2_000) } } : {}),
  ...more,
});
const other = (seen: Presence, more: Partial<ReachAccount> = {}) =>
  teams(seen, { account: "acc_other", platform: "Other", phone: "+15550101", ...more });
const facts = (accounts: ReachAccount[], more: Partial<ReachFacts> = {}): ReachFacts => ({
  isActive: true,
  enrolment: { accepting: true, roster: {}, quota: {} },
  accounts,
  inConsults: 0,
  beingAsked: 0,
  helpedThisMonth: 0,
  ...more,
});
const look = (given: ReachFacts) => {
  const { view, target } = reach(given, now);
  return { state: view.state, why: view.reasons[0]?.code, rings: target?.kind === "phone" ? target.e164 : undefined };
};
const climbed = (given: ReachFacts) => {
  const { rung, skipped, onlyRing } = reach(given, now).view;
  return {
    rung: rung && `${rung.kind} ${rung.platform}`,
    skipped: skipped.map(({ kind, platform, reason }) => `${kind} ${platform} ${reason}`),
    ...(onlyRing ? { onlyRing } : {}),
  };
};
const enrolled = (more: Partial<NonNullable<ReachFacts["enrolment"]>>) => ({
  enrolment: { accepting: true, roster: {}, quota: {}, ...more },
});

describe("a meeting whose end is known", () => {
  const until = new Date("2026-03-02T14:30:00Z");
  const reasonOf = (seen: Presence, online: boolean) =>
    reach(facts([teams(seen, { meeting: { until, online } })]), now).view.reasons;
  const told = (code: string) => [{ code, platform: "Teams", until: until.toISOString() }];

  it.each([
    ["a meeting", "in-meeting", false, "in-meeting"],
    ["somebody who presents", "presenting", false, "presenting"],
    ["a call during an online meeting", "on-call", true, "in-meeting"],
  ] as const)("is told of %s", (_what, activity, online, code) =>
    expect(reasonOf({ availability: "busy", activity }, online)).toEqual(told(code)));

  it.each(["on-call", "focusing", "none"] as const)("is not told of somebody who is busy with %s", (activity) => {
    const [reason] = reasonOf({ availability: "busy", activity }, false);
    expect(reason?.until).toBeUndefined();
    expect(reason?.code).not.toBe("in-meeting");
  });
});

describe("the further rungs", () => {
  const sip = "sip:jonas@sbc.example.com";
  const mobile = "+46701234501";
  const all: Dialler = { connection: "con_1", targets: ["phone", "sip", "user", "agent"], userPlatforms: ["a"] };
  const numberless = (more: Partial<ReachAccount>) => {
    const { phone: _, ...account } = teams(available, { user: "oid-1", ...more });
    return account;
  };
  const rings = (account: ReachAccount, dialler: Dialler = all) => reach(facts([account], { dialler }), now).target;

  it("are a SIP address, a mobile, the platform's own user, in this order, and each only where it is known", () => {
    expect(rings(numberless({ sip, mobile }))).toEqual({ kind: "sip", uri: sip });
    expect(rings(numberless({ mobile }))).toEqual({ kind: "phone", e164: mobile });
    expect(rings(numberless({}))).toEqual({ kind: "user", platform: "a", account: "oid-1" });
    expect(rings(teams(available, { sip, mobile }))).toEqual({ kind: "phone", e164: "+46701740601" });
  });

  it("are passed over where this contact center cannot ring them, which is said where it is news", () => {
    const account = numberless({ sip, mobile });
    const only = (...targets: Dialler["targets"][number][]) => ({ dialler: { ...all, targets } });
    expect(climbed(facts([account], only("agent")))).toEqual({
      rung: "chat Teams",
      skipped: ["phone Teams no-number", "sip Teams cannot-ring", "mobile Teams cannot-ring"],
    });
    expect(climbed(facts([account], only("user"))).rung).toBe("user Teams");
    const elsewhere = { dialler: { ...all, targets: ["user" as const], userPlatforms: ["b"] } };
    expect(climbed(facts([account], elsewhere)).rung).toBe("chat Teams");
    expect(climbed(facts([numberless({})])).rung).toBe("chat Teams");
  });

  it("are climbed when all calls to the number are sent elsewhere", () => {
    const forwarded = { forwardsAll: true, sip };
    expect(climbed(facts([teams(available, { ...forwarded, mobile })]))).toEqual({
      rung: "mobile Teams",
      skipped: ["phone Teams forwards-all", "sip Teams forwards-all"],
    });
    expect(climbed(facts([teams(available, forwarded)]))).toEqual({
      rung: "chat Teams",
      skipped: ["phone Teams forwards-all", "sip Teams forwards-all"],
    });
    expect(climbed(facts([teams(available, forwarded), other(available)])).rung).toBe("phone Other");
  });
});

describe("reachability", () => {
  it.each<[string, ReachFacts, ReturnType<typeof look>]>([
    ["free", facts([teams(available)]), { state: "call", why: "available", rings: "+46701740601" }],
    ["in a call", facts([teams(inCall)]), { state: "later", why: "in-call", rings: undefined }],
    [
      "in a meeting",
      facts([teams({ availability: "busy", activity: "in-meeting" })]),
      { state: "later", why: "in-meeting", rings: undefined },
    ],
    [
      "not to be disturbed",
      facts([teams({ availability: "do-not-disturb", activity: "none" })]),
      { state: "later", why: "do-not-disturb", rings: undefined },
    ],
    [
      "away",
      facts([teams({ availability: "away", activity: "none" })]),
      { state: "later", why: "away", rings: undefined },
    ],
    [
      "a word that nobody knows",
      facts([teams({ availability: "unknown", activity: "none" })]),
      { state: "later", why: "unknown", rings: undefined },
    ],
    ["never seen", facts([teams(undefined)]), { state: "later", why: "unknown", rings: undefined }],
    [
      "seen too long ago",
      facts([teams(undefined, { seen: { ...available, observedAt: ago(61_000) } })]),
      { state: "later", why: "stale", rings: undefined },
    ],
    [
      "no number, but cards",
      facts([teams(available, { phone: "" })]),
      { state: "chat", why: "chat-only", rings: undefined },
    ],
    [
      "neither number nor cards",
      facts([teams(available, { phone: "", canCards: false })]),
      { state: "no", why: "no-number", rings: undefined },
    ],
    [
      "not enrolled",
      { ...facts([teams(available)]), enrolment: { accepting: false, roster: {}, quota: {} } },
      { state: "no", why: "not-accepting", rings: undefined },
    ],
    [
      "paused",
      facts([teams(available)], enrolled({ pausedUntil: ago(-60_000) })),
      { state: "later", why: "paused", rings: undefined },
    ],
    [
      "a pause that is over",
      facts([teams(available)], enrolled({ pausedUntil: ago(1) })),
      { state: "call", why: "available", rings: "+46701740601" },
    ],
    [
      "outside the roster",
      facts([teams(available)], enrolled({ roster: { hours: [{ days: [1], from: "10:00", to: "12:00" }] } })),
      { state: "later", why: "off-roster", rings: undefined },
    ],
    [
      "quota used",
      facts([teams(available)], { ...enrolled({ quota: { perMonth: 3 } }), helpedThisMonth: 3 }),
      { state: "later", why: "quota-used", rings: undefined },
    ],
    [
      "a soft quota used",
      facts([teams(available)], { ...enrolled({ quota: { perMonth: 3, hard: false } }), helpedThisMonth: 9 }),
      { state: "call", why: "available", rings: "+46701740601" },
    ],
    [
      "helping somebody",
      facts([teams(available)], { inConsults: 1 }),
      { state: "later", why: "in-consult", rings: undefined },
    ],
    [
      "helping one of two",
      facts([teams(available)], { ...enrolled({ quota: { concurrent: 2 } }), inConsults: 1 }),
      { state: "call", why: "available", rings: "+46701740601" },
    ],
    [
      "asked by somebody else",
      facts([teams(available)], { beingAsked: 1 }),
      { state: "later", why: "being-asked", rings: undefined },
    ],
    [
      "asked a moment ago",
      facts([teams(available)], enrolled({ quota: { coolDownMs: 300_000 }, lastAskedAt: ago(60_000) })),
      { state: "later", why: "cooling-down", rings: undefined },
    ],
    [
      "offline in one tool, free in another",
      facts([other({ availability: "offline", activity: "none" }), teams(available)]),
      { state: "call", why: "available", rings: "+46701740601" },
    ],
    [
      "free in one tool, in a call in another",
      facts([teams(available), other(inCall)]),
      { state: "later", why: "in-call", rings: undefined },
    ],
    [
      "what we hold, seen back, tells nothing",
      facts([teams(inCall, { ours: [inCall] }), other(available)]),
      { state: "call", why: "available", rings: "+15550101" },
    ],
    [
      "gone from the company",
      facts([teams(available)], { isActive: false }),
      { state: "no", why: "inactive", rings: undefined },
    ],
  ])("%s", (_name, given, expected) => expect(look(given)).toEqual(expected));

  it("says until when where it is known", () => {
    const { view } = reach(
      facts([teams(available)], enrolled({ roster: { hours: [{ days: [1], from: "10:00", to: "12:00" }] } })),
      now,
    );
    expect(view.reasons).toEqual([{ code: "off-roster", until: "2026-03-02T10:00:00.000Z" }]);
  });

  it("says which rung was passed over, and why", () => {
    const { view } = reach(
      facts([teams(available, { phone: "" }), other({ availability: "offline", activity: "none" })]),
      now,
    );
    expect(view).toMatchObject({
      rung: { kind: "phone", platform: "Other" },
      skipped: [{ kind: "phone", platform: "Teams", reason: "no-number" }],
    });
  });

  const seat = { connection: "con_1", account: "agent-7" };
  const seated = (more: Partial<ReachAccount> = {}) =>
    teams(available, {
      account: "acc_seat",
      platform: "Center",
      side: "contact-center",
      phone: "",
      canCards: false,
      seat,
      ...more,
    });
  const center = (connection: string, ...targets: Dialler["targets"]): Partial<ReachFacts> => ({
    dialler: { connection, targets },
  });
  it.each<[string, ReachFacts, ReturnType<typeof climbed>]>([
    [
      "a number without a licence does not ring; another number does",
      facts([teams(available, { phoneLicence: false }), other(available)]),
      { rung: "phone Other", skipped: ["phone Teams no-licence"] },
    ],
    [
      "without a licence and any other number, a card remains",
      facts([teams(available, { phoneLicence: false })]),
      { rung: "chat Teams", skipped: ["phone Teams no-licence"] },
    ],
    ["a licence that nobody tells of is no obstacle", facts([teams(available)]), { rung: "phone Teams", skipped: [] }],
    [
      "no phone, and cards that do not get through: nothing reaches them",
      facts([teams(available, { phone: "", noCards: "app-blocked" })]),
      { rung: undefined, skipped: ["phone Teams no-number", "chat Teams app-blocked"] },
    ],
    [
      "a phone, and cards that do not get through: rung at once or not at all",
      facts([teams(available, { noCards: "app-missing" })]),
      { rung: "phone Teams", skipped: [], onlyRing: true },
    ],
    [
      "cards get through on another platform",
      facts([teams(available, { noCards: "app-blocked" }), other(available)]),
      { rung: "phone Teams", skipped: [] },
    ],
    [
      "a colleague with a seat alone is rung there",
      facts([seated()], center("con_1", "phone", "agent")),
      { rung: "agent Center", skipped: [], onlyRing: true },
    ],
    [
      "a number comes before a seat",
      facts([seated(), teams(available)], center("con_1", "phone", "agent")),
      { rung: "phone Teams", skipped: [] },
    ],
    [
      "a seat comes before a card",
      facts([seated(), teams(available, { phone: "" })], center("con_1", "phone", "agent")),
      { rung: "agent Center", skipped: ["phone Teams no-number"] },
    ],
    [
      "a seat in another contact center is out of reach",
      facts([seated(), teams(available, { phone: "" })], center("con_2", "phone", "agent")),
      { rung: "chat Teams", skipped: ["phone Teams no-number", "agent Center other-center"] },
    ],
    [
      "a contact center that rings no seats, or no numbers",
      facts([seated(), teams(available)], center("con_1", "queue")),
      { rung: "chat Teams", skipped: ["phone Teams cannot-ring", "agent Center cannot-ring"] },
    ],
  ])("the ladder: %s", (_name, given, expected) => expect(climbed(given)).toEqual(expected));

  it("never rings anybody unless something fresh of their own says that they are free, whatever else is known", () => {
    const presence = fc.record({
      availability: fc.constantFrom(...availabilities),
      activity: fc.constantFrom(...activities),
    });
    const account = fc.record({
      seen: fc.option(presence, { nil: undefined }),
      ageMs: fc.nat(120_000),
      ours: fc.array(presence, { maxLength: 2 }),
      phone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(account, { maxLength: 4 }), (given) => {
        const accounts = given.map(({ seen, ageMs, ours, phone }) =>
          teams(undefined, {
            ours,
            phone: phone ? "+15550101" : "",
            ...(seen ? { seen: { ...seen, observedAt: ago(ageMs) } } : {}),
          }),
        );
        const { view, target } = reach(facts(accounts), now);
        const free = given.some(
          ({ seen, ageMs, ours }) =>
            seen?.availability === "available" &&
            seen.activity !== "on-call" &&
            ageMs <= 60_000 &&
            !ours.some((one) => one.availability === "available" && one.activity === seen.activity),
        );
        if (target) expect(free).toBe(true);
        expect(view.state === "call").toBe(target !== undefined);
        expect(view.reasons.length).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});
