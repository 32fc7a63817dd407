/**
 * The contract between Patchcord and a contact center that speaks it: what each side sends the other, as JSON over
 * signed HTTP. Unknown members are ignored, so both sides may add some. Instants are ISO 8601 with an offset or `Z`.
 * The README beside this file shows each message with an example.
 */
import { z } from "zod";
import { callOperations } from "../../src/platform/contract.ts";

const ref = z.string().min(1).max(200);
const words = z.string().max(200);
const instant = z.iso.datetime({ offset: true });
const sequence = z.int().nonnegative();

// ---------------------------------------------------------------- agents

/** What an agent shows in the contact center. */
export const agentState = z.object({
  /** The status in the contact center's own words; shown to people, never interpreted. */
  status: words,
  /**
   * What the status means, in one of the words of the `meanings` table (translate.ts): available, busy, on-call,
   * ringing, wrap-up, do-not-disturb, meeting, training, break, meal, away, offline. Any other word means "no
   * information".
   */
  means: words,
  /** May work be routed to the agent now (on queue and free)? */
  routable: z.boolean(),
  /** Since when. */
  since: instant.exactOptional(),
  /** Grows with each change of this agent's state. Without it, changes are ordered by their time. */
  sequence: sequence.exactOptional(),
});

/** One agent, in the list that `GET /agents` answers. */
export const agent = z.object({
  /** Stable for ever; every other message names the agent by it. */
  id: ref,
  name: words,
  /** Verified addresses only: people are matched by them. */
  emails: z.array(z.string().max(320)).max(20).default([]),
  /** E.164. */
  phone: z
    .string()
    .regex(/^\+[1-9]\d{1,14}$/)
    .exactOptional(),
  department: words.exactOptional(),
  title: words.exactOptional(),
  site: words.exactOptional(),
  /** False: the agent has left; the account must no longer be used. */
  active: z.boolean().default(true),
  state: agentState,
});

/** Answer of `GET /agents?cursor=…` (a page) and of `GET /agents?id=…&id=…` (up to 100 by id, all in one answer). */
export const agentPage = z.object({
  agents: z.array(agent).max(1_000),
  /** Asks for the next page; absent on the last. */
  next: z.string().min(1).max(2_000).exactOptional(),
  /** The contact center's clock when it answered. */
  asOf: instant.exactOptional(),
});

/** `POST /agents/{id}/state`: move an agent who is not on queue. 200 when moved, 409 when left alone. */
export const stateChange = z.object({ agent: ref, means: words });

// ---------------------------------------------------------------- interactions

/** Somebody in an interaction. A party that has left stays listed, with the reason. */
export const party = z.object({
  ref,
  role: z.enum(["customer", "agent", "expert", "system"]),
  state: z.enum(["dialing", "ringing", "connected", "held", "left", "failed"]),
  /** The agent's id, for agents. */
  account: ref.exactOptional(),
  name: words.exactOptional(),
  /** Why the party left or failed: busy, no-answer, declined, unreachable, voicemail, hung-up, removed, cancelled, … */
  reason: words.exactOptional(),
  /** True: a person was heard. False: a machine. Leave it out when you cannot tell. */
  human: z.boolean().exactOptional(),
});

/** The whole of an interaction at one moment. */
export const snapshot = z.object({
  ref,
  /** The id with which it began, when transfers give it another. */
  rootRef: ref.exactOptional(),
  channel: z.enum(["voice", "video", "chat", "messaging", "email", "social"]).default("voice"),
  state: z.enum(["live", "ended"]),
  parties: z.array(party).max(50),
  recording: z.enum(["on", "paused", "off", "unknown"]).default("unknown"),
  attributes: z.record(z.string().max(100), z.string().max(4_000)).default({}),
  startedAt: instant,
  observedAt: instant,
  /** Grows with each change of this interaction. */
  sequence: sequence.exactOptional(),
});

// ---------------------------------------------------------------- commands (Patchcord to the contact center)

export const target = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("agent"), account: ref }),
  z.object({ kind: z.literal("phone"), e164: z.string().regex(/^\+[1-9]\d{1,14}$/) }),
  z.object({ kind: z.literal("sip"), uri: z.string().min(1).max(500) }),
  /** Somebody whom another platform knows, by its id for them, where you ring its users without a number. */
  z.object({ kind: z.literal("user"), platform: words, account: ref }),
  z.object({ kind: z.literal("queue"), id: ref }),
]);

/**
 * `POST /commands`. The same `commandId` must never take effect twice: answer a repetition as you answered the first.
 * 202: taken, `command.finished` will follow. 200: done. 4xx: refused, with a problem document that has a `code`.
 */
