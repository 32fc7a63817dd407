import { describe, expect, it } from "vitest";
import type { AccountId } from "../ids.ts";
import type { Presence } from "../platform/contract.ts";
import { decide, leaseMs } from "./decide.ts";
import type { Hold } from "./hold.ts";
import type { AccountFacts, Seen } from "./own.ts";
import { presets, type Rule } from "./rules.ts";

const now = new Date("2026-03-02T09:00:00Z");
const ago = (ms: number) => new Date(now.getTime() - ms);
const show = (
  availability: Presence["availability"],
  activity: Presence["activity"] = "none",
  routable?: boolean,
): Presence => ({
  availability,
  activity,
  ...(routable === undefined ? {} : { routable }),
});
const inCall = show("busy", "on-call");
const busy = show("busy");

const seen = (presence: Presence, more: Partial<Seen> = {}): { seen: Seen } => ({
  seen: { presence, observedAt: ago(2_000), changedAt: ago(2_000), readAt: ago(2_000), ...more },
});
const [deskId, officeId, phonesId] = ["acc_desk", "acc_office", "acc_phones"] as [AccountId, AccountId, AccountId];
const desk = (presence: Presence, more: Partial<AccountFacts> = {}): AccountFacts => ({
  account: deskId,
  platform: "desk",
  side: "contact-center",
  canShow: [busy],
  hasSessions: false,
  settleMs: 60_000,
  ...seen(presence),
  ...more,
});
const office = (presence: Presence, more: Partial<AccountFacts> = {}): AccountFacts => ({
  ...desk(presence),
  account: officeId,
  platform: "office",
  side: "uc",
  canShow: [inCall, show("do-not-disturb", "presenting")],
  hasSessions: true,
  ...more,
});
const phones = (presence: Presence, more: Partial<AccountFacts> = {}): AccountFacts => ({
  ...office(presence),
  account: phonesId,
  platform: "phones",
  canShow: [busy],
  hasSessions: false,
  ...more,
});
const held = (asked: Presence, cause: AccountId, more: Partial<Hold> = {}): { hold: Hold } => ({
  hold: { state: "held", asked, cause, held: { presence: asked }, shown: [{ presence: asked }], ...more },
});

/** What is wanted of each account, by its id: what to show, or the word, and why. */
function wanted(accounts: AccountFacts[], rules: readonly Rule[] = presets["in-call-both-ways"]) {
  const decision = decide(accounts, [rules], now);
  return Object.fromEntries(
    decision.wishes.map((wish) => [
      wish.account.slice(4),
      [wish.want === "show" ? `${wish.show.availability}/${wish.show.activity}` : wish.want, wish.code],
    ]),
  );
}

