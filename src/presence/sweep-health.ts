/** What reading presence says about a connection's health. */
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import type { OpenConnection } from "../identity/connect.ts";
import { setHealth } from "../identity/connections.ts";
import type { ConnectionHealth } from "../identity/schema.ts";
import type { Run } from "../jobs/run.ts";
import type { SweepPlan } from "./plan-sweep.ts";

type Health = Omit<ConnectionHealth, "since">;

const silentMs = 600_000;
const unauthorizedMs = 60_000;
const throttledLongMs = 60_000;
/** Troubles that a sweep which goes well disproves. */
const ours = new Set(["stretched", "push-silent", "throttled", "platform_unauthorized", "platform_unavailable"]);

/** After a beat that went well. Pushes that are late cost freshness, not correctness, but somebody should know. */
export async function noteHealth(
  ctx: Ctx,
  { row }: OpenConnection,
  { plan, state }: { plan: SweepPlan; state: { pushedAt: Date | null } },
  changed: number,
): Promise<void> {
  const silentForMs = ctx.now().getTime() - (state.pushedAt ?? ctx.now()).getTime();
  const isSilent = row.subscription !== null && silentForMs > silentMs;
  if (isSilent && changed > 0) return setHealth(ctx, row.id, pushSilent);
  // It stays said until a push has come.
  if (isSilent && row.health.code === pushSilent.code) return;
  // Where changes are pushed, a slow sweep only proves that.
  if (plan.stretch > 1 && !row.subscription) return setHealth(ctx, row.id, stretched(plan));
  if (row.health.code && ours.has(row.health.code)) await setHealth(ctx, row.id, { state: "well" });
}

const pushSilent: Health = {
  state: "degraded",
  code: "push-silent",
  sentence: "The platform has pushed no presence for ten minutes although there were changes; we read them ourselves.",
  fix: "Check that the platform can reach this service, then save the connection to subscribe again.",
};

const stretched = ({ watched, known }: SweepPlan): Health => ({
  state: "degraded",
  code: "stretched",
  sentence: `There are too many people for the platform's limits: agents and experts are read every ${seconds(watched.everyMs)} s, everybody else every ${seconds(known.everyMs)} s.`,
  fix: "Switch on push notifications, or enrol fewer people on this connection.",
});
const seconds = (ms: number) => Math.ceil(ms / 1_000);

/** When to go on after a beat that failed. What was read before keeps its age, and becomes stale by itself. */
export async function noteFailure(run: Run, { row }: OpenConnection, error: unknown): Promise<Date> {
  const note = (health: Health) => run.tx((ctx) => setHealth(ctx, row.id, health));
  const inMs = (ms: number) => new Date(run.now().getTime() + ms);
  if (!isBridgeError(error)) {
    if (run.attempt > 2) await note(unavailable);
    throw error;
  }
  if (error.code === "platform_throttled") {
    const waitMs = Math.max(1_000, error.retryAfterMs ?? 2_000);
    if (waitMs > throttledLongMs) await note(throttled);
    return inMs(waitMs);
  }
  if (error.code === "platform_unauthorized") {
    await note({ state: "needs-attention", code: error.code, sentence: error.message, fix: error.message });
    return inMs(unauthorizedMs);
  }
  if (run.attempt > 2)
    await note(error.code === "platform_unavailable" ? unavailable : refused(error.code, error.message));
  throw error;
}

const unavailable: Health = {
  state: "degraded",
  code: "platform_unavailable",
  sentence: "The platform does not answer; presence there is shown as stale.",
  fix: "Check the platform's own status page and that this service can reach it.",
};
const throttled: Health = {
  state: "degraded",
  code: "throttled",
  sentence: "The platform asked us to be silent for more than a minute; presence there is older than usual.",
  fix: "Nothing: it recovers by itself. If it stays, another application uses up the same limits.",
};
const refused = (code: string, sentence: string): Health => ({ state: "degraded", code, sentence, fix: sentence });
