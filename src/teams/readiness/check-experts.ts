import { sql } from "drizzle-orm";
import type { AccountId } from "../../ids.ts";
import type { Handler } from "../../jobs/run.ts";
import type { Service } from "../../platform/service.ts";
import { askForCheck } from "./note.ts";

const atOnce = 50;
const nextMs = 10_000;
const idleMs = 3_600_000;

/**
 * Job `experts.check`, one per tenant: has the accounts of experts looked at that nobody looks at so far, a few at a time,
 * so that the ladder of reach knows how they are set up. From then on each is looked at anew every day (check-account.ts).
 */
export const checkExperts =
  (service: Service): Handler =>
  async (run) => {
    const able = [...service.adapters.values()].filter(({ people }) => people?.inspect).map(({ id }) => id);
    const found = await run.tx(async (ctx) => {
      const rows = await ctx.db.execute<{ id: AccountId }>(sql`
        select a.id from experts e
        join accounts a on a.person_id = e.person_id and a.active
        join connections c on c.id = a.connection_id and c.enabled and c.adapter in ${able}
        where e.tenant_id = ${ctx.tenantId} and not exists (
          select from jobs j where j.tenant_id = ${ctx.tenantId} and j.key = 'account.check:' || a.id)
        order by a.id limit ${atOnce}`);
      const ids = [...rows].map(({ id }) => id);
      await askForCheck(ctx, ids);
      return ids.length;
    });
    return new Date(run.now().getTime() + (found === atOnce ? nextMs : idleMs));
  };
