import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Lane, Presence, PresencePort, PresenceReport } from "../../src/platform/contract.ts";
import type { Floor } from "./memory.ts";
import { engagementOf, keepFloor, readOccupancy } from "./occupancy.ts";
import { readAllPages } from "./pages.ts";
import { ask, askFor, askTagged, orUndefined } from "./request.ts";
import { isSid, type Settings, type Twilio } from "./settings.ts";
import { type Activity, activity, reservation, task, type Worker, worker } from "./wire.ts";
import { meaningOf, toPresence } from "./words.ts";

/** A page of workers holds as many, so one reading of everybody costs one request per thousand. */
export const readMax = 1_000;
/** Up to here asking for each one is cheaper than listing all. */
const singlyMax = 5;

async function read(c: Twilio, accounts: readonly string[]): Promise<PresenceReport[]> {
  const wanted = new Set(accounts.filter((account) => isSid("worker", account)));
  if (wanted.size === 0) return [];
  const observedAt = c.now();
  const floor = await readOccupancy(c);
  const workers = wanted.size <= singlyMax ? await fetchWorkers(c, [...wanted]) : await listWorkers(c, "expert");
  await keepFloor(c, floor, workers);
  return workers.filter(({ sid }) => wanted.has(sid)).map(reporter(floor, observedAt));
}

async function readAll(c: Twilio): Promise<PresenceReport[]> {
  const observedAt = c.now();
  const floor = await readOccupancy(c);
  const workers = await listWorkers(c, "bulk");
  await keepFloor(c, floor, workers);
  const once = new Map(workers.map((one) => [one.sid, one]));
  return [...once.values()].map(reporter(floor, observedAt));
}

const reporter =
  (floor: Floor, observedAt: Date) =>
  (one: Worker): PresenceReport => ({
    account: one.sid,
    presence: toPresence(one.activity_name ?? "", one.available ?? undefined, engagementOf(floor, one.sid)),
    observedAt,
    source: "read",
  });

async function fetchWorkers(c: Twilio, accounts: readonly string[]): Promise<Worker[]> {
  const found = await Promise.all(
    accounts.map((account) =>
      orUndefined(askFor(c, { api: "taskRouter", path: `/Workers/${account}`, lane: "expert" }, worker)),
    ),
  );
  return found.filter((one) => one !== undefined);
}

const listWorkers = (c: Twilio, lane: Lane): Promise<Worker[]> =>
  readAllPages(c, { api: "taskRouter", path: "/Workers", query: { PageSize: readMax }, lane }, "workers", worker);

/**
 * POST Workers/{sid} with the version that was read, so that a choice that the person makes in the same moment wins.
 * Never out of an activity that TaskRouter gives work to, never into one, never during a call.
 */
async function setState(c: Twilio, account: string, presence: Presence): Promise<"set" | "kept"> {
  if (!isSid("worker", account)) throw new BridgeError("not_found", "this is not a worker of TaskRouter");
  const path = `/Workers/${account}`;
  const { value: before, etag } = await askTagged(c, { api: "taskRouter", path, lane: "engaged" }, worker);
  if (before.available || (await isOnCall(c, account))) return "kept";
  const wanted = await findActivity(c, presence);
  if (before.activity_sid === wanted.sid) return "set";
  try {
    const form = { ActivitySid: wanted.sid };
    await ask(c, { api: "taskRouter", method: "POST", path, form, ifMatch: etag, lane: "engaged" });
    return "set";
  } catch (error) {
    if (isBridgeError(error) && error.code === "conflict") return "kept";
    throw error;
  }
}

async function isOnCall(c: Twilio, account: string): Promise<boolean> {
  const query = { ReservationStatus: "accepted", PageSize: 50 };
  const path = `/Workers/${account}/Reservations`;
  const shape = reservation.extend({ task_sid: task.shape.sid });
  const taken = await readAllPages(c, { api: "taskRouter", path, query, lane: "engaged" }, "reservations", shape);
  const tasks = await Promise.all(
    taken.map((one) =>
      orUndefined(askFor(c, { api: "taskRouter", path: `/Tasks/${one.task_sid}`, lane: "engaged" }, task)),
    ),
  );
  return tasks.some((one) => one?.task_channel_unique_name === "voice");
}

/** The activity that means this, or the plain one of the same availability. @throws BridgeError `unsupported` */
async function findActivity(c: Twilio, presence: Presence): Promise<Activity> {
  const query = { PageSize: 100 };
  const ask = { api: "taskRouter", path: "/Activities", query, lane: "engaged" } as const;
  const closed = (await readAllPages(c, ask, "activities", activity)).filter((one) => !one.available);
  const meaning = (one: Activity) => meaningOf(one.friendly_name);
  const same = closed.filter((one) => meaning(one)?.availability === presence.availability);
  const found =
    same.find((one) => meaning(one)?.activity === presence.activity) ??
    same.find((one) => meaning(one)?.activity === "none");
  if (found) return found;
  throw new BridgeError("unsupported", `no unavailable activity of this workspace means ${presence.availability}`);
}

export const presence: PresencePort<Settings> = { read, readAll, setState };
