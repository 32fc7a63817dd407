/** What an expert's own page gets and says. Types only. */
import type { Kind, OfferState, Result, State, TalkingTo } from "./consults/model.ts";
import type { Activity, Availability, Channel } from "./platform/contract.ts";
import type { Roster } from "./roster.ts";
import type { ContextView, ExpertView, InteractionView, OfferView, PartyView } from "./views.ts";

/** A request for help as the one who is asked may see it. */
export type TabRequest = {
  offer: OfferView;
  consultId: string;
  kind: Kind;
  state: State;
  talkingTo: TalkingTo;
  agent: string;
  customer: InteractionView["customer"];
  channel: Channel;
  topic?: string;
  /** Sensitive details are masked until this person has said yes. */
  context: ContextView;
  /** Theirs: they have said yes, or their phone is the one that rings. */
  isMine: boolean;
  /** A question that may be answered in writing now. */
  canReply: boolean;
  joinUrl?: string;
  /** Who hears whom, once they have said yes. */
  parties: PartyView[];
  /** What happened to the call, once they have said yes; nothing of others who were asked. */
  timeline: { at: string; what: string }[];
  replies: { at: string; text: string }[];
  requestedAt: string;
};

/** Something asked of this person that is over. */
export type TabEarlier = {
  offerId: string;
  kind: Kind;
  agent: string;
  topic?: string;
  /** What they said, and what came of it when it was theirs. */
  said: OfferState;
  result?: Result;
  askedAt: string;
  answeredAt?: string;
  endedAt?: string;
};

/** A status that we show on somebody's behalf. Without `because` it follows something that is no longer in sight. */
export type TabHold = {
  account: string;
  platform: string;
  availability: Availability;
  activity: Activity;
  /** `refused`: the platform would not show it; `reason` says why. */
  state: "asked" | "held" | "releasing" | "refused";
  since: string;
  until?: string;
  reason?: string;
  because?: { platform: string; availability: Availability; activity: Activity };
};

/** A customer who waits to be called back. `others`: another's turn, but it may be taken; `phone` is masked until `mine`. */
export type TabCallback = {
  id: string;
  standing: "asked" | "again" | "mine" | "taken" | "others";
  /** Whose turn it is, or who has it. */
  colleague?: string;
  line?: string;
  customer?: string;
  about?: string;
  phone: string;
  /** Rings the customer on this person's platform. */
  callUrl?: string;
  dueAt: string;
  createdAt: string;
};

/** GET /v1/me/expert: all that an expert's own page needs to draw itself. */
export type TabView = {
  me: ExpertView;
  /** Absent for somebody who is not enrolled. */
  enrolment?: {
    accepting: boolean;
    pausedUntil?: string;
    roster: Roster;
    /** Is now an hour of the roster, and until when. */
    onRoster: { on: boolean; until?: string };
    quota: { perMonth?: number; concurrent?: number; coolDownMs?: number; used: number };
  };
  now: TabRequest[];
  callbacks: TabCallback[];
  earlier: TabEarlier[];
  holds: TabHold[];
  /** The skills of the company, for choosing. */
  skills: string[];
  serverTime: string;
};

/** Why something is shown, or not, on one account, in a sentence. */
export type WhyView = { account: string; platform: string; code: string; sentence: string };

/** PUT /v1/me/expert: what is absent stays. `accepting` without `pausedUntil` ends a pause. */
export type TabChange = {
  accepting?: boolean;
  pausedUntil?: string | null;
  skills?: Record<string, number>;
  languages?: string[];
  roster?: Roster;
};
