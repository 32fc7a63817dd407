/**
 * A card whose delivery was never answered may stand in the chat all the same. No platform of ours that has presses lists
 * such messages, but a press says on which message it was made: that one is then the card, or goes, so that one stays.
 */
import { and, eq } from "drizzle-orm";
import { offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts } from "../identity/schema.ts";
import type { ConnectionId, OfferId } from "../ids.ts";
import { enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { CardPlace } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import type { Where } from "./card-account.ts";

/** Takes one copy of a card away. */
export const withdrawal = (
  id: string,
  { connectionId }: Pick<Where, "connectionId">,
  place: CardPlace,
): JobRequest => ({
  key: `card.withdraw:${id}`,
  name: "card.withdraw",
  payload: { connectionId, place },
  lane: "normal",
});

/** Where a press was made, in the words of adapters/teams/invitations.ts. */
export type Pressed = { connectionId: ConnectionId; account: string; place: CardPlace };

/** The person's own press only; nothing is known of a card before its first delivery was tried. */
export async function notePressed(ctx: Ctx, id: OfferId, { connectionId, account, place }: Pressed): Promise<void> {
  const [row] = await ctx.db
    .select({ place: offers.place, accountId: accounts.id })
    .from(offers)
    .innerJoin(accounts, and(eq(accounts.personId, offers.personId), eq(accounts.connectionId, connectionId)))
    .where(and(eq(offers.id, id), eq(offers.tenantId, ctx.tenantId), eq(accounts.externalId, account)))
    .for("update", { of: offers });
  if (!row) return;
  if (!row.place) {
    await ctx.db.update(offers).set({ place, accountId: row.accountId }).where(eq(offers.id, id));
    return;
  }
  const isCopy = row.place.conversationId === place.conversationId && row.place.activityId !== place.activityId;
  if (isCopy) await enqueue(ctx, withdrawal(id, { connectionId }, place));
}

/** Job `card.withdraw`: safe to repeat, and of no harm when the platform cannot. */
export const withdrawCard =
  (service: Service): Handler =>
  async (run, payload) => {
    const { connectionId, place } = payload as { connectionId: ConnectionId; place: CardPlace };
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    await adapter.invitations?.withdraw?.(connection, place);
  };
