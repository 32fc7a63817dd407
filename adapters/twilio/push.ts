/** What Twilio reports of agents, tasks, conferences and calls, in our words. */
import type { PlatformEvent } from "../../src/platform/contract.ts";
import { type Engagement, type Floor, noteAnswer } from "./memory.ts";
import { engagementOf } from "./occupancy.ts";
import { isSid, type Twilio } from "./settings.ts";
import { toPresence } from "./words.ts";

const present = (event: PlatformEvent | undefined): PlatformEvent[] => (event ? [event] : []);

// ---------------------------------------------------------------- TaskRouter

/** An event of TaskRouter, whether it came by the workspace's callback or by Event Streams. */
export type TaskRouterEvent = {
  sid: string;
  type: string;
  at: Date;
  worker?: string | undefined;
  activity?: { name: string; sid?: string | undefined } | undefined;
  task?: string | undefined;
  channel?: string | undefined;
};

/** What a reservation in this state means for the agent; null: no longer engaged in this task. */
const engagements: Readonly<Record<string, Engagement | null>> = {
  "reservation.created": "ringing",
  "reservation.accepted": "on-call",
  "reservation.wrapup": "wrap-up",
  "reservation.completed": null,
  "reservation.canceled": null,
  "reservation.rejected": null,
  "reservation.rescinded": null,
  "reservation.timeout": null,
  "reservation.failed": null,
};

/** After these an interaction looks different to us; the others are many and say nothing about who is in it. */
const changesInteraction: readonly string[] = [
  "reservation.accepted",
  "reservation.wrapup",
  "reservation.completed",
  "reservation.canceled",
  "task.wrapup",
  "task.completed",
  "task.canceled",
];

export const subscribedTypes: readonly string[] = [
  ...new Set(["worker.activity.update", ...Object.keys(engagements), ...changesInteraction]),
];

export function ofTaskRouter(event: TaskRouterEvent, floor: Floor): PlatformEvent[] {
  return [...present(presenceOf(event, floor)), ...present(interactionOf(event))];
}

function presenceOf(event: TaskRouterEvent, floor: Floor): PlatformEvent | undefined {
  const { sid, at, worker, activity } = event;
  if (!worker || !activity || !isSid("worker", worker)) return undefined;
  const engagement = engagementAfter(event, floor, worker);
  if (engagement === "unchanged") return undefined;
  const available = activity.sid === undefined ? undefined : floor.available[activity.sid];
  const presence = toPresence(activity.name, available, engagement);
  const report = { account: worker, presence, observedAt: at, source: "push" } as const;
  return { kind: "presence", eventId: `${sid}:presence`, report };
}

/** Activities change without regard to calls, so the last reading says what else the agent is engaged in. */
function engagementAfter({ type, channel, task }: TaskRouterEvent, floor: Floor, worker: string) {
  if (type === "worker.activity.update") return engagementOf(floor, worker);
  const engagement = Object.hasOwn(engagements, type) ? engagements[type] : undefined;
  if (engagement === undefined || channel !== "voice") return "unchanged";
  if (engagement) return engagement;
  const others = Object.entries(floor.tasks).filter(([sid]) => sid !== task);
  return engagementOf({ ...floor, tasks: Object.fromEntries(others) }, worker);
}

function interactionOf({ sid, type, task, channel }: TaskRouterEvent): PlatformEvent | undefined {
  if (channel !== "voice" || !changesInteraction.includes(type)) return undefined;
  return changed(`${sid}:interaction`, task);
}

const changed = (eventId: string, interaction: string | null | undefined): PlatformEvent | undefined =>
  interaction && isSid("task", interaction) ? { kind: "interaction-changed", eventId, interaction } : undefined;

// ---------------------------------------------------------------- conferences and calls

/** Flex names its conferences after the task. Who speaks is no news. */
export function ofConference(form: URLSearchParams): PlatformEvent[] {
  const what = form.get("StatusCallbackEvent") ?? "";
  if (what.startsWith("participant-speech")) return [];
  const id = `${form.get("ConferenceSid")}:${form.get("SequenceNumber") ?? ""}:${what}`;
  return present(changed(id, form.get("FriendlyName")));
}

/** The progress of a leg that we dialled; the address says for which interaction, as it was ours to choose. */
export function ofCall(form: URLSearchParams, url: string): PlatformEvent[] {
  const id = `${form.get("CallSid")}:${form.get("SequenceNumber") ?? ""}:${form.get("CallStatus") ?? ""}`;
  return present(changed(id, URL.parse(url)?.searchParams.get("interaction")));
}

/** Who answered a leg of ours. Twilio tells it once and keeps it to itself while the call goes on, so we keep it. */
export async function ofAnswer(c: Twilio, form: URLSearchParams, url: string): Promise<PlatformEvent[]> {
  const call = form.get("CallSid") ?? "";
  const by = form.get("AnsweredBy") ?? "";
  if (!isSid("call", call)) return [];
  if (by === "human") await noteAnswer(c, call, "person");
  if (/^(machine|fax)/.test(by)) await noteAnswer(c, call, "machine");
  return present(changed(`${call}:answered`, URL.parse(url)?.searchParams.get("interaction")));
}
