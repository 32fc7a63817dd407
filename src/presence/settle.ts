import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { people } from "../identity/schema.ts";
import type { AccountId, PersonId } from "../ids.ts";
import { enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { decide, type Wish } from "./decide.ts";
import { type Adapters, factsOfAccount, factsOfPerson, lookAt, storeHold } from "./facts.ts";
import { agree, forget, type Hold, nextStep, type Step } from "./hold.ts";
import type { AccountFacts } from "./own.ts";
import { readPolicy } from "./policy.ts";

/** Whose presence to settle: everything of one person, or an account that is nobody's any more. */
export type Whom = { personId: PersonId | null; accountId?: AccountId };

export type Settled = { facts: AccountFacts; wish: Wish; hold: Hold | undefined; step: Step };

/**
 * Decides from the facts as they are what each account of a person should show, stores that, and asks for the writes.
 * Does not ask for the write of `writing`, which its caller is about to do. Safe to repeat.
 */
export async function settle(ctx: Ctx, adapters: Adapters, whom: Whom, writing?: AccountId): Promise<Settled[]> {
  const facts = await lockFacts(ctx, adapters, whom);
  const now = ctx.now();
  const decision = decide(facts, await readPolicy(ctx, whom.personId ?? undefined), now);
  const settled: Settled[] = [];
  for (const wish of decision.wishes) {
    const one = facts.find(({ account }) => account === wish.account);
    if (!one) continue;
    const agreed = agree(one.hold, wish);
    const hold = agreed && forget(agreed, one.settleMs, one.seen?.readAt, now);
    if (hold !== one.hold) await storeHold(ctx, one.account, hold);
    const step: Step = hold ? nextStep(hold, one.settleMs, wish.want === "show", now) : { do: "wait" };
    settled.push({ facts: one, wish, hold, step });
  }
  const others = settled.filter(({ facts }) => facts.account !== writing);
  await enqueue(
    ctx,
    others.flatMap(({ facts, step }) => writeJob(facts.account, step, now)),
  );
  await lookAt(ctx, decision.look);
  return settled;
}

/** One at a time decides about a person, so that the last facts win. */
async function lockFacts(ctx: Ctx, adapters: Adapters, { personId, accountId }: Whom): Promise<AccountFacts[]> {
  if (!personId) return accountId ? factsOfAccount(ctx, adapters, accountId) : [];
  await ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)))
    .for("no key update");
  return factsOfPerson(ctx, adapters, personId);
}

function writeJob(accountId: AccountId, step: Step, now: Date): JobRequest[] {
  const runAt = step.do === "wait" ? step.until : now;
  if (!runAt) return [];
  const key = `presence.write:${accountId}`;
  return [{ key, name: "presence.write", payload: { accountId }, runAt, lane: "presence" }];
}

/** Job `presence.settle`: something about a person's presence has changed; look at all of it. */
export const settlePerson =
  (service: Service): Handler =>
  async (run, payload) => {
    const personId = payload.personId as PersonId;
    await run.tx((ctx) => settle(ctx, service.adapters, { personId }));
  };
