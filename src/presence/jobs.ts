// LEAD'S STAND-IN so that other rooms compile and run meanwhile: presence room owner, please replace, keeping the signature.
import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import type { Handlers } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { recordReports } from "./observe.ts";

export function presenceJobs(service: Service, _options: { engagedPeople(ctx: Ctx): Promise<PersonId[]> }): Handlers {
  return {
    "presence.settle": async () => undefined,
    "presence.sweep": async (run, payload) => {
      const connectionId = payload["connectionId"] as ConnectionId;
      const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
      if (!adapter.presence) return;
      const rows = await run.tx((ctx) =>
        ctx.db
          .select({ id: accounts.externalId })
          .from(accounts)
          .where(and(eq(accounts.connectionId, connectionId), eq(accounts.active, true))),
      );
      const ids = rows.map((row) => row.id).slice(0, adapter.facts.presence?.readMax ?? 30);
      if (ids.length > 0) {
        const reports = await adapter.presence.read(connection, ids);
        await run.tx((ctx) => recordReports(ctx, connectionId, reports));
      }
      return new Date(run.now().getTime() + 4_000);
    },
  };
}