describe("what to show for a person", () => {
  it("an answer that was lost and a word that nobody knows keep nobody busy once the call is over", () => {
    const hold: Hold = { state: "asked", asked: busy, cause: deskId, shown: [{ presence: busy }] };
    const strange = phones(show("unknown"), { hold });
    expect(wanted([desk(inCall), strange]).phones).toEqual(["keep", "no-information"]);
    expect(wanted([desk(show("available")), strange]).phones).toEqual(["nothing", "nothing-to-follow"]);
  });

  it("a lease that ran out unseen is not renewed over what nobody knows", () => {
    const expiresAt = (ms: number) => ({ held: { presence: inCall, expiresAt: new Date(now.getTime() + ms) } });
    const strange = (ms: number) => office(show("unknown"), held(inCall, deskId, expiresAt(ms)));
    expect(wanted([desk(inCall), strange(60_000)]).office).toEqual(["busy/on-call", "follows"]);
    expect(wanted([desk(inCall), strange(-1)]).office).toEqual(["keep", "no-information"]);
  });

  it("what was held before, still to be seen, does not tell that what was asked for since is there", () => {
    const asked = (endedAt: Date): Hold => ({
      ...{ state: "asked", asked: inCall, cause: deskId },
      shown: [{ presence: inCall, endedAt }, { presence: inCall }],
    });
    expect(wanted([desk(inCall), office(inCall, { hold: asked(ago(30_000)) })]).office).toEqual([
      "keep",
      "no-information",
    ]);
    expect(wanted([desk(inCall), office(inCall, { hold: asked(ago(63_000)) })]).office).toEqual([
      "busy/on-call",
      "follows",
    ]);
  });

  it("follows a call to every platform of the other side, in that platform's words", () => {
    expect(wanted([desk(inCall), office(show("available")), phones(show("available"))])).toEqual({
      desk: ["nothing", "own-status"],
      office: ["busy/on-call", "follows"],
      phones: ["busy/none", "follows"],
    });
  });

  it("a meeting is not a call", () => {
    expect(wanted([desk(show("available", "none", false)), office(show("busy", "in-meeting"))]).desk).toEqual([
      "nothing",
      "nothing-to-follow",
    ]);
  });

  it.each([
    show("busy"),
    show("do-not-disturb"),
    show("offline"),
    show("offline", "out-of-office"),
    show("away", "be-right-back"),
    show("busy", "in-meeting"),
    inCall,
  ])("what the person shows themselves stays: %o", (own) => {
    expect(wanted([desk(inCall), office(own)]).office).toEqual(["nothing", "own-status"]);
  });

  it("away from the keyboard is no choice where the platform keeps choices on top of ours", () => {
    expect(wanted([desk(inCall), office(show("away"))]).office).toEqual(["busy/on-call", "follows"]);
    expect(wanted([desk(inCall), phones(show("away"))]).phones).toEqual(["nothing", "own-status"]);
  });

  it("an agent who is on queue, or may be, is not moved, unless the rule says so", () => {
    for (const own of [show("available", "none", true), show("available")]) {
      expect(wanted([desk(own), office(inCall)]).desk).toEqual(["nothing", "on-queue"]);
    }
    const rules: Rule[] = [
      {
        platform: "uc",
        availability: "*",
        activity: "on-call",
        effect: { do: "set-state", show: { availability: "busy", activity: "none" }, evenOnQueue: true },
      },
    ];
    expect(wanted([desk(show("available", "none", true)), office(inCall)], rules).desk).toEqual([
      "busy/none",
      "follows",
    ]);
  });

  it("seeing what we hold tells nothing: it is neither a reason to stop nor one for the other side", () => {
    const accounts = [desk(show("available", "none", false)), office(inCall, held(inCall, deskId))];
    expect(wanted(accounts)).toEqual({
      desk: ["nothing", "nothing-to-follow"],
      office: ["nothing", "nothing-to-follow"],
    });
  });

  it("after the release, the same is believed only when asked for later than the platform may still show it", () => {
    const released = (endedAt: Date) => ({
      hold: { state: "released", asked: inCall, shown: [{ presence: inCall, endedAt }] } satisfies Hold,
    });
    const free = desk(show("available", "none", false));
    expect(wanted([free, office(inCall, released(ago(50_000)))]).desk).toEqual(["nothing", "nothing-to-follow"]);
    expect(wanted([free, office(inCall, released(ago(70_000)))]).desk).toEqual(["busy/none", "follows"]);
  });

  it("does not begin again while the former hold may still be what is seen: somebody may be busy beneath it", () => {
    const shown = [{ presence: inCall, endedAt: ago(5_000) }];
    const former: Hold = { state: "released", asked: inCall, shown };
    expect(wanted([desk(inCall), office(inCall, { hold: former })]).office).toEqual(["nothing", "no-information"]);
    expect(wanted([desk(inCall), office(show("available"), { hold: former })]).office).toEqual([
      "busy/on-call",
      "follows",
    ]);
  });

  it("what was sent by push is looked at before anything follows from it", () => {
    const pushed = { seen: { presence: inCall, observedAt: ago(100), changedAt: ago(100) } };
    const decision = decide(
      [desk(show("available", "none", false)), office(show("available"), pushed)],
      [presets["in-call-both-ways"]],
      now,
    );
    expect(decision.look).toEqual([officeId]);
    expect(decision.wishes[0]).toMatchObject({ want: "nothing" });
  });

  it.each<[string, Partial<Seen>]>([
    ["unknown", { presence: show("unknown") }],
    ["stale", { readAt: ago(61_000) }],
  ])("nothing is begun where what the person shows is %s", (_why, more) => {
    expect(wanted([desk(inCall), office(show("available"), seen(show("available"), more))]).office).toEqual([
      "nothing",
      "no-information",
    ]);
    expect(wanted([desk(inCall, seen(inCall, more)), office(show("available"))]).office).toEqual([
      "nothing",
      "nothing-to-follow",
    ]);
  });

  it("a hold whose cause is out of sight is kept, not renewed, and let go after a lease", () => {
    const lastSeen = (ms: number) => [
      desk(inCall, seen(inCall, { readAt: ago(ms) })),
      office(inCall, held(inCall, deskId)),
    ];
    expect(wanted(lastSeen(2_000)).office).toEqual(["busy/on-call", "follows"]);
    expect(wanted(lastSeen(61_000)).office).toEqual(["keep", "cause-unclear"]);
    expect(wanted(lastSeen(leaseMs + 1_000)).office).toEqual(["nothing", "cause-lost"]);
  });

  it("of two causes the stronger is shown; among equals the one that is shown already", () => {
    const undisturbed = show("do-not-disturb");
    const both = [
      desk(show("available", "none", false), { canShow: [busy, undisturbed] }),
      office(inCall),
      phones(undisturbed),
    ];
    expect(wanted(both, presets["full-two-way"]).desk).toEqual(["do-not-disturb/none", "follows"]);
    const equal = [desk(busy, { ...held(busy, phonesId), ...seen(busy) }), office(inCall), phones(inCall)];
    expect(decide(equal, [presets["in-call-both-ways"]], now).wishes[0]).toMatchObject({ cause: phonesId });
  });

  it("read only writes nothing, and asks not to route to who is busy elsewhere", () => {
    const decision = decide([desk(show("available", "none", false)), office(inCall)], [presets["read-only"]], now);
    expect(decision.wishes.every(({ want }) => want === "nothing")).toBe(true);
    expect(decision.doNotRoute).toBe(officeId);
  });

  it("both sides on calls of their own hold nothing on each other", () => {
    expect(wanted([desk(inCall), office(inCall)])).toEqual({
      desk: ["nothing", "own-status"],
      office: ["nothing", "own-status"],
    });
  });
});
