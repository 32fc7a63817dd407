/**
 * What a platform can be asked, in our words. An adapter is one plain object (see `defineAdapter`): a function that is
 * absent is a capability that the platform lacks; what absence cannot say stands beside it in `facts`.
 */
import type { z } from "zod";
import type { Log } from "../log.ts";

// ---------------------------------------------------------------- presence

export const availabilities = ["available", "busy", "do-not-disturb", "away", "offline", "unknown"] as const;
export type Availability = (typeof availabilities)[number];

export const activities = [
  "none",
  "on-call",
  "ringing",
  "in-meeting",
  "presenting",
  "focusing",
  "wrap-up",
  "break",
  "training",
  "be-right-back",
  "out-of-office",
  "off-work",
  "inactive",
] as const;
export type Activity = (typeof activities)[number];

/** What one account shows. `unknown` means: this platform told us nothing that we understand. Never "available". */
export type Presence = {
  availability: Availability;
  activity: Activity;
  /** The platform's own words, for people to read (`Busy/InACall`, a status name). Not for decisions. */
  native?: string;
  /** Contact center only: may the platform route work to this agent now (on queue)? */
  routable?: boolean;
};

export const unknownPresence: Presence = { availability: "unknown", activity: "none" };

/** One observation of one account. */
export type PresenceReport = {
  /** The platform's id of the user, extension or agent. */
  account: string;
  presence: Presence;
  /** The platform's time where it gives one, else the time of reading. */
  observedAt: Date;
  /** Grows with each change on the platform, where it numbers them; compared only within one account. */
  sequence?: number;
  source: "read" | "push";
  /** RingCentral-like platforms without sessions: what to write back to restore this state. Opaque to us. */
  restore?: Record<string, unknown>;
};

/** What we are showing on somebody's behalf, kept until it is released. */
export type Held = {
  presence: Presence;
  /** What the platform itself will forget without us, if it does. Absent: it stays until released. */
  expiresAt?: Date;
  /** What was there before, for platforms without sessions. Opaque to us; given back to `release`. */
  before?: Record<string, unknown>;
};

export type PresencePort<S> = {
  /** Reads up to `facts.presence.readMax` accounts. Accounts that the platform does not know are left out. */
  read(c: Connection<S>, accounts: readonly string[]): Promise<PresenceReport[]>;
  /** Reads every account of the connection in as few requests as the platform allows. */
  readAll?(c: Connection<S>): Promise<PresenceReport[]>;
  /** Shows `presence` on somebody's behalf for at most `leaseMs`. Safe to repeat: repeating renews the lease. */
  hold?(c: Connection<S>, account: string, presence: Presence, leaseMs: number, held?: Held): Promise<Held>;
  /**
   * Ends what `hold` began. Where the platform has no sessions, restores `held.before` only if the account still shows
   * what we wrote; answers `kept` when somebody changed it meanwhile and it was left alone. Safe to repeat.
   */
  release?(c: Connection<S>, account: string, held: Held): Promise<"released" | "kept">;
  /**
   * Until when somebody who shows a meeting is in it, by their calendar, of which nothing else is read. Undefined: nothing
   * there says. Asked only where `tellsMeetings`, of few people and rarely.
   */
  meetingEnd?(c: Connection<S>, account: string): Promise<MeetingEnd | undefined>;
  /** Do these settings let us look into calendars? */
  tellsMeetings?(settings: S): boolean;
  /** Contact center: moves an agent to one of its statuses. Only by policy, never from on-queue. */
  setState?(c: Connection<S>, account: string, presence: Presence): Promise<"set" | "kept">;
};

/** `online`: it takes place on the platform itself. */
export type MeetingEnd = { until: Date; online: boolean };

// ---------------------------------------------------------------- people

