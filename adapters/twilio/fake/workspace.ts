/** TaskRouter: workers in activities, tasks and who has reserved them. Versions are what ETags name. */
import type { Clock } from "../../../src/testing/clock.ts";
import {
  type Activity,
  ApiError,
  newSid,
  type Reservation,
  type ReservationStatus,
  type Task,
  type Worker,
} from "./model.ts";

export type FakeWorker = {
  sid?: string;
  name: string;
  attributes?: Record<string, unknown>;
  /** The name of an activity. */
  activity?: string;
};
export type WorkspaceEvent = { type: string; worker?: Worker; task?: Task; reservation?: Reservation };
export type Workspace = ReturnType<typeof createWorkspace>;

const changed = (moved: { updatedAt?: Date; version: number }, at: Date): void => {
  moved.version++;
  moved.updatedAt = at;
};

export function createWorkspace(
  clock: Clock,
  given: { workers: readonly FakeWorker[]; activities: readonly Omit<Activity, "sid">[] },
  tell: (event: WorkspaceEvent) => void,
) {
  const activities: Activity[] = given.activities.map((one) => ({ ...one, sid: newSid("WA") }));
  const workers = new Map<string, Worker>();
  const tasks = new Map<string, Task>();

  const activityNamed = (name: string): Activity => {
    const found = activities.find((one) => one.name === name) ?? { sid: newSid("WA"), name, available: false };
    if (!activities.includes(found)) activities.push(found);
    return found;
  };
  for (const { sid = newSid("WK"), name, attributes = {}, activity = "Offline" } of given.workers) {
    const at = clock.now();
    const json = JSON.stringify(attributes);
    workers.set(sid, {
      sid,
      name,
      attributes: json,
      activity: activityNamed(activity),
      changedAt: at,
      createdAt: at,
      version: 0,
    });
  }

  const move = (worker: Worker, activity: Activity): void => {
    if (worker.activity === activity) return;
    worker.activity = activity;
    worker.changedAt = clock.now();
    changed(worker, clock.now());
    tell({ type: "worker.activity.update", worker });
  };

  const moveReservation = (task: Task, reservation: Reservation, status: ReservationStatus): void => {
    reservation.status = status;
    reservation.updatedAt = clock.now();
    const words: Partial<Record<ReservationStatus, string>> = { wrapping: "wrapup", pending: "created" };
    tell({ type: `reservation.${words[status] ?? status}`, task, reservation, worker: reservation.worker });
  };

  /** @throws ApiError for a move that TaskRouter does not allow. */
  const moveTask = (task: Task, status: Task["status"], reason?: string): void => {
    const legal: Partial<Record<Task["status"], readonly Task["status"][]>> = {
      wrapping: ["assigned"],
      completed: ["assigned", "wrapping"],
      canceled: ["pending", "reserved"],
    };
    if (!legal[status]?.includes(task.status))
      throw new ApiError(400, 20001, `Cannot move a task from ${task.status} to ${status}`);
    if (status !== "wrapping" && !reason) throw new ApiError(400, 20001, "Reason is required");
    task.status = status;
    if (reason) task.reason = reason;
    changed(task, clock.now());
    for (const one of task.reservations.filter(({ status: had }) => had === "accepted" || had === "wrapping"))
      if (status !== "canceled") moveReservation(task, one, status === "wrapping" ? "wrapping" : "completed");
    tell({ type: `task.${status === "wrapping" ? "wrapup" : status}`, task });
  };

  return {
    activities,
    workers,
    tasks,
    activityNamed,
    move,
    moveTask,
    moveReservation,
    newTask(attributes: Record<string, unknown>, channel = "voice"): Task {
      const at = clock.now();
      const task: Task = {
        sid: newSid("WT"),
        status: "pending",
        attributes: JSON.stringify(attributes),
        channel,
        queue: "Everyone",
        workflow: `WW${"e".repeat(32)}`,
        reservations: [],
        createdAt: at,
        updatedAt: at,
        version: 0,
      };
      tasks.set(task.sid, task);
      tell({ type: "task.created", task });
      return task;
    },
    reserve(task: Task, worker: Worker): Reservation {
      const at = clock.now();
      const reservation: Reservation = {
        sid: newSid("WR"),
        worker,
        status: "pending",
        createdAt: at,
        updatedAt: at,
      };
      task.reservations.push(reservation);
      task.status = "reserved";
      moveReservation(task, reservation, "pending");
      return reservation;
    },
    accept(task: Task, reservation: Reservation): void {
      task.status = "assigned";
      changed(task, clock.now());
      moveReservation(task, reservation, "accepted");
    },
    setAttributes(task: Task, attributes: string): void {
      task.attributes = attributes;
      changed(task, clock.now());
      tell({ type: "task.updated", task });
    },
    engaged: (worker: Worker): boolean =>
      [...tasks.values()].some((task) =>
        task.reservations.some((one) => one.worker === worker && one.status === "accepted"),
      ),
  };
}
