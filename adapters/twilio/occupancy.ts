/**
 * Who is on a call. Activities do not say: a worker on a call stays in an available one. So the voice tasks in progress
 * are listed, and the reservations of each say who has it. A task's reservations are read when it is new or has changed,
 * and again when what we know is old, a few at a time: the cost follows the number of calls, not of agents.
 */
import { type Engagement, type Floor, noteFloor, recallFloor } from "./memory.ts";
import { readAllPages } from "./pages.ts";
import type { Twilio } from "./settings.ts";
import { type Reservation, reservation, type Task, task, type Worker } from "./wire.ts";

const freshMs = 30_000;
const readingsMax = 20;

const engagements: Readonly<Record<string, Engagement>> = {
  accepted: "on-call",
  pending: "ringing",
  wrapping: "wrap-up",
};

/** Being on a call is worth more than ringing, ringing more than wrapping up. */
const order: readonly Engagement[] = ["on-call", "ringing", "wrap-up"];

export async function readOccupancy(c: Twilio): Promise<Floor> {
  const before = await recallFloor(c);
  const now = c.now().getTime();
  const voice = (await listTasks(c)).filter((one) => one.task_channel_unique_name === "voice");
  const ageOf = (one: Task) => {
    const known = before.tasks[one.sid];
    return known?.version === versionOf(one) ? now - known.at : Number.POSITIVE_INFINITY;
  };
  const due = voice
    .filter((one) => ageOf(one) > freshMs)
    .sort((one, other) => (ageOf(other) > ageOf(one) ? 1 : -1))
    .slice(0, readingsMax);
  const read = await Promise.all(due.map(async (one) => [one.sid, await readAgents(c, one, now)] as const));
  const renewed = new Map(read);
  const tasks = Object.fromEntries(
    voice.flatMap(({ sid }) => {
      const known = renewed.get(sid) ?? before.tasks[sid];
      return known ? [[sid, known]] : [];
    }),
  );
  return { ...before, tasks };
}

/** Keeps what was read for the events that come in between, and for the next reading. */
export async function keepFloor(c: Twilio, floor: Floor, workers: readonly Worker[]): Promise<void> {
  const seen = workers.flatMap(({ activity_sid, available }) =>
    activity_sid ? [[activity_sid, available ?? false]] : [],
  );
  const available = { ...floor.available, ...Object.fromEntries(seen) };
  await noteFloor(c, { ...floor, available });
}

function listTasks(c: Twilio): Promise<Task[]> {
  const query = { AssignmentStatus: ["reserved", "assigned", "wrapping"], PageSize: 1000 };
  return readAllPages(c, { api: "taskRouter", path: "/Tasks", query, lane: "expert" }, "tasks", task);
}

const versionOf = ({ assignment_status, date_updated }: Task) => `${assignment_status} ${date_updated}`;

async function readAgents(c: Twilio, one: Task, at: number): Promise<Floor["tasks"][string]> {
  const path = `/Tasks/${one.sid}/Reservations`;
  const ask = { api: "taskRouter", path, query: { PageSize: 50 }, lane: "expert" } as const;
  const reservations = await readAllPages(c, ask, "reservations", reservation);
  return { version: versionOf(one), at, agents: engagementsOf(reservations) };
}

function engagementsOf(reservations: readonly Reservation[]): Record<string, Engagement> {
  const found: Record<string, Engagement> = {};
  for (const { worker_sid, reservation_status } of reservations) {
    const next = engagements[reservation_status ?? ""];
    if (next) found[worker_sid] = weightier(found[worker_sid], next);
  }
  return found;
}

const weightier = (one: Engagement | undefined, other: Engagement): Engagement =>
  order.find((each) => each === one || each === other) ?? other;

/** What this worker does in any of the tasks. */
export function engagementOf(floor: Floor, worker: string): Engagement | undefined {
  const all = Object.values(floor.tasks).flatMap(({ agents }) => agents[worker] ?? []);
  return order.find((each) => all.includes(each));
}