export type DirectoryPerson = {
  account: string;
  name: string;
  /** Verified addresses only: what matching relies on. */
  emails: string[];
  /** E.164. The number that rings this person on this platform. */
  phone?: string;
  /** A SIP address that rings this person, where the settings say that there is one. */
  sip?: string;
  /** E.164. Their mobile, where the settings say that it may be rung when nothing else can. */
  mobile?: string;
  department?: string;
  title?: string;
  site?: string;
  active: boolean;
};
/** What can be seen of how one account is set up, without disturbing anybody. What is absent cannot be seen there. */
export type Inspection = {
  /** The app that shows our cards to this person. */
  app?: "installed" | "missing";
  /** May this person be called by a phone number there? */
  phoneLicence?: boolean;
  /** Are all calls to this person sent elsewhere before their phone rings? */
  forwardsAll?: boolean;
};
export type PeoplePort<S> = {
  /** A page of the directory; `cursor` of the last answer asks for the next. `delta: true` where it holds changes only. */
  list(c: Connection<S>, cursor?: string): Promise<{ people: DirectoryPerson[]; next?: string; delta?: boolean }>;
  /** Looks how an account is set up; changes nothing. @throws BridgeError `not_found` for an account that is gone. */
  inspect?(c: Connection<S>, account: string): Promise<Inspection>;
  /**
   * A small picture of this person; undefined where there is none. Read by jobs, kept for days.
   * @throws BridgeError `platform_unauthorized` where we may not see pictures.
   */
  photo?(c: Connection<S>, account: string): Promise<Photo | undefined>;
};
export type Photo = { type: "image/jpeg" | "image/png"; bytes: Uint8Array };

// ---------------------------------------------------------------- calls

export type PartyRole = "customer" | "agent" | "expert" | "system";
export type PartyState = "dialing" | "ringing" | "connected" | "held" | "left" | "failed";
export type Party = {
  /** The platform's id of this leg. */
  ref: string;
  role: PartyRole;
  state: PartyState;
  /** The platform's account, for agents. */
  account?: string;
  /** Display name as the platform has it. Personal data: never logged. */
  name?: string;
  /** Since when it is in this state, where the platform tells. */
  sinceAt?: Date;
  /** Why a leg failed or left: `busy`, `no-answer`, `declined`, `unreachable`, `voicemail`, `hung-up`, `removed`, … */
  reason?: string;
  /** A person was proven on this leg (spoke, pressed a key, accepted). Absent where the platform cannot tell. */
  human?: boolean;
};

export type Channel = "voice" | "video" | "chat" | "messaging" | "email" | "social";
export type RecordingState = "on" | "paused" | "off" | "unknown";

/** The whole of one interaction as the platform sees it at one moment. */
export type InteractionSnapshot = {
  /** The platform's present id, and the id it began with: platforms renumber on transfer. */
  ref: string;
  rootRef: string;
  channel: Channel;
  state: "live" | "ended";
  parties: Party[];
  recording: RecordingState;
  /** Attributes that the contact center holds about the conversation (queue, intent, tier, language, …). */
  attributes: Record<string, string>;
  startedAt: Date;
  observedAt: Date;
  /** Grows with each change; an older snapshot never replaces a newer. */
  sequence?: number;
};

/** How to ring somebody, in the order in which the ladder of reach would try them. */
export type Target =
  | { kind: "agent"; account: string }
  | { kind: "phone"; e164: string }
  | { kind: "sip"; uri: string }
  /** Whom another platform of ours knows, by its own id for them: for who has an interface to it and needs no number. */
  | { kind: "user"; platform: string; account: string }
  | { kind: "queue"; id: string };

export const callOperations = [
  "startConsult",
  "switchParty",
  "mergeConference",
  "completeTransfer",
  "cancelConsult",
  "blindTransfer",
  "addParty",
  "removeParty",
  "hold",
  "resume",
] as const;
export type CallOperation = (typeof callOperations)[number];

/** One thing that a platform is asked to do. `commandId` is the idempotency key: the same id never takes effect twice. */
export type CallCommand = {
  commandId: string;
  operation: CallOperation;
  interaction: string;
  /** The agent's account on this connection: who acts. */
  agent: string;
  target?: Target;
  /** `switchParty`: whom the agent talks to next. */
  speakTo?: "customer" | "expert";
  /** `removeParty`, `hold`, `resume`, `cancelConsult`: the leg meant. */
  party?: string;
  /** Opaque reference of at most 32 characters, carried wherever the platform has room for it. */
  contextRef?: string;
  /** How long an unanswered leg rings before the platform gives up. */
  ringMs?: number;
};

/**
 * What came of a command.
 * `done`: it has happened. `accepted`: it will be reported by an event (or is seen by `lookup`).
 * `refused`: it did not and will not happen. `unknown`: the answer was lost; ask `lookup`, never repeat blindly.
 */
export type Outcome =
  | { state: "done"; snapshot?: InteractionSnapshot }
  | { state: "accepted" }
  | { state: "refused"; code: string; reason: string }
  | { state: "unknown"; reason: string };

