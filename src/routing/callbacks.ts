/** Instead of a voicemail: a customer who waits to be called back, whose turn it is to call, and that it is not forgotten. */
import { and, asc, eq, gt, inArray, or, sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { newId, type PersonId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { emit } from "../webhooks/emit.ts";
import type { EventType } from "../webhooks/events.ts";
import { type Callback, giveTurn, lineBy, membersInOrder, nextFor, notePassed, showAll } from "./callback-turns.ts";
import { callerHash } from "./decide.ts";
import { decisionOf, triedIn } from "./decisions.ts";
import { holidaysAt, type Line, lineByNumber, opening } from "./lines.ts";
import { type CallbackId, type callbackOutcomes, callbacks, type DecisionId } from "./schema.ts";

/** Sealed: shown to who takes it on. */
export type CallbackDetails = { phone: string; name?: string | undefined; about?: string | undefined };
export type CallbackInput = CallbackDetails & { line?: string | undefined; decisionId?: string | undefined };

const withinMsDefault = 3_600_000;
/** Whoever gets it has at least so long, however late it is. */
const turnMsMin = 600_000;
/** So many colleagues let it pass before it counts as lost. */
const attemptsMax = 5;
const sealedFor = "callback";

/** @throws BridgeError `not_found`; `invalid` when neither a line nor a decision says who is to call. */
export async function requestCallback(ctx: Ctx, service: Service, input: CallbackInput) {
  const { phone, name, about, decisionId } = input;
  const decision = decisionId ? await decisionOf(ctx, decisionId as DecisionId) : undefined;
  const line = input.line ? await lineByNumber(ctx, input.line) : await lineBy(ctx, decision?.lineId);
  if (!line && !decision) throw new BridgeError("invalid", "Say who is to call: line or decisionId.");
  const id = newId("cbk", ctx.now());
  const tried = decision ? triedIn(decision) : [];
  const [personId = tried[0] ?? null] = line ? await membersInOrder(ctx, service, line) : [];
  const [row] = await ctx.db
    .insert(callbacks)
    .values({
      id,
      tenantId: ctx.tenantId,
      lineId: line?.id ?? null,
      decisionId: decision?.id ?? null,
      journeyId: decision?.journeyId ?? newId("jny", ctx.now()),
      personId,
      sealed: await service.keyring.seal(ctx.tenantId, sealedFor, { phone, name, about } satisfies CallbackDetails),
      callerHash: (await callerHash(ctx, service, phone)) ?? null,
      state: "open",
      dueAt: await dueAt(ctx, line),
      createdAt: ctx.now(),
      changedAt: ctx.now(),
    })
    .returning();
  if (!row) throw new BridgeError("internal", "the call-back was not written");
  await recordAudit(ctx, "callback.request", id);
  await giveTurn(ctx, row);
  await tell(ctx, "callback.requested", row);
  await followUp(ctx, row);
  await showAll(ctx, row);
  return callbackView(row);
}

/** Within the line's time, counted from when it is open. */
async function dueAt(ctx: Ctx, line: Line | undefined): Promise<Date> {
  const now = ctx.now();
  const withinMs = line?.callbackWithinMs ?? withinMsDefault;
  const open = line ? opening(line, (await holidaysAt(ctx))(line.site), now) : { on: true };
  const from = open.on ? now : (open.until ?? now);
  return new Date(from.getTime() + withinMs);
}

const followUp = (ctx: Ctx, { id, dueAt }: Callback) =>
  enqueue(ctx, { key: `callback.follow:${id}`, name: "callback.follow", payload: { callbackId: id }, runAt: dueAt });

const tell = (ctx: Ctx, type: EventType, { id, journeyId, lineId, personId, state, outcome, dueAt }: Callback) =>
  emit(ctx, {
    type,
    subject: id,
    data: {
      id,
      journeyId,
      ...(lineId ? { lineId } : {}),
      ...(personId ? { personId } : {}),
      state,
      ...(outcome ? { outcome } : {}),
      dueAt: dueAt.toISOString(),
    },
  });

export const callbackView = (row: Callback) => ({
  id: row.id,
  journeyId: row.journeyId,
  state: row.state,
  ...(row.lineId ? { lineId: row.lineId } : {}),
  ...(row.personId ? { personId: row.personId } : {}),
  ...(row.outcome ? { outcome: row.outcome } : {}),
  attempts: row.attempts,
  dueAt: row.dueAt.toISOString(),
  createdAt: row.createdAt.toISOString(),
});

export const isOver = ({ state }: Callback) => state === "done" || state === "lost";

const personIn = ({ actor }: Ctx) => ("personId" in actor ? actor.personId : undefined);

/** What somebody was asked for, and those of lines that they are a member of. */
export const mayTake = (tenantId: string, personId: PersonId) =>
  or(
    eq(callbacks.personId, personId),
    sql`exists (select from lines l where l.id = ${callbacks.lineId} and l.tenant_id = ${tenantId}
      and l.definition -> 'members' ? ${personId})`,
    sql`exists (select from callback_turns t where t.callback_id = ${callbacks.id} and t.person_id = ${personId})`,
  );

/** Of an expert: theirs. Whoever waits longest first. */
const visible = (ctx: Ctx) => {
  const { kind } = ctx.actor;
  if (kind === "machine" || kind === "admin" || kind === "system") return undefined;
  return mayTake(ctx.tenantId, personIn(ctx) ?? ("" as PersonId));
};

export async function callbacksOf(ctx: Ctx, { cursor, limit }: { cursor?: string | undefined; limit: number }) {
  const rows = await ctx.db
    .select()
    .from(callbacks)
    .where(
      and(
        eq(callbacks.tenantId, ctx.tenantId),
        inArray(callbacks.state, ["open", "claimed"]),
        visible(ctx),
        cursor ? gt(callbacks.id, cursor as CallbackId) : undefined,
      ),
    )
    .orderBy(asc(callbacks.id))
    .limit(limit + 1);
  return rows.map(callbackView);
}

async function callbackFor(ctx: Ctx, id: CallbackId): Promise<Callback> {
  const [row] = await ctx.db
    .select()
    .from(callbacks)
    .where(and(eq(callbacks.id, id), eq(callbacks.tenantId, ctx.tenantId), visible(ctx)))
    .for("update");
  if (!row) throw new BridgeError("not_found", "There is no such call-back, or it is not for you.");
  return row;
}

async function change(ctx: Ctx, before: Callback, facts: Partial<Callback>): Promise<Callback> {
  const [row] = await ctx.db
    .update(callbacks)
    .set({ ...facts, changedAt: ctx.now() })
    .where(and(eq(callbacks.id, before.id), eq(callbacks.tenantId, ctx.tenantId)))
    .returning();
  if (!row) throw new BridgeError("not_found", "There is no such call-back.");
  if (row.personId !== before.personId && row.state === "open") await giveTurn(ctx, row);
  await showAll(ctx, row);
  if (before.personId && before.personId !== row.personId) await announce(ctx, "presence", before.personId);
  return row;
}

/**
 * Takes it on and shows whom to call; the reveal is audited. Again by the same colleague shows it again.
 * @throws BridgeError `conflict` when somebody else has it, or it is over.
 */
export async function claimCallback(ctx: Ctx, service: Service, id: CallbackId) {
  const row = await callbackFor(ctx, id);
  const me = personIn(ctx) ?? null;
  if (!row.sealed || isOver(row)) throw new BridgeError("conflict", "This call-back is over.");
  if (row.state === "claimed" && row.personId !== me)
    throw new BridgeError("conflict", "Somebody else has taken this call-back on.");
  const claimed =
    row.state === "claimed" ? row : await change(ctx, row, { state: "claimed", personId: me ?? row.personId });
  if (row.state !== "claimed") await tell(ctx, "callback.claimed", claimed);
  await recordAudit(ctx, "callback.reveal", id);
  return { ...callbackView(claimed), ...(await detailsOf(ctx, service, row)) };
}

/** For who may see them; undefined once they are gone. */
export const detailsOf = async (ctx: Ctx, service: Service, { sealed }: Callback) =>
  sealed ? service.keyring.open<CallbackDetails>(ctx.tenantId, sealedFor, sealed) : undefined;

/** Somebody whom no card reaches is passed over for who was not asked so far. Without any it stays as it is. */
export async function skipCallback(ctx: Ctx, service: Service, id: CallbackId, personId: PersonId): Promise<void> {
  const row = await callbackFor(ctx, id);
  if (row.state !== "open" || row.personId !== personId) return;
  const next = await nextFor(ctx, service, row, { isNew: true });
  if (!next) return;
  const given = await change(ctx, row, { personId: next });
  await tell(ctx, "callback.passed", given);
}

/**
 * Gives it to the next colleague of the line, who has ten minutes at least. Again changes nothing.
 * @throws BridgeError `conflict` when it is not one's turn, it is over, or there is nobody else.
 */
export async function passCallback(ctx: Ctx, service: Service, id: CallbackId) {
  const row = await callbackFor(ctx, id);
  if (isOver(row)) throw new BridgeError("conflict", "This call-back is over.");
  if (row.personId !== personIn(ctx)) throw new BridgeError("conflict", "It is somebody else's turn already.");
  const personId = await nextFor(ctx, service, row);
  if (!personId)
    throw new BridgeError("conflict", "There is nobody else to give it to, so it stays with you.", {
      details: { reason: "alone" },
    });
  await notePassed(ctx, row);
  await recordAudit(ctx, "callback.pass", id);
  const least = ctx.now().getTime() + turnMsMin;
  const due = new Date(Math.max(row.dueAt.getTime(), least));
  const given = await change(ctx, row, { state: "open", personId, dueAt: due });
  await followUp(ctx, given);
  await tell(ctx, "callback.passed", given);
  return callbackView(given);
}

/** It is over, and its details go. Not reached: it is somebody's turn again in due time. @throws BridgeError `conflict`. */
export async function endCallback(ctx: Ctx, id: CallbackId, outcome: (typeof callbackOutcomes)[number]) {
  const row = await callbackFor(ctx, id);
  if (isOver(row)) throw new BridgeError("conflict", "This call-back is over.");
  if (ctx.actor.kind === "expert" && row.personId !== ctx.actor.personId)
    throw new BridgeError("conflict", "Somebody else has this call-back now.");
  await recordAudit(ctx, "callback.end", id, { outcome });
  if (outcome === "not-reached" && row.attempts + 1 < attemptsMax) {
    const again = await change(ctx, row, {
      state: "open",
      attempts: row.attempts + 1,
      dueAt: await dueAt(ctx, await lineBy(ctx, row.lineId)),
    });
    await followUp(ctx, again);
    return callbackView(again);
  }
  const done = await change(ctx, row, { state: "done", outcome, sealed: null });
  await tell(ctx, "callback.done", done);
  return callbackView(done);
}

/** Job `callback.follow`: nobody has called in time, so it is the next colleague's turn; after five it counts as lost. */
export const followCallback =
  (service: Service): Handler =>
  (run, payload) =>
    run.tx(async (ctx) => {
      const [row] = await ctx.db
        .select()
        .from(callbacks)
        .where(and(eq(callbacks.id, payload.callbackId as CallbackId), eq(callbacks.tenantId, ctx.tenantId)))
        .for("update");
      if (!row || isOver(row)) return undefined;
      if (row.dueAt > ctx.now()) return row.dueAt;
      if (row.attempts + 1 >= attemptsMax) {
        await tell(ctx, "callback.done", await change(ctx, row, { state: "lost", sealed: null }));
        return undefined;
      }
      const next = (await nextFor(ctx, service, row)) ?? row.personId;
      const due = await dueAt(ctx, await lineBy(ctx, row.lineId));
      const again = await change(ctx, row, { state: "open", personId: next, attempts: row.attempts + 1, dueAt: due });
      if (next === row.personId) await giveTurn(ctx, again); // nobody else: asked once more
      await tell(ctx, "callback.overdue", again);
      return due;
    });
