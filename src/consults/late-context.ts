/** Details that could not be stored or read in time: they follow, and whoever looks at the consult is told. */
import { and, eq, isNotNull } from "drizzle-orm";
import { readContext, type SealedContext, storeSealed } from "../context/package.ts";
import { late } from "../context/slow.ts";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import type { ConsultId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { consults, interactions, offers } from "./schema.ts";

const againMs = 2_000;
const soon = (ctx: Pick<Ctx, "now">, ms = againMs) => new Date(ctx.now().getTime() + ms);

/** Whoever was shown this consult without its details is shown them as soon as they are there. Safe to repeat. */
export const followLater = (ctx: Ctx, id: ConsultId, ms = againMs): Promise<void> =>
  enqueue(ctx, {
    key: `context.follow:${id}`,
    name: "context.follow",
    payload: { consultId: id },
    runAt: soon(ctx, ms),
    lane: "offer",
  });

/** Job `context.store`: stores what a request could not, unless its interaction has been forgotten meanwhile. */
export const storeLateContext =
  (service: Service): Handler =>
  (run, payload) =>
    run.tx(async (ctx) => {
      const row = payload as SealedContext;
      const [about] = await ctx.db
        .select({ forgottenAt: interactions.forgottenAt })
        .from(interactions)
        .where(and(eq(interactions.id, row.interactionId), eq(interactions.tenantId, ctx.tenantId)))
        .for("share");
      if (!about || about.forgottenAt) return undefined;
      if (!(await storeSealed(ctx, service.keyring, row))) return soon(ctx);
      const theirs = await ctx.db
        .select({ id: consults.id })
        .from(consults)
        .where(and(eq(consults.interactionId, row.interactionId), eq(consults.contextId, row.id)));
      for (const { id } of theirs) await followLater(ctx, id, 0);
      return undefined;
    });

/** Job `context.follow`: once the details can be read, cards and screens are brought up to date. */
export const followContext =
  (service: Service): Handler =>
  (run, payload) =>
    run.tx(async (ctx) => {
      const id = payload.consultId as ConsultId;
      const [consult] = await ctx.db
        .select({ contextId: consults.contextId })
        .from(consults)
        .where(and(eq(consults.id, id), eq(consults.tenantId, ctx.tenantId)));
      if (!consult?.contextId) return undefined;
      const content = await readContext(ctx, service.keyring, consult.contextId).catch(ignoreDeleted);
      if (content === late) return soon(ctx);
      await announce(ctx, "consult", id);
      const shown = await ctx.db
        .select({ id: offers.id })
        .from(offers)
        .where(and(eq(offers.consultId, id), isNotNull(offers.place)));
      await enqueue(
        ctx,
        shown.map((offer) => ({
          key: `offer.card:${offer.id}`,
          name: "offer.card",
          payload: { offerId: offer.id },
          lane: "offer",
        })),
      );
      return undefined;
    });

function ignoreDeleted(error: unknown): undefined {
  if (!isBridgeError(error) || error.code !== "not_found") throw error;
}