export type CallsPort<S> = {
  /** Runs one command. Absent operations are listed in `facts.calls`; asking for one is a fault of ours. */
  run(c: Connection<S>, command: CallCommand): Promise<Outcome>;
  /** The interaction as it is now; undefined when the platform does not know it (any more). */
  lookup(c: Connection<S>, interaction: string): Promise<InteractionSnapshot | undefined>;
  /** What this very instance can do, where it tells: never more than `facts.calls`. Read when the connection is checked. */
  capabilities?(c: Connection<S>): Promise<CallFacts>;
  /** Whether this very command took effect, where the platform remembers command ids. */
  lookupCommand?(c: Connection<S>, commandId: string): Promise<Outcome | undefined>;
};

// ---------------------------------------------------------------- events in

export type PlatformEvent =
  | { kind: "presence"; eventId: string; report: PresenceReport }
  /** What this account shows has changed and the event does not say to what: read it. */
  | { kind: "presence-changed"; eventId: string; account: string }
  | { kind: "interaction"; eventId: string; snapshot: InteractionSnapshot }
  /** Something changed about this interaction and the event does not say all: look again. */
  | { kind: "interaction-changed"; eventId: string; interaction: string }
  | { kind: "command"; eventId: string; commandId: string; outcome: Outcome }
  /** Somebody pressed a button on a card that we delivered. `verb` and `data` are as they were in the card. */
  | { kind: "answer"; eventId: string; account: string; verb: string; data: Record<string, unknown> }
  /** The platform asks for a renewal or reports that pushes may have been lost. */
  | { kind: "attention"; eventId: string; what: "renew" | "gap" };

export type EventsPort<S> = {
  /**
   * Checks a delivery on its raw bytes. Answers a Response at once for handshakes. Returns the events of a genuine
   * delivery, `rejected` otherwise. Constant-time comparison of secrets; a 5-minute window where there is a timestamp.
   */
  receive(
    c: Connection<S>,
    request: { method: string; url: string; headers: Headers; body: Uint8Array },
  ): Promise<{ events: PlatformEvent[] } | { handshake: Response } | { rejected: string }>;
  /**
   * Makes sure that pushes arrive at `address`. Safe to repeat: adopts what is there. `accounts`: those whose presence
   * matters most, for platforms that push about named accounts only. Undefined: pushes are not set up.
   */
  subscribe?(
    c: Connection<S>,
    address: string,
    known?: Subscription,
    accounts?: readonly string[],
  ): Promise<Subscription | undefined>;
};
export type Subscription = {
  id: string;
  expiresAt?: Date;
  secret?: string;
  data?: Record<string, unknown>;
  /** The platform had stopped pushing because our answers failed; this is a new one. */
  wasBlocked?: boolean;
};

/** What we use of a WebSocket. */
export type Socket = Pick<WebSocket, "addEventListener" | "close">;

export type StreamPort<S> = {
  /**
   * For platforms whose events come over a connection that we open: keeps it open, reconnects with back-off, brings up
   * to date what was missed meanwhile, and tells what happens, until `signal` says so. `report` resolves once the events
   * are stored, and rejects when they are to be told again. Runs in one process at a time; `replaced`: the platform now
   * tells somebody else. Events only hasten what reading shows anyway.
   * @throws BridgeError `platform_unauthorized`: a person must correct the settings.
   */
  follow(
    c: Connection<S>,
    report: (events: PlatformEvent[]) => Promise<void>,
    signal: AbortSignal,
  ): Promise<"stopped" | "replaced">;
};

// ---------------------------------------------------------------- invitations (the expert's side)

/** A card as the platform shows it: Adaptive Card content, and the same in plain words for notifications. */
export type Card = { content: Record<string, unknown>; text: string };

/** Where a card ended up, for updating it in place. Opaque to us. */
export type CardPlace = Record<string, string>;

/** `key` stays with the card. `again`: an earlier attempt with this key may have put the card there already. */
export type Delivery = { key: string; again: boolean };

/** A colleague as this platform knows them: their sign-in name and number; empty for who has no account there. */
export type Colleague = { address?: string; phone?: string };

