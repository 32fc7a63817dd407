/** An interaction in our words: who is in it, and what became of the legs that we dialled and Twilio lists no more. */
import type { InteractionSnapshot, Party } from "../../src/platform/contract.ts";
import { findCall, isOver, labelOf } from "./dial.ts";
import { type Deeds, type Dial, type Fate, noteFate, recallAnswer, recallFate } from "./memory.ts";
import { isPresent, type Leg, type Scene } from "./scene.ts";
import type { Twilio } from "./settings.ts";
import type { Call } from "./wire.ts";

/** How long a dial whose answer was lost is searched for among past calls. */
const searchedMs = 120_000;

/** A declined call looks like a busy one: Twilio makes both of SIP 486 and 603. `canceled`: somebody took it back. */
const fates: Readonly<Record<string, Omit<Fate, "call">>> = {
  busy: { state: "failed", reason: "busy" },
  "no-answer": { state: "failed", reason: "no-answer" },
  failed: { state: "failed", reason: "unreachable" },
  canceled: { state: "left", reason: "removed" },
  completed: { state: "left", reason: "hung-up" },
};

/** A dial whose leg is not in the conference: how it ended, or that its call still goes on somewhere. */
export type Past = { dial: Dial; fate?: Fate; call?: Call };

/** What is no longer in the conference of what we dialled, oldest first. */
export async function readPast(c: Twilio, deeds: Deeds, legs: readonly Leg[]): Promise<Past[]> {
  const gone = deeds.dials.filter((dial) => !legs.some((leg) => leg.label === labelOf(dial.command)));
  return Promise.all(gone.map((dial) => readFate(c, dial, deeds)));
}

async function readFate(c: Twilio, dial: Dial, deeds: Deeds): Promise<Past> {
  const known = await recallFate(c, dial.command);
  if (known) return { dial, fate: known };
  const isForgotten = !dial.call && c.now().getTime() - dial.at > searchedMs;
  const call = isForgotten ? undefined : await findCall(c, dial, deeds);
  if (!call) return { dial };
  const fate = isOver(call) ? fates[call.status ?? ""] : undefined;
  if (!fate) return { dial, call };
  const noted = { ...fate, call: call.sid };
  await noteFate(c, dial.command, noted);
  return { dial, fate: noted };
}

const partyOf = (past: Past): Party[] =>
  past.fate ? [{ ref: past.fate.call, role: "expert", state: past.fate.state, reason: past.fate.reason }] : [];

async function describe(c: Twilio, scene: Scene, leg: Leg): Promise<Party> {
  const { call: ref, role, state } = leg;
  if (role === "agent") return { ref, role, state, ...accountOf(scene) };
  if (role === "customer") return { ref, role, state, ...nameOf(scene) };
  const answered = role === "expert" && isPresent(leg) && c.settings.machineDetection;
  const by = answered ? await recallAnswer(c, ref) : undefined;
  if (by === "machine") return { ref, role, state, human: false, reason: "voicemail" };
  return by === "person" ? { ref, role, state, human: true } : { ref, role, state };
}

/** The agent who has the task; the one who had it last while nobody has. */
function accountOf({ reservations }: Scene): { account?: string } {
  const had = (status: string) => reservations.findLast((one) => one.reservation_status === status);
  const account = (had("accepted") ?? had("wrapping") ?? had("completed"))?.worker_sid;
  return account ? { account } : {};
}

function nameOf({ task }: Scene): { name?: string } {
  const name = task?.attributes.name;
  return typeof name === "string" && name ? { name } : {};
}

/** Ids of Twilio's own and numbers that are shown as the customer's name already. */
const hidden = ["account_sid", "api_version", "call_sid", "conference", "name"];

function attributesOf({ task }: Scene): Record<string, string> {
  if (!task) return {};
  const plain = Object.entries(task.attributes).filter(
    ([key, value]) => !hidden.includes(key) && ["string", "number", "boolean"].includes(typeof value),
  );
  const queue = task.value.task_queue_friendly_name;
  return { ...Object.fromEntries(plain.map(([key, value]) => [key, String(value)])), ...(queue ? { queue } : {}) };
}

const waiting = ["pending", "reserved", "assigned"];

/** Live while there is a conference that goes on, or the task still waits for one. */
const stateOf = ({ conference, task }: Scene): InteractionSnapshot["state"] => {
  if (conference) return conference.isLive ? "live" : "ended";
  return waiting.includes(task?.value.assignment_status ?? "") ? "live" : "ended";
};

const channels: Readonly<Record<string, InteractionSnapshot["channel"]>> = {
  voice: "voice",
  default: "voice",
  video: "video",
  chat: "chat",
  sms: "messaging",
  email: "email",
};

export async function toSnapshot(c: Twilio, scene: Scene, past: readonly Past[]): Promise<InteractionSnapshot> {
  const live = await Promise.all(scene.legs.map((leg) => describe(c, scene, leg)));
  const created = scene.task?.value.date_created;
  return {
    ref: scene.ref,
    rootRef: scene.ref,
    channel: channels[scene.task?.value.task_channel_unique_name ?? "voice"] ?? "messaging",
    state: stateOf(scene),
    parties: [...past.flatMap(partyOf), ...live],
    recording: "unknown",
    attributes: attributesOf(scene),
    startedAt: scene.conference?.startedAt ?? new Date(created ?? scene.observedAt),
    observedAt: scene.observedAt,
  };
}
