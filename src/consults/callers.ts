/** The agent's own browser joins the help: a token for one consult, and its end. */
import { and, eq, isNull, or, sql } from "drizzle-orm";
import type { Tx } from "../api.ts";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts, people } from "../identity/schema.ts";
import type { ConnectionId, ConsultId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Caller, JoinWay } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import type { CallerView } from "../views.ts";
import { consultFor } from "./request.ts";
import { callers, consults } from "./schema.ts";

/** A desk needs one token an hour; a loop that asks for more is stopped. */
export const tokensMax = 10;
export const tokensPerMs = 600_000;
/** How often it is looked whether a consult that goes on has ended. */
const lookAgainMs = 600_000;

const forgetJob = (id: ConsultId, runAt: Date) => ({
  key: `caller.forget:${id}`,
  name: "caller.forget",
  payload: { consultId: id },
  runAt,
});

/**
 * A token with which the agent's browser joins the help of this very consult, in this way.
 * @throws BridgeError `not_found`, `forbidden`, `conflict` when it is over or nobody has said yes, `unsupported` where the
 * platform does not let browsers in, `unavailable` after too many, and whatever the platform says.
 */
export async function issueCaller(
  tx: Tx,
  service: Service,
  tenantId: string,
  id: ConsultId,
  way: JoinWay,
): Promise<CallerView> {
  const wanted = await tx((ctx) => admit(ctx, id, way));
  const { adapter, connection } = await openConnection(service, tenantId, wanted.connectionId, tx);
  const { calling } = adapter;
  if (!calling) throw notHere();
  const issued = await calling.issue(connection, [way], wanted.ref ?? undefined);
  const isFirst = await tx((ctx) => note(ctx, id, way, wanted.ref, issued));
  if (isFirst) {
    const { token, expiresAt } = issued;
    return { token, expiresAt: expiresAt.toISOString(), name: wanted.name, place: wanted.place };
  }
  // Two windows asked at once and each got somebody new: the first stays.
  await calling.forget(connection, issued.caller).catch(() => {});
  return issueCaller(tx, service, tenantId, id, way);
}

const notHere = () =>
  new BridgeError("unsupported", "This cannot be joined from the desk. Open its link, or call from your own client.");

/** Counts the request, so that the next one knows of it even if the platform never answers. */
async function admit(ctx: Ctx, id: ConsultId, way: JoinWay) {
  const row = await consultFor(ctx, id);
  if (row.state === "ended") throw new BridgeError("conflict", "This help has ended. Ask again to go on.");
  const { joinConnectionId: connectionId, joinUrl: url, joinWays } = row;
  if (!connectionId) throw new BridgeError("conflict", "Nobody has said yes yet. It can be joined once somebody has.");
  if (!joinWays.includes(way)) throw notHere();
  const account = way === "person" ? await expertAccount(ctx, row.expertPersonId, connectionId) : undefined;
  if (way === "meeting" ? !url : !account) throw notHere();
  const [agent] = await ctx.db.select({ name: people.name }).from(people).where(eq(people.id, row.agentPersonId));
  const place: CallerView["place"] = way === "meeting" ? { way, url: url ?? "" } : { way, account: account ?? "" };
  return { connectionId, ref: await count(ctx, id, connectionId), name: agent?.name ?? "", place };
}

async function expertAccount(ctx: Ctx, person: string | null, connectionId: ConnectionId): Promise<string | undefined> {
  if (!person) return undefined;
  const [row] = await ctx.db
    .select({ account: accounts.externalId })
    .from(accounts)
    .where(
      and(
        eq(accounts.tenantId, ctx.tenantId),
        eq(accounts.connectionId, connectionId),
        eq(accounts.active, true),
        sql`${accounts.personId} = ${person}`,
      ),
    );
  return row?.account;
}

async function count(ctx: Ctx, id: ConsultId, connectionId: ConnectionId): Promise<string | null> {
  const now = ctx.now();
  const isOld = sql`${callers.askedSince} <= ${new Date(now.getTime() - tokensPerMs).toISOString()}::timestamptz`;
  // Not in one statement: the table has two unique indexes, and of two windows at once one would fall over the other's.
  await ctx.db
    .insert(callers)
    .values({ consultId: id, tenantId: ctx.tenantId, connectionId, asked: 0, askedSince: now })
    .onConflictDoNothing();
  const [row] = await ctx.db
    .update(callers)
    .set({
      asked: sql`case when ${isOld} then 1 else ${callers.asked} + 1 end`,
      askedSince: sql`case when ${isOld} then ${now.toISOString()}::timestamptz else ${callers.askedSince} end`,
    })
    .where(
      and(
        eq(callers.consultId, id),
        eq(callers.tenantId, ctx.tenantId),
        sql`(${isOld} or ${callers.asked} < ${tokensMax})`,
      ),
    )
    .returning({ ref: callers.ref });
  if (row) return row.ref;
  throw new BridgeError("unavailable", "Too many attempts to join. Wait a few minutes, or open the link instead.", {
    retryAfterMs: tokensPerMs,
  });
}

/** Keeps whom the platform made, unless somebody else was kept meanwhile; plans their end in the same transaction. */
async function note(ctx: Ctx, id: ConsultId, way: JoinWay, before: string | null, { caller, expiresAt }: Caller) {
  const [kept] = await ctx.db
    .update(callers)
    .set({ ref: caller, goodUntil: expiresAt })
    .where(
      and(
        eq(callers.consultId, id),
        eq(callers.tenantId, ctx.tenantId),
        before === null ? isNull(callers.ref) : or(eq(callers.ref, before), eq(callers.ref, caller)),
      ),
    )
    .returning({ ref: callers.ref });
  if (!kept) return false;
  await recordAudit(ctx, "consult.call-token", id, { way });
  await enqueue(ctx, forgetJob(id, expiresAt));
  return true;
}

/**
 * Job `caller.forget`: once a consult is over and its last token has run out, the platform forgets who called. Nobody is
 * cut off: who is still talking then has lost nothing but the right to join again.
 */
export const forgetCaller =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.consultId as ConsultId;
    const found = await run.tx(async (ctx) => {
      const [row] = await ctx.db
        .select({ caller: callers, state: consults.state })
        .from(callers)
        .innerJoin(consults, eq(consults.id, callers.consultId))
        .where(and(eq(callers.consultId, id), eq(callers.tenantId, ctx.tenantId)));
      return row;
    });
    if (!found) return undefined;
    const { caller, state } = found;
    if (caller.goodUntil && caller.goodUntil > run.now()) return caller.goodUntil;
    if (state !== "ended") return new Date(run.now().getTime() + lookAgainMs);
    const { adapter, connection } = await openConnection(service, run.tenantId, caller.connectionId, run.tx);
    if (caller.ref) await adapter.calling?.forget(connection, caller.ref);
    await run.tx((ctx) =>
      ctx.db.delete(callers).where(and(eq(callers.consultId, id), eq(callers.tenantId, ctx.tenantId))),
    );
    return undefined;
  };