export type InvitationsPort<S> = {
  /**
   * Puts a card before this person. `again`: where the platform shows what we posted, what is there already is found and
   * replaced in place; elsewhere a second card appears.
   * @throws BridgeError `unreachable` when the app is blocked or not installed.
   */
  deliver(c: Connection<S>, account: string, card: Card, delivery?: Delivery): Promise<CardPlace>;
  /** Takes a card away. Safe to repeat: what is gone is gone. */
  withdraw?(c: Connection<S>, place: CardPlace): Promise<void>;
  /** Replaces the card in place. Safe to repeat. */
  update(c: Connection<S>, place: CardPlace, card: Card): Promise<void>;
  /**
   * Puts what shows the cards before this person, who need do nothing. Absent: nothing has to be installed. Safe to repeat.
   * @throws BridgeError `unreachable` when it cannot be installed for this person, `unsupported` when settings are missing.
   */
  install?(c: Connection<S>, account: string): Promise<void>;
  /** Places of the platform that a card or a screen can lead to. Pure. */
  links?(settings: S, colleague: Colleague): { call?: string; chat?: string; page?: string };
};

// ---------------------------------------------------------------- the organization's own catalogue of apps

/** How somebody signs in for one upload: what goes with them, and what they come back with. PKCE, RFC 7636. */
export type UploadSignIn = { redirectUri: string; state: string; challenge: string; isReviewed: boolean };
export type UploadCode = { redirectUri: string; code: string; verifier: string };

/** `appId` and `version` as in the package. `isReviewed`: somebody else there has to let it through first. */
export type AppPackage = { zip: Uint8Array<ArrayBuffer>; appId: string; version: string; isReviewed: boolean };

/**
 * What came of an upload. `catalogId`: the catalogue's own id of the app; `version`: the one that it has.
 * Refused because: `sign-in` was not completed, `forbidden` for who has signed in, the same or a newer `version` is
 * there, it `exists` where they may not see it, or it is `invalid` by the platform's own rules (`says`).
 */
export type Published =
  | { state: "new" | "updated" | "submitted"; catalogId?: string; version: string }
  | { state: "refused"; code: "sign-in" | "forbidden" | "exists" }
  | { state: "refused"; code: "version"; catalogId: string; version: string }
  | { state: "refused"; code: "invalid"; says: string[] };

export type CataloguePort<S> = {
  /** Where somebody who may change the catalogue signs in for one upload. Pure. */
  signInUrl(settings: S, signIn: UploadSignIn): string;
  /**
   * Puts the package there, with the rights of who has signed in; their token is used for this alone and kept nowhere.
   * Repeating is safe: the same version is not taken twice.
   * @throws BridgeError as the platform's answer means, where it says nothing about the package.
   */
  publish(c: Connection<S>, signIn: UploadCode, app: AppPackage): Promise<Published>;
  /** The settings that say which app of the catalogue is ours. Pure. */
  settingsOf(catalogId: string): Partial<S>;
};

// ---------------------------------------------------------------- meetings

export type MeetingsPort<S> = {
  /** Makes a room that can be joined at once. Safe to repeat with the same key where the platform allows. */
  create(c: Connection<S>, organizer: string, subject: string, key: string): Promise<{ joinUrl: string; ref: string }>;
};

// ---------------------------------------------------------------- calls from the agent's own browser

/** What a browser can reach there: the meeting by its link, or a colleague's own client, which rings. */
export const joinWays = ["meeting", "person"] as const;
export type JoinWay = (typeof joinWays)[number];

/** Somebody whom the platform knows for the length of one consult, and proof of being them. The token is a secret. */
export type Caller = { caller: string; token: string; expiresAt: Date };

export type CallingPort<S> = {
  /** What these settings allow; nothing where they do not mention it. Pure. */
  ways(settings: S): readonly JoinWay[];
  /** Whom the browser then talks to, as sources of a content security policy. Pure. */
  sources(settings: S): readonly string[];
  /**
   * A token that is good for `ways` and as short-lived as the platform allows. `caller`: whom it is for, from an earlier
   * answer; absent, or forgotten by the platform: somebody new. Safe to repeat, at the price of one more caller.
   */
  issue(c: Connection<S>, ways: readonly JoinWay[], caller?: string): Promise<Caller>;
  /** Ends every token of a caller and what the platform keeps about them. Safe to repeat. */
  forget(c: Connection<S>, caller: string): Promise<void>;
};

// ---------------------------------------------------------------- agents' own sign-in

export type SignInPort<S> = {
  /**
   * Whose sign-in this token is, in the platform's own word. Undefined for one that is not good, or belongs to no agent.
   * The token is given to the platform alone, and kept nowhere. Absent: this platform's sign-in cannot be verified.
   */
  verify(c: Connection<S>, token: string): Promise<{ account: string } | undefined>;
};

// ---------------------------------------------------------------- the adapter

