import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { AccountId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import { pruneHistory } from "./history.ts";

const everyMs = 60_000;
export const orphansJob = { key: "presence.orphans", name: "presence.orphans" } as const;

/** Job `presence.orphans`: no hold is forgotten, whatever became of its job, its person or what it followed. */
export const findOrphans = (): Handler => async (run) => {
  await run.tx(async (ctx) => {
    await pruneHistory(ctx);
    const lost = await holdsWithoutJob(ctx);
    await enqueue(
      ctx,
      lost.map((id) => ({ key: `presence.write:${id}`, name: "presence.write", payload: { accountId: id } })),
    );
  });
  return new Date(run.now().getTime() + everyMs);
};

/** A refusal waits for nothing, unless the account has become nobody's. */
async function holdsWithoutJob(ctx: Ctx): Promise<AccountId[]> {
  const rows = await ctx.db.execute<{ id: AccountId }>(sql`
    select h.account_id as id from holds h join accounts a on a.id = h.account_id
    where h.tenant_id = ${ctx.tenantId} and (h.state <> 'refused' or a.person_id is null or not a.active)
      and not exists (select from jobs j where j.tenant_id = h.tenant_id and j.key = 'presence.write:' || h.account_id)`);
  return [...rows].map(({ id }) => id);
}
