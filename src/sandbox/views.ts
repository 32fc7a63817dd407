/** The world as the stage sees it. Reads only. */
import { presenceStatusOf, telephonyStatusOf } from "../../adapters/ringcentral/fake/presences.ts";
import { usualStatuses } from "../../adapters/webhook/fake/agents.ts";
import type { WireSnapshot } from "../../adapters/webhook/wire.ts";
import type { Breakage } from "./breakage.ts";
import { agents, customers, phones, usersOf } from "./company.ts";
import type { Platforms } from "./platforms.ts";
import type { AgentView, CallParty, CallView, ChatMessage, PhoneView, UserView, WorldView } from "./protocol.ts";
import type { Telephony } from "./telephony.ts";
import type { WireLog } from "./wire-log.ts";

export type Sources = {
  platforms: Platforms;
  telephony: Telephony;
  breakage: Breakage;
  wireLog: WireLog;
  service: () => WorldView["service"];
  /** What people chose by hand, by account. */
  chosen: ReadonlyMap<string, string>;
  /** Messages and calls from before are not shown. */
  shownSince: () => Date;
};

const endedForMs = 120_000;

export function createViews(sources: Sources) {
  const { platforms, telephony, breakage } = sources;
  const { contactCenter } = platforms;
  /** Since when each party is in its state, and when calls ended: the platform does not keep that. */
  const since = new Map<string, { state: string; at: string }>();

  function sinceWhen(ref: string, state: string): string {
    const known = since.get(ref);
    if (known?.state === state) return known.at;
    const at = new Date().toISOString();
    since.set(ref, { state, at });
    return at;
  }

  function toCall(call: WireSnapshot): CallView {
    const { ref, startedAt, state, parties, recording } = call;
    const hears = contactCenter.hears(ref);
    const shown = parties.map((party): CallParty => {
      const { hears: heard = [], music = false } = hears[party.ref] ?? {};
      const base = { ref: party.ref, role: party.role, name: nameOf(party), state: party.state, hears: heard, music };
      return { ...base, ...(party.reason ? { reason: party.reason } : {}), since: sinceWhen(party.ref, party.state) };
    });
    return {
      ref,
      startedAt,
      ...(state === "ended" ? { endedAt: sinceWhen(ref, state) } : {}),
      state,
      agent: parties.find((party) => party.role === "agent")?.account ?? "",
      recording,
      parties: shown,
      commands: sources.wireLog.of(call.rootRef ?? ref),
    };
  }

  const nameOf = (party: WireSnapshot["parties"][number]): string => {
    const { address } = contactCenter.rang(party.ref);
    return party.name ?? phones.find(({ number }) => number === address)?.name ?? address ?? party.role;
  };

  /** Calls that began before a reset have been ended by it. */
  const isShown = (call: CallView): boolean =>
    Date.parse(call.startedAt) > sources.shownSince().getTime() &&
    (!call.endedAt || Date.parse(call.endedAt) > Date.now() - endedForMs);

  const toPhone = (phone: (typeof phones)[number]): PhoneView => {
    const leg = telephony.legAt(phone);
    const isRinging = leg?.party.state === "ringing";
    return {
      number: phone.number,
      owner: phone.owner,
      platform: phone.platform,
      ringing: leg && isRinging ? { partyRef: leg.party.ref, from: callerOf(leg.call) } : null,
      connected: leg && !isRinging ? leg.party.ref : null,
      mode: breakage.phoneMode(),
    };
  };

  /** The agent while they are in the call, then the customer. */
  function callerOf(call: string): string {
    const { parties } = contactCenter.interaction(call);
    const isThere = (role: string) => parties.find((party) => party.role === role && party.state !== "left");
    return (isThere("agent") ?? isThere("customer"))?.name ?? "";
  }

  function toAgent({ account, name, email }: (typeof agents)[number]): AgentView {
    const state = contactCenter.agents().find((one) => one.id === account)?.state;
    const statuses = usualStatuses.map(({ status }) => status);
    return { account, name, email, status: state?.status ?? "", statuses, onCall: state?.means === "on-call" };
  }

  return (): Omit<WorldView, "sequence" | "at"> => ({
    service: sources.service(),
    customers: customers.map(({ id, name, about }) => ({ id, name, tier: about.tier, intent: about.intent })),
    agents: agents.map(toAgent),
    calls: contactCenter.interactions().map(toCall).filter(isShown).reverse(),
    phones: phones.map(toPhone),
    teams: { users: usersOf("teams").map((user) => toTeamsUser(sources, user)) },
    ringcentral: { extensions: usersOf("ringcentral").map((user) => toExtension(sources, user)) },
    faults: breakage.view(),
  });
}

type Named = { id: string; name: string; title: string };

function ownOf({ chosen, telephony }: Sources, id: string): UserView["own"] {
  const status = chosen.get(id);
  return { ...(status ? { status } : {}), onCall: telephony.isOnOwnCall(id) };
}

function toTeamsUser(sources: Sources, user: Named): UserView {
  const { microsoft } = sources.platforms;
  const [lease] = microsoft.sessionsFor(user.id);
  const messages = microsoft.chatOf(user.id).map(
    ({ id, from, text, card, at, editedAt }): ChatMessage => ({
      id,
      from: from === "bot" ? "bot" : "user",
      ...(text ? { text } : {}),
      ...(card ? { card } : {}),
      at: at.toISOString(),
      ...(editedAt ? { edited: editedAt.toISOString() } : {}),
    }),
  );
  const { availability, activity, expiresAt } = lease ?? {};
  const leased =
    availability && activity ? { lease: { availability, activity, until: String(expiresAt?.toISOString()) } } : {};
  return {
    ...user,
    presence: microsoft.userSees(user.id),
    own: { ...ownOf(sources, user.id), ...leased },
    chat: { messages: messages.filter(({ at }) => isRecent(sources, at)) },
  };
}

const isRecent = ({ shownSince }: Sources, at: string) => Date.parse(at) >= shownSince().getTime();

/** RingCentral has no sessions: what shows without having been chosen was put there by the bridge. */
function toExtension(sources: Sources, user: Named): UserView {
  const { ringcentral } = sources.platforms;
  const presence = ringcentral.presenceOf(user.id);
  const own = ownOf(sources, user.id);
  const isLeased = presence.userStatus === "Busy" && own.status !== "Busy";
  const isQuiet = presence.dndStatus === "DoNotAcceptAnyCalls";
  const messages = ringcentral.chatOf(user.id).map(
    ({ id, card, at, editedAt }): ChatMessage => ({
      id,
      from: "bot",
      card,
      at: at.toISOString(),
      ...(editedAt ? { edited: editedAt.toISOString() } : {}),
    }),
  );
  return {
    ...user,
    presence: {
      availability: presenceStatusOf(presence),
      activity: isQuiet ? presence.dndStatus : telephonyStatusOf(presence),
    },
    own: { ...own, ...(isLeased ? { lease: { availability: "Busy", activity: "Busy" } } : {}) },
    chat: { messages: messages.filter(({ at }) => isRecent(sources, at)) },
  };
}
