/**
 * What the made-up world shows to the stage, and what the stage may do to it. Types and the lists of choices only.
 *
 * - `GET  {service}/sandbox/config`        → `SandboxConfig`: where the world lives (another origin)
 * - `GET  {world}/world`                   → `WorldView`
 * - `GET  {world}/world/stream`            → server-sent events, each `data:` a whole `WorldView`; the first at once
 * - `POST {world}/world/actions`           → 200 and the new `WorldView`, or a problem document that says what to do
 * - `POST {world}/world/desk-token`        → `DeskTokenAnswer`
 * - `POST {world}/world/tab-token`         → `TabTokenAnswer`
 *
 * The world allows the service's origin (CORS) for all of these. Instants are ISO 8601 strings in UTC.
 */
import type { CallOperation, Outcome, PartyRole, PartyState, RecordingState } from "../platform/contract.ts";

export type SandboxConfig = { worldUrl: string };

/** The platforms on which experts live. */
export type ExpertPlatform = "teams" | "ringcentral";

export type WorldView = {
  /** Grows with each change. A view with a smaller number than the one on screen is late and is dropped. */
  sequence: number;
  at: string;
  service: { up: boolean /** How often it was killed and came back. */; restarts: number };
  /** People who can ring in, for the call controls. */
  customers: { id: string; name: string; tier?: string; intent: string }[];
  agents: AgentView[];
  /** Newest first. Ended calls stay for two minutes. */
  calls: CallView[];
  phones: PhoneView[];
  teams: { users: UserView[] };
  ringcentral: { extensions: UserView[] };
  faults: FaultView[];
};

/** An agent as the contact center has them. */
export type AgentView = {
  account: string;
  name: string;
  email: string;
  /** The contact center's own word for their status, and all the words that can be chosen. */
  status: string;
  statuses: string[];
  onCall: boolean;
};

/** One conversation as the contact center's platform has it. */
export type CallView = {
  ref: string;
  startedAt: string;
  endedAt?: string;
  state: "ringing" | "live" | "ended";
  /** `WorldView.agents[].account` of the agent who took the call. */
  agent: string;
  recording: RecordingState;
  parties: CallParty[];
  /** What the bridge asked of the platform, oldest first. */
  commands: WireCommand[];
};

export type CallParty = {
  ref: string;
  role: PartyRole;
  name: string;
  state: PartyState;
  /** Refs of the parties whose voice this one hears. Empty and `music` while on hold. */
  hears: string[];
  music: boolean;
  /** Why a leg failed or left, in the platform's word. */
  reason?: string;
  since: string;
};

export type WireCommand = {
  id: string;
  operation: CallOperation;
  /** `asked`: the platform has it and has not answered. The rest as the platform answered. */
  state: "asked" | Outcome["state"];
  latencyMs?: number;
  at: string;
  /** A refusal's reason, or why nobody knows. */
  reason?: string;
};

/** A telephone in the world. Its owner is a user or extension id. */
export type PhoneView = {
  number: string;
  owner: string;
  platform: ExpertPlatform;
  /** Set while it rings. `from` is the caller id shown. */
  ringing: { partyRef: string; from: string } | null;
  /** Ref of the party whose call it is on. */
  connected: string | null;
  /** What it does by itself when rung. `manual`: waits for `answer-phone`, `decline-phone` or `voicemail`. */
  mode: "manual" | "answers" | "never-answers" | "voicemail";
};

/** An expert's account on their platform, with the chat in which cards arrive. */
export type UserView = {
  id: string;
  name: string;
  title: string;
  /** What colleagues see: all sessions and the person's own choice, added up by the platform. Its own words. */
  presence: { availability: string; activity: string };
  /** What adds up to it. */
  own: {
    /** The person's own choice; absent while automatic. One of `statuses[platform]`. */
    status?: string;
    /** On a call or in a meeting of their own (see `person-call`). */
    onCall: boolean;
    /** A status that the bridge shows on their behalf; until when, where the platform has sessions that end. */
    lease?: { availability: string; activity: string; until?: string };
  };
  chat: { messages: ChatMessage[] };
};

export type ChatMessage = {
  id: string;
  from: "bot" | "user";
  text?: string;
  /** Adaptive Card content exactly as the bot sent it. */
  card?: Record<string, unknown>;
  at: string;
  /** When the bot last replaced it in place. */
  edited?: string;
};

export type FaultView = { what: Fault; since: string /** How often it has bitten. */; hits: number };

/** The statuses that a person can pick, in each platform's own words. `Automatic` takes the choice back. */
export const statuses = {
  teams: ["Automatic", "Available", "Busy", "DoNotDisturb", "BeRightBack", "Away", "Offline"],
  ringcentral: ["Automatic", "Available", "Busy", "DoNotDisturb", "Offline"],
} as const satisfies Record<ExpertPlatform, readonly string[]>;

export const faults = [
  /** Phones ring out: no expert answers. */
  "nobody-answers",
  /** Phones go to voicemail. */
  "voicemail",
  /** The contact center answers 429 with Retry-After to the next commands. */
  "slow-down",
  /** The contact center carries out the next command and drops its answer. */
  "answer-lost",
  /** The contact center answers 503. */
  "platform-down",
  /** The expert platforms deliver no presence pushes. */
  "pushes-lost",
] as const;
export type Fault = (typeof faults)[number];

export type WorldAction =
  /** Without a customer the first is taken, without an agent the first who is free. */
  | { action: "start-call"; customer?: string; agent?: string; channel?: "voice" | "chat" | "messaging" }
  | { action: "customer-hangs-up"; call: string }
  | { action: "agent-hangs-up"; call: string }
  /** `status` is one of the agent's `statuses`. */
  | { action: "agent-status"; agent: string; status: string }
  | { action: "answer-phone"; partyRef: string }
  | { action: "decline-phone"; partyRef: string }
  | { action: "voicemail"; partyRef: string }
  /** The person who has answered hangs up. */
  | { action: "hang-up-phone"; partyRef: string }
  /** A button on a card: `verb` and `data` of its Action.Execute (or Action.Submit), inputs merged into `data`. */
  | {
      action: "press-card";
      platform: ExpertPlatform;
      user: string;
      message: string;
      verb: string;
      data: Record<string, unknown>;
    }
  | { action: "set-status"; platform: ExpertPlatform; user: string; status: string }
  /** The person begins or ends a call of their own. */
  | { action: "person-call"; platform: ExpertPlatform; user: string; on: boolean }
  | { action: "say-to-bot"; user: string; text: string }
  | { action: "break"; what: Fault }
  /** Ends one fault, or all. */
  | { action: "mend"; what?: Fault }
  /** Kills our server the hard way; the world starts it again. */
  | { action: "kill-service" }
  /** Everything as in the beginning. */
  | { action: "reset" };

/** `user`: one of `WorldView.teams.users`. The answer's `tabUrl` is the page without the token, which goes after the `#`. */
export type TabTokenRequest = { user: string };
export type TabTokenAnswer = { token: string; tabUrl: string };
export type DeskTokenRequest = { agent: string };
/** `deskUrl` is the desk's page without the token; the host page hands the token over (see `desk/protocol.ts`). */
export type DeskTokenAnswer = { token: string; expiresAt: string; deskUrl: string };