export const command = z.object({
  commandId: ref,
  op: z.enum(callOperations),
  interaction: ref,
  /** The agent on whose behalf. Refuse with 403 when that agent is not in the interaction. */
  agent: ref,
  /** startConsult, addParty, blindTransfer: whom to ring. */
  target: target.exactOptional(),
  /** switchParty: whom the agent talks to next. */
  speakTo: z.enum(["customer", "expert"]).exactOptional(),
  /** removeParty, hold, resume, cancelConsult: whose leg. */
  party: ref.exactOptional(),
  /** An opaque reference to carry along (call attribute, SIP header, UUI). At most 32 characters. */
  contextRef: z.string().max(32).exactOptional(),
  /** How long an unanswered leg rings before you give up. */
  ringMs: z.int().positive().exactOptional(),
  /** Refuse with 409 `too_late` what you would begin after this instant. */
  deadline: instant,
});

/** Answer of `POST /commands` with 200, and of `GET /commands/{commandId}`, which is 404 when it never arrived. */
export const commandRecord = z.object({
  state: z.enum(["accepted", "done", "refused"]),
  /** refused: a stable word, e.g. expert_not_connected. */
  code: words.exactOptional(),
  /** refused: a sentence for people. */
  reason: z.string().max(1_000).exactOptional(),
  snapshot: snapshot.exactOptional(),
});

/** The body of every 4xx (RFC 9457). Patchcord reads `code` and `detail`. */
export const problem = z.object({
  title: words.exactOptional(),
  detail: z.string().max(1_000).exactOptional(),
  code: words.exactOptional(),
});

// ---------------------------------------------------------------- capabilities

/** Answer of `GET /capabilities`: what this contact center can do. Patchcord offers nothing beyond it. */
export const capabilities = z.object({
  version: z.literal(1),
  /** Of the ten operations, those that `POST /commands` takes. */
  operations: z.array(words),
  /**
   * Of these operations, those that only the agent's own browser can carry out. Patchcord does not send them to
   * `POST /commands` but hands them to the page that shows the desk (docs/desk-host.md).
   */
  desk: z.array(words).default([]),
  /** Of agent, phone, sip, user and queue. */
  targets: z.array(words),
  /** For `user`: of which platforms (`teams`, `ringcentral`). */
  userPlatforms: z.array(words).default([]),
  partiesMax: z.int().min(2).default(3),
  /** Room for `contextRef` in characters; 0 when it cannot be carried. */
  contextRefMax: z.int().nonnegative().default(0),
  contextSurvivesTransfer: z.boolean().default(false),
  /** The statuses that agents can be in, in the contact center's own words, with their meaning. */
  statuses: z.array(z.object({ status: words, means: words, routable: z.boolean() })).default([]),
});

// ---------------------------------------------------------------- events (the contact center to Patchcord)

/** The same for every event. Send it again, with the same `eventId`, until it is answered with 2xx. */
const envelope = {
  eventId: ref,
  /** When it happened, by the contact center's clock. */
  occurredAt: instant,
};

export const event = z.discriminatedUnion("type", [
  /** An agent shows something else. */
  z.object({ ...envelope, type: z.literal("agent.state.changed"), agent: ref, state: agentState }),
  /** Something about an interaction changed. Without `snapshot`, Patchcord asks for it. */
  z.object({
    ...envelope,
    type: z.literal("interaction.changed"),
    interaction: ref,
    snapshot: snapshot.exactOptional(),
  }),
  /** What came of a command that was answered 202. */
  z.object({
    ...envelope,
    type: z.literal("command.finished"),
    commandId: ref,
    state: z.enum(["done", "refused"]),
    code: words.exactOptional(),
    reason: z.string().max(1_000).exactOptional(),
    snapshot: snapshot.exactOptional(),
  }),
  /** Events may have been lost (a restart, a full queue): Patchcord looks at everything again. */
  z.object({ ...envelope, type: z.literal("events.lost") }),
]);

/** A request carries one event, or up to 100 of them: `{"events": [ … ]}`. */
export const eventBatch = z.object({ events: z.array(event).min(1).max(100) });

export type WireAgent = z.output<typeof agent>;
export type WireAgentState = z.output<typeof agentState>;
export type WireSnapshot = z.output<typeof snapshot>;
export type WireCommand = z.output<typeof command>;
export type WireCommandRecord = z.output<typeof commandRecord>;
export type WireCapabilities = z.output<typeof capabilities>;
export type WireEvent = z.output<typeof event>;