/** Runs against one configured instance of a platform: this Entra tenant, that contact center. */
export type Connection<S = unknown> = {
  id: string;
  tenantId: string;
  settings: S;
  /** Adds budget, penalty, time limit and metrics; counts as `lane`. Adapters make every request through it. */
  fetch: (input: string | URL | Request, init?: RequestInit & { lane?: Lane; cost?: string }) => Promise<Response>;
  /** Short-lived tokens shared by all processes, sealed at rest. One entry per key. */
  tokens: TokenStore;
  /** A WebSocket, for event streams. */
  openSocket(url: string, protocols?: string[]): Socket;
  now(): Date;
  /** Resolves after so many milliseconds, or when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
  log: Log;
};

/** What is worth more when a platform's budget is short. */
export type Lane = "call" | "engaged" | "expert" | "bulk";

export type TokenStore = {
  /** Returns the token under `key`, or makes one with `issue`, once over all processes. `expiresAt` less a margin counts. */
  get(key: string, issue: () => Promise<{ value: string; expiresAt: Date }>): Promise<string>;
  /** Forgets a token that the platform no longer accepts. */
  drop(key: string): Promise<void>;
};

/** Who carries a command out: our server, our server with the agent's own token, or only the agent's browser. */
export type Executor = "server" | "agent-token" | "desk";

export type AdapterFacts = {
  presence?: {
    /** Accounts in one `read`. */
    readMax: number;
    /** The budget that a `read` spends, and that each page of a `readAll` spends; absent: none is documented. */
    readCost?: string;
    readAllCost?: string;
    /** Accounts on one page of `readAll`. */
    readAllMax?: number;
    /** How late, at most, reading may still show what was there before a write; absent: a minute. */
    settleMsMax?: number;
    /** Shortest and longest lease that the platform accepts; absent: it has no leases. */
    leaseMsMin?: number;
    leaseMsMax?: number;
    /** The presences that `hold` can show. */
    holds: readonly Presence[];
    push: "webhook" | "stream" | "socket" | "none";
  };
  calls?: {
    operations: Partial<Record<CallOperation, Executor>>;
    targets: readonly Target["kind"][];
    /** Target `user`: on which platforms, by the ids of their adapters. */
    userPlatforms?: readonly string[];
    partiesMax: number;
    /** Room for a context reference, in characters; 0: the card is the context. */
    contextRefMax: number;
    /** What becomes of a recording when the agent has left; absent: the platform does not tell. */
    recordingAfterTransfer?: "continues" | "stops";
    /** Does the context reference survive a transfer? */
    contextSurvivesTransfer: boolean;
  };
  cards?: { version: string; bytesMax: number };
};

/** `feature`: one word, for screens to word; `isUsed`: by these settings; `writes`: it lets us change something there. */
export type PermissionFacts = { name: string; feature: string; isUsed: boolean; writes: boolean };

export type CallFacts = NonNullable<AdapterFacts["calls"]>;

export type Adapter<S extends z.ZodType = z.ZodType> = {
  /** The folder's name. */
  id: string;
  /** As people know it. */
  name: string;
  side: "contact-center" | "uc";
  /** What an admin fills in. Keys named in `secretSettings` are never shown again. */
  settings: S;
  secretSettings: readonly string[];
  facts: AdapterFacts;
  presence?: PresencePort<z.output<S>>;
  people?: PeoplePort<z.output<S>>;
  calls?: CallsPort<z.output<S>>;
  events?: EventsPort<z.output<S>>;
  stream?: StreamPort<z.output<S>>;
  invitations?: InvitationsPort<z.output<S>>;
  catalogue?: CataloguePort<z.output<S>>;
  meetings?: MeetingsPort<z.output<S>>;
  calling?: CallingPort<z.output<S>>;
  signIn?: SignInPort<z.output<S>>;
  /** What an admin grants us there, each with the feature that it unlocks. Pure; absent: the platform has no such list. */
  permissions?(settings: z.output<S>): PermissionFacts[];
  /** Where an admin gives that consent, all at once. Pure. */
  consentUrl?(settings: z.output<S>): string;
  /** Asks the platform whether the settings work. Throws BridgeError with the fix in its message. */
  check(c: Connection<z.output<S>>): Promise<void>;
};

export const defineAdapter = <S extends z.ZodType>(adapter: Adapter<S>): Adapter<S> => adapter;
// biome-ignore lint/suspicious/noExplicitAny: the list holds adapters of every settings type
export type AnyAdapter = Adapter<any>;
