import { type Context, Hono } from "hono";
import type { Center } from "./center.ts";
import { readForm } from "./forms.ts";
import { ApiError, type Task, type Worker } from "./model.ts";
import { listNew } from "./paging.ts";
import type { Views } from "./views.ts";

const etagOf = ({ version }: { version: number }) => `"${version}"`;
const bySid = (one: { sid: string }) => one.sid;

/** TaskRouter v1, below one workspace. */
export function createTaskRouterRoutes({ workspace, state, options }: Center, views: Views): Hono {
  const { pageSizeMax } = options;
  const app = new Hono();
  const missing = (): never => {
    throw new ApiError(404, 20404, "The requested resource was not found");
  };
  const workerOf = (c: Context): Worker => workspace.workers.get(c.req.param("worker") ?? "") ?? missing();
  const taskOf = (c: Context): Task => workspace.tasks.get(c.req.param("task") ?? "") ?? missing();
  const requireVersion = (c: Context, one: { version: number }) => {
    const wanted = c.req.header("if-match");
    if (wanted !== undefined && wanted !== etagOf(one)) throw new ApiError(412, 20412, "Precondition Failed");
  };
  const withTag = (c: Context, one: { version: number }, view: unknown) => {
    c.header("etag", etagOf(one));
    return c.json(view as object);
  };

  app.get("/", (c) => c.json(views.workspace()));
  app.post("/", async (c) => {
    const form = await readForm(c);
    const url = form.text("EventCallbackUrl");
    const filter = (form.text("EventsFilter") ?? "").split(",").filter((one) => one !== "");
    if (url !== undefined) state.workspaceCallback = url === "" ? undefined : { url, filter };
    return c.json(views.workspace());
  });

  app.get("/Activities", (c) => {
    const { FriendlyName: name, Available: available } = c.req.query();
    const found = workspace.activities.filter(
      (one) =>
        (!name || one.name === name) &&
        (available === undefined || one.available === ["true", "1", "yes"].includes(available)),
    );
    return listNew(c, "taskrouter", found, { key: "activities", keyOf: bySid, view: views.activity, pageSizeMax });
  });

  app.get("/Workers", (c) => {
    const view = (one: Worker) => views.worker(one, false);
    const all = [...workspace.workers.values()];
    return listNew(c, "taskrouter", all, { key: "workers", keyOf: bySid, view, pageSizeMax });
  });
  app.get("/Workers/:worker", (c) => withTag(c, workerOf(c), views.worker(workerOf(c), true)));
  app.post("/Workers/:worker", async (c) => {
    const worker = workerOf(c);
    const form = await readForm(c);
    requireVersion(c, worker);
    const sid = form.text("ActivitySid");
    const activity = workspace.activities.find((one) => one.sid === sid);
    if (sid !== undefined && !activity) throw new ApiError(400, 20001, "ActivitySid is not valid");
    if (form.flag("RejectPendingReservations") && activity?.available)
      throw new ApiError(400, 20001, "RejectPendingReservations needs an unavailable activity");
    if (activity) workspace.move(worker, activity);
    return withTag(c, worker, views.worker(worker, true));
  });
  app.get("/Workers/:worker/Reservations", (c) => {
    const worker = workerOf(c);
    const status = c.req.query("ReservationStatus");
    const found = [...workspace.tasks.values()].flatMap((task) =>
      task.reservations
        .filter((one) => one.worker === worker && (!status || one.status === status))
        .map((one) => ({ sid: one.sid, view: views.reservation(task, one) })),
    );
    return listNew(c, "taskrouter", found, { key: "reservations", keyOf: bySid, view: (one) => one.view, pageSizeMax });
  });

  app.get("/Tasks", (c) => {
    const wanted = (c.req.queries("AssignmentStatus") ?? []).flatMap((one) => one.split(","));
    const found = [...workspace.tasks.values()].filter((one) => wanted.length === 0 || wanted.includes(one.status));
    const view = (one: Task) => views.task(one, false);
    return listNew(c, "taskrouter", found, { key: "tasks", keyOf: bySid, view, pageSizeMax });
  });
  app.get("/Tasks/:task", (c) => withTag(c, taskOf(c), views.task(taskOf(c), true)));
  app.post("/Tasks/:task", async (c) => {
    const task = taskOf(c);
    const form = await readForm(c);
    requireVersion(c, task);
    const status = form.text("AssignmentStatus");
    const attributes = form.text("Attributes");
    if (attributes !== undefined) workspace.setAttributes(task, attributes);
    if (status !== undefined) workspace.moveTask(task, status as Task["status"], form.text("Reason"));
    return withTag(c, task, views.task(task, true));
  });
  app.get("/Tasks/:task/Reservations", (c) => {
    const task = taskOf(c);
    const { ReservationStatus: status, WorkerSid: worker } = c.req.query();
    const found = task.reservations.filter(
      (one) => (!status || one.status === status) && (!worker || one.worker.sid === worker),
    );
    const view = (one: Task["reservations"][number]) => views.reservation(task, one);
    return listNew(c, "taskrouter", found, { key: "reservations", keyOf: bySid, view, pageSizeMax });
  });
  return app;
}
