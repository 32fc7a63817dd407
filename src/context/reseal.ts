import { and, asc, eq, not, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { ContextId } from "../ids.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import type { Keyring } from "../seal.ts";
import { identityHashes } from "./identity.ts";
import type { ContextPackage } from "./package.ts";
import { contexts } from "./schema.ts";

const atOnce = 100;

/**
 * Seals some of the contexts that an older key has sealed with the newest, so that they do not need it any more. Answers
 * how many there were. Safe to repeat and to run beside readers.
 */
export async function resealContexts(ctx: Ctx, keyring: Keyring): Promise<number> {
  const newest = keyring.sealedBy();
  const isOurs = eq(contexts.tenantId, ctx.tenantId);
  const rows = await ctx.db
    .select({ id: contexts.id, sealed: contexts.sealed })
    .from(contexts)
    .where(and(isOurs, not(sql`starts_with(${contexts.sealed}, ${newest})`)))
    .orderBy(asc(contexts.id))
    .limit(atOnce)
    .for("update");
  for (const { id, sealed } of rows) {
    const content = await keyring.open<ContextPackage>(ctx.tenantId, "context", sealed);
    await ctx.db
      .update(contexts)
      .set(await sealedPackage(ctx, keyring, content))
      .where(and(eq(contexts.id, id as ContextId), isOurs));
  }
  return rows.length;
}

export const sealedPackage = async (ctx: Ctx, keyring: Keyring, content: ContextPackage) => ({
  sealed: await keyring.seal(ctx.tenantId, "context", content),
  customerHashes: await identityHashes(keyring, ctx.tenantId, Object.values(content.fields)),
});

/** After a change of keys, contexts are sealed with the newest within this time. */
export const resealAfterMs = 3_600_000;

/** Job `context.reseal`: after a change of keys, a hundred at a time; otherwise it looks once an hour and finds none. */
export const resealAll =
  (service: Service): Handler =>
  async (run) => {
    const found = await run.tx((ctx) => resealContexts(ctx, service.keyring));
    return new Date(run.now().getTime() + (found === atOnce ? 0 : resealAfterMs));
  };
