/** An interaction as Twilio has it at one moment: the task, the voice conference behind it, and who is in it. */
import type { PartyRole, PartyState } from "../../src/platform/contract.ts";
import { recallDeeds } from "./memory.ts";
import { readAllPages } from "./pages.ts";
import { askFor, askTagged, orUndefined } from "./request.ts";
import { isSid, type Twilio } from "./settings.ts";
import * as wire from "./wire.ts";

/** One participant of the conference. `call` is the id of their call, which is also how we name the party. */
export type Leg = {
  call: string;
  label: string | undefined;
  role: PartyRole;
  state: PartyState;
  /** Whispers to one party and is heard by nobody else. Twilio cannot put such a leg on hold. */
  coaches: boolean;
  /** Twilio ends the conference, and with it everybody's call, when this leg goes. Flex sets it on all its legs. */
  endsConference: boolean;
};

export type Scene = {
  /** The task's id, which names the interaction from beginning to end. */
  ref: string;
  /** Absent once Twilio has deleted it, five minutes after its completion. */
  task: { value: wire.Task; etag: string | undefined; attributes: Record<string, unknown> } | undefined;
  conference: { sid: string; isLive: boolean; startedAt: Date | undefined } | undefined;
  reservations: wire.Reservation[];
  /** The task's attributes, as far as they say who is who. */
  people: Record<string, unknown>;
  /** Live ones only: Twilio lists nobody who has left. */
  legs: Leg[];
  observedAt: Date;
};

/** Undefined when Twilio knows neither a task nor a conference of this name. */
export async function readScene(c: Twilio, ref: string): Promise<Scene | undefined> {
  const observedAt = c.now();
  if (!isSid("task", ref)) return undefined;
  const task = await readTask(c, ref);
  const [conference, reservations] = await Promise.all([findConference(c, ref, task), readReservations(c, ref, task)]);
  if (!task && !conference) return undefined;
  const people = task?.attributes ?? (await rememberedPeople(c, ref));
  const legs = conference?.isLive ? await readLegs(c, conference.sid, people) : [];
  return { ref, task, conference, reservations, people, legs, observedAt };
}

/** Whom we knew when we dialled for them. */
async function rememberedPeople(c: Twilio, ref: string): Promise<Record<string, unknown>> {
  const { dials } = await recallDeeds(c, ref);
  return { conference: { participants: { customer: dials.at(-1)?.customer } } };
}

async function readTask(c: Twilio, ref: string): Promise<Scene["task"]> {
  const found = await orUndefined(askTagged(c, { api: "taskRouter", path: `/Tasks/${ref}` }, wire.task));
  return found && { ...found, attributes: wire.readObject(found.value.attributes) };
}

function readReservations(c: Twilio, ref: string, task: Scene["task"]): Promise<wire.Reservation[]> {
  if (!task) return Promise.resolve([]);
  const path = `/Tasks/${ref}/Reservations`;
  return readAllPages(c, { api: "taskRouter", path, query: { PageSize: 50 } }, "reservations", wire.reservation);
}

/** Flex names the conference after the task and notes its id in the task's attributes. */
async function findConference(c: Twilio, ref: string, task: Scene["task"]): Promise<Scene["conference"]> {
  const known = conferenceOf(task?.attributes ?? {}).sid;
  const found =
    typeof known === "string" && isSid("conference", known)
      ? await orUndefined(askFor(c, { api: "voice", path: `/Conferences/${known}.json` }, wire.conference))
      : await findByName(c, ref);
  if (!found) return undefined;
  return { sid: found.sid, isLive: found.status !== "completed", startedAt: wire.readDate(found.date_created) };
}

async function findByName(c: Twilio, ref: string): Promise<wire.Conference | undefined> {
  const query = { FriendlyName: ref, Status: "in-progress", PageSize: 1 };
  const ask = { api: "voice", path: "/Conferences.json", query } as const;
  return (await readAllPages(c, ask, "conferences", wire.conference))[0];
}

export async function readLegs(c: Twilio, conference: string, attributes: Record<string, unknown>): Promise<Leg[]> {
  const path = `/Conferences/${conference}/Participants.json`;
  const listed = await readAllPages(
    c,
    { api: "voice", path, query: { PageSize: 50 } },
    "participants",
    wire.participant,
  );
  const madeAt = (one: wire.Participant) => wire.readDate(one.date_created)?.getTime() ?? 0;
  const oldestFirst = listed.sort((one, other) => madeAt(one) - madeAt(other));
  return oldestFirst.map((one) => toLeg(one, attributes)).filter(isLive);
}

export const expertPrefix = "expert-";

/** Who is who: Flex notes the customer's and the agent's calls in the task, we and others label the rest. */
function roleOf(one: wire.Participant, attributes: Record<string, unknown>): PartyRole {
  const { customer, worker } = conferenceOf(attributes).participants;
  if (one.label?.startsWith(expertPrefix)) return "expert";
  if (one.call_sid === customer || one.call_sid === attributes.call_sid) return "customer";
  if (one.call_sid === worker) return "agent";
  if (/^customer\b/.test(one.label ?? "")) return "customer";
  return /^(agent|worker)\b/.test(one.label ?? "") ? "agent" : "system";
}

const states: Readonly<Record<string, PartyState>> = {
  queued: "dialing",
  connecting: "dialing",
  ringing: "ringing",
  connected: "connected",
  complete: "left",
  failed: "failed",
};

export const toLeg = (one: wire.Participant, attributes: Record<string, unknown>): Leg => {
  const state = states[one.status ?? ""] ?? "connected";
  return {
    call: one.call_sid,
    label: one.label ?? undefined,
    role: roleOf(one, attributes),
    state: state === "connected" && one.hold ? "held" : state,
    coaches: one.coaching ?? false,
    endsConference: one.end_conference_on_exit ?? false,
  };
};

type Noted = { sid?: unknown; participants: { customer?: unknown; worker?: unknown } };

function conferenceOf(attributes: Record<string, unknown>): Noted {
  const noted = attributes.conference as { sid?: unknown; participants?: unknown } | null | undefined;
  const participants = noted?.participants;
  return { sid: noted?.sid, participants: typeof participants === "object" && participants ? participants : {} };
}

// ---------------------------------------------------------------- questions about legs

export const isLive = (leg: Leg): boolean => leg.state !== "left" && leg.state !== "failed";
export const isPresent = (leg: Leg): boolean => leg.state === "connected" || leg.state === "held";
export const isHeld = (leg: Leg): boolean => leg.state === "held";
export const isConnected = (leg: Leg): boolean => leg.state === "connected";
export const byRole = (legs: readonly Leg[], role: PartyRole): Leg[] => legs.filter((leg) => leg.role === role);
export const customerOf = (legs: readonly Leg[]): Leg | undefined => byRole(legs, "customer").find(isPresent);
export const agentOf = (legs: readonly Leg[]): Leg | undefined => byRole(legs, "agent").find(isPresent);
export const expertsOf = (legs: readonly Leg[]): Leg[] => byRole(legs, "expert");
