import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts } from "../identity/schema.ts";
import type { AccountId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import type { Handler, Run } from "../jobs/run.ts";
import type { AnyAdapter, Held } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { lookAt, storeHold } from "./facts.ts";
import { begin, end, heldOf, type Outcome, type Step } from "./hold.ts";
import { ownOf } from "./own.ts";
import { type Performed, perform } from "./perform.ts";
import { type Settled, settle, type Whom } from "./settle.ts";

type Account = typeof accounts.$inferSelect;
type Writing = { account: Account; whom: Whom; step: Exclude<Step, { do: "wait" }>; held: Held | undefined };

/**
 * Job `presence.write`: makes one account show what its hold says, renews it at half-life and lets go. The row says what
 * is about to be done before the platform is asked, so that a crash leaves nothing that nobody remembers.
 */
export const writeHold =
  (service: Service): Handler =>
  async (run, payload) => {
    const begun = await run.tx((ctx) => beginWrite(ctx, service, payload.accountId as AccountId));
    if (!begun || begun instanceof Date) return begun;
    const performed = await ask(service, run, begun);
    service.metrics.count("patchcord_holds_total", { outcome: performed.result });
    if (performed.result === "later") return new Date(run.now().getTime() + performed.ms);
    return run.tx((ctx) => endWrite(ctx, service, begun, performed));
  };

async function beginWrite(ctx: Ctx, service: Service, id: AccountId): Promise<Writing | Date | undefined> {
  const [account] = await ctx.db
    .select()
    .from(accounts)
    .where(and(eq(accounts.id, id), eq(accounts.tenantId, ctx.tenantId)));
  if (!account) return undefined;
  const whom = { personId: account.personId, accountId: id };
  const mine = await settleOne(ctx, service, whom, id);
  if (!mine?.hold) return undefined;
  const { step, hold, facts } = mine;
  if (step.do === "wait") return step.until;
  const begun = begin(hold, step, ctx.now(), beforeOurs(mine, service.adapters.get(facts.platform), ctx));
  await storeHold(ctx, id, begun);
  return { account, whom, step, held: heldOf(begun) };
}

const settleOne = async (ctx: Ctx, service: Service, whom: Whom, id: AccountId) =>
  (await settle(ctx, service.adapters, whom, id)).find(({ facts }) => facts.account === id);

/** What would bring the person's own status back; only from a sight of theirs, never of ours. */
function beforeOurs(
  { facts }: Settled,
  adapter: AnyAdapter | undefined,
  ctx: Ctx,
): Record<string, unknown> | undefined {
  const own = ownOf(facts, ctx.now());
  if (!own.known || facts.hasSessions) return undefined;
  if (adapter?.presence?.hold) return facts.seen?.restore;
  return { availability: own.presence.availability, activity: own.presence.activity };
}

async function endWrite(
  ctx: Ctx,
  service: Service,
  { account, whom, step }: Writing,
  outcome: Outcome,
): Promise<Date | undefined> {
  const id = account.id;
  const before = await settleOne(ctx, service, whom, id);
  if (!before?.hold) return undefined;
  await storeHold(ctx, id, end(before.hold, step, outcome, ctx.now()));
  if (account.personId) await announce(ctx, "presence", account.personId);
  if (step.do === "release") await lookAt(ctx, [id]);
  const after = await settleOne(ctx, service, whom, id);
  if (!after?.hold) return undefined;
  return after.step.do === "wait" ? after.step.until : ctx.now();
}

/** What a platform refuses for good is kept as the answer; what it may yet do is thrown, and tried again. */
async function ask(service: Service, run: Run, { account, step, held }: Writing): Promise<Performed> {
  const expiresAt = held?.expiresAt;
  const isOver = step.do === "release" && expiresAt !== undefined && expiresAt <= run.now();
  try {
    const { adapter, connection } = await openConnection(service, run.tenantId, account.connectionId, run.tx);
    return await perform(adapter, connection, account.externalId, step, held);
  } catch (error) {
    if (!isBridgeError(error) || error.retry) throw error;
    if (isOver) return { result: "gone" };
    if (error.code === "platform_unauthorized" || step.do === "release") return { result: "later", ms: 60_000 };
    return { result: "refused", reason: error.message };
  }
}
