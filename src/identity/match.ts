import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import type { AccountId, PersonId } from "../ids.ts";
import { announce } from "../jobs/queue.ts";
import { retireLeavers } from "./directory.ts";
import { accounts, people } from "./schema.ts";

/**
 * An admin says whose account this is; the directory sync will not change it again. A person whose last account this
 * was is nobody any more: they become inactive, and their addresses no longer match anybody.
 * @throws BridgeError `not_found`.
 */
export async function matchAccount(ctx: Ctx, id: AccountId, personId: PersonId): Promise<typeof accounts.$inferSelect> {
  const [person] = await ctx.db
    .select()
    .from(people)
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)));
  if (!person) throw new BridgeError("not_found", "There is no such person.");
  const mine = and(eq(accounts.id, id), eq(accounts.tenantId, ctx.tenantId));
  const [before] = await ctx.db.select().from(accounts).where(mine).for("update");
  if (!before) throw new BridgeError("not_found", "There is no such account.");
  const [row = before] = await ctx.db.update(accounts).set({ personId, matchedBy: "admin" }).where(mine).returning();
  await ctx.db
    .update(people)
    .set({ emails: [...new Set([...person.emails, ...row.emails])], active: person.active || row.active })
    .where(and(eq(people.id, personId), eq(people.tenantId, ctx.tenantId)));
  if (before.personId && before.personId !== personId) await leave(ctx, before.personId);
  await recordAudit(ctx, "account.match", id, { person: personId });
  await announce(ctx, "presence", personId);
  return row;
}

async function leave(ctx: Ctx, personId: PersonId): Promise<void> {
  const [gone] = await retireLeavers(ctx, [personId]);
  if (!gone) return void (await announce(ctx, "presence", personId));
  await ctx.db
    .update(people)
    .set({ emails: [] })
    .where(and(eq(people.id, gone), eq(people.tenantId, ctx.tenantId)));
}
