/** A made-up platform with one person on it: what they do, what we hold for them, and what a reader sees of both. */
import { BridgeError } from "../../errors.ts";
import type { Held, Presence } from "../../platform/contract.ts";
import { isSame } from "../own.ts";
import type { Side } from "../rules.ts";

/**
 * `sessions`: what we show is a lease beneath the person's own choice, added to their other sessions.
 * `status`: one status that the person and we write alike; calls show by themselves.
 * `agent`: the same in a contact center, with being on queue.
 */
export type Kind = "sessions" | "status" | "agent";
export const sideOf = (kind: Kind): Side => (kind === "agent" ? "contact-center" : "uc");

export const changes = [
  "call",
  "meeting",
  "undisturbed",
  "choose-available",
  "queue",
  "break",
  "unheard-of", // a status whose word nobody knows
] as const;
export type Change = (typeof changes)[number];

const available: Presence = { availability: "available", activity: "none" };
const inCall: Presence = { availability: "busy", activity: "on-call" };
const inMeeting: Presence = { availability: "busy", activity: "in-meeting" };
const busy: Presence = { availability: "busy", activity: "none" };
const undisturbed: Presence = { availability: "do-not-disturb", activity: "none" };
const onBreak: Presence = { availability: "away", activity: "break" };
const unheardOf: Presence = { availability: "unknown", activity: "none" };

export type Platform = ReturnType<typeof createPlatform>;
/** What was to be seen from then on. */
type Sight = { at: number; shows: Presence };

export function createPlatform(kind: Kind, now: () => number) {
  const doing = { call: false, meeting: false };
  let chosen: Presence | undefined;
  /** The status as somebody wrote it last; whose it was is not told. */
  let status: Presence = available;
  let lease: { presence: Presence; expiresAt: number } | undefined;
  let isOurs = false;
  /** The person wrote over our status while it stood; it is theirs until the reason for ours has gone. */
  let isOverridden = false;
  const history: Sight[] = [];
  /** The same with ours taken out: what the person themselves did. */
  const ownHistory: Sight[] = [];

  const live = (at: number) => (lease && lease.expiresAt > at ? lease.presence : undefined);
  const strongest = (...all: (Presence | undefined)[]) =>
    all.filter((one) => one !== undefined).sort((a, b) => rank(b) - rank(a))[0] ?? available;
  const rank = (one: Presence) =>
    ["away", "available", "busy", "do-not-disturb"].indexOf(one.availability) * 2 +
    (one.activity === "on-call" ? 1 : 0);
  const shows = (at: number, ours: boolean): Presence => {
    const own = doing.call ? inCall : doing.meeting ? inMeeting : undefined;
    if (kind === "sessions") return chosen ?? strongest(own, ours ? live(at) : undefined, available);
    const basis = isOurs && !ours ? available : status;
    if (kind === "agent") return { ...(own ?? basis), routable: !own && basis.routable === true };
    if (chosen) return { ...chosen, activity: doing.call && chosen !== unheardOf ? "on-call" : "none" };
    return own ?? basis;
  };
  const note = () => {
    for (const [sights, ours] of [
      [history, true],
      [ownHistory, false],
    ] as const) {
      const last = sights.at(-1)?.shows;
      const seen = shows(now(), ours);
      if (!last || !isSame(last, seen) || last.routable !== seen.routable) sights.push({ at: now(), shows: seen });
    }
  };
  const write = (next: Presence) => {
    if (isOurs) isOverridden = true;
    isOurs = false;
    status = next;
  };
  note();

  return {
    kind,
    history,
    canShow: kind === "sessions" ? [inCall, undisturbed] : [busy],
    /** What the person themselves shows, ours taken out. */
    own: () => shows(now(), false),
    shows: () => shows(now(), true),
    holdsNow: () => (kind === "sessions" ? live(now()) !== undefined : isOurs),
    /** The person's own choice stands over ours. */
    isOverridden: () => isOverridden || (kind === "sessions" && chosen !== undefined),
    forgetOverride: () => {
      isOverridden = false;
    },
    /** Everything that the person themselves has shown since then. */
    ownSince: (since: number): Presence[] => {
      const first = ownHistory.findLastIndex((one) => one.at <= since);
      return ownHistory.slice(Math.max(0, first)).map((one) => one.shows);
    },
    /** The latest value that readers are sure to see, `lagMs` late. */
    readAsOf: (at: number): Presence => history.findLast((one) => one.at <= at)?.shows ?? available,
    /** What was to be seen then, and until when. */
    sightAsOf: (at: number): { shows: Presence; until: number } => {
      const index = history.findLastIndex((one) => one.at <= at);
      return { shows: history[index]?.shows ?? available, until: history[index + 1]?.at ?? Number.POSITIVE_INFINITY };
    },
    tick: note,
    change(what: Change) {
      if (what === "call") doing.call = !doing.call;
      if (what === "meeting" && kind !== "agent") doing.meeting = !doing.meeting;
      if (what === "undisturbed" && kind !== "agent") chosen = chosen ? undefined : undisturbed;
      if (what === "choose-available" && kind === "sessions") chosen = chosen ? undefined : available;
      if (what === "choose-available" && kind === "status") write(available);
      if (what === "queue" && kind === "agent") write(status.routable ? available : { ...available, routable: true });
      if (what === "break" && kind === "agent") write(status.availability === "away" ? available : onBreak);
      if (what === "unheard-of" && kind === "agent") write(isSame(status, unheardOf) ? available : unheardOf);
      if (what === "unheard-of" && kind !== "agent") chosen = chosen ? undefined : unheardOf;
      note();
    },
    /** Ends everything that the person does. */
    rest() {
      doing.call = false;
      doing.meeting = false;
      chosen = undefined;
      if (!isOurs) status = available;
      note();
    },
    hold(presence: Presence, leaseMs: number, held?: Held): Held {
      if (kind === "sessions") {
        lease = { presence, expiresAt: now() + leaseMs };
        note();
        return { presence, expiresAt: new Date(lease.expiresAt) };
      }
      if (isOurs && held) return { ...held, presence };
      const before = (held?.before?.status as Presence | undefined) ?? status;
      if (status.routable || status.availability !== "available" || chosen) {
        throw new BridgeError("conflict", "the person chose a status themselves");
      }
      isOurs = true;
      status = presence;
      note();
      return { presence, before: { status: before } };
    },
    /** `later`: a call hides what was written, so nobody can tell yet whether it still stands. */
    release(held: Held): "released" | "kept" | "later" {
      if (kind === "sessions") lease = undefined;
      else if (kind === "agent" && doing.call) return "later";
      else if (isSame(status, held.presence)) {
        status = held.before?.status as Presence;
        isOurs = false;
      } else return "kept";
      note();
      return "released";
    },
    /** What nobody should do: write a status whatever stands there. */
    overwrite(presence: Presence): void {
      isOurs = false;
      status = presence;
      if (kind === "sessions") {
        lease = undefined;
        chosen = undefined;
      }
      note();
    },
    /** Contact center: the status as such, which is all that its interface knows; on queue, agents are left alone. */
    setState(presence: Presence): "set" | "kept" {
      if (status.routable) return "kept";
      isOurs = !isSame(presence, available);
      status = presence;
      note();
      return "set";
    },
    expiresAt: () => lease?.expiresAt,
  };
}
