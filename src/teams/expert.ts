import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { experts } from "../experts/schema.ts";
import { accounts, people } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";

export type ExpertBehind = {
  personId: PersonId;
  name: string;
  locale: string | null;
  timeZone: string | null;
  account: string;
  accepting: boolean | null;
  pausedUntil: Date | null;
};

/** The person behind a directory object id on this connection. Never by name or address. */
export async function expertBehind(
  ctx: Ctx,
  connectionId: ConnectionId,
  objectId: string | undefined,
): Promise<ExpertBehind | undefined> {
  if (!objectId) return undefined;
  const [row] = await ctx.db
    .select({
      personId: people.id,
      name: people.name,
      locale: people.locale,
      timeZone: people.timeZone,
      account: accounts.externalId,
      accepting: experts.accepting,
      pausedUntil: experts.pausedUntil,
    })
    .from(accounts)
    .innerJoin(people, eq(people.id, accounts.personId))
    .leftJoin(experts, eq(experts.personId, people.id))
    .where(and(eq(accounts.connectionId, connectionId), eq(accounts.externalId, objectId), eq(accounts.active, true)));
  return row;
}
