import { eq } from "drizzle-orm";
import { lastReminded, noteReminder, owesAnswer } from "../consults/remind.ts";
import { offers } from "../consults/schema.ts";
import { isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import type { OfferId } from "../ids.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import { factsOfOffer } from "./facts.ts";
import { plain } from "./plain.ts";
import { sayIn } from "./texts/index.ts";

/** A reminder that comes minutes later disturbs more than it helps. */
const attemptsMax = 3;

/**
 * Job `offer.remind`: one line in the chat below the card of a question that waits for its answer. The card itself stays
 * as it is, with what may be half written in it. By itself at most once; nothing when the answer has come.
 */
export const remindExpert =
  (service: Service): Handler =>
  async (run, payload) => {
    const id = payload.offerId as OfferId;
    const byAgent = payload.byAgent === true;
    const seen = await run.tx(async (ctx) => {
      const [offer] = await ctx.db.select().from(offers).where(eq(offers.id, id));
      const due = await owesAnswer(ctx, id);
      if (!offer?.place || !due?.owes) return undefined;
      const isFirst = !(await lastReminded(ctx, due.consultId, offer.personId));
      if (!byAgent && !isFirst) return undefined;
      const shown = await factsOfOffer(ctx, service, id);
      return shown?.where && { ...shown, where: shown.where, consultId: due.consultId };
    });
    if (!seen) return;
    const { facts, locale, where } = seen;
    const say = sayIn(locale);
    const values = { agent: plain(facts.agent), topic: plain(facts.topic ?? "") };
    const text = say(facts.topic ? "offer.remind" : "offer.remind.bare", values);
    const content = { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text, wrap: true }] };
    const { adapter, connection } = await openConnection(service, run.tenantId, where.connectionId, run.tx);
    try {
      await adapter.invitations?.deliver(connection, where.externalId, { content, text });
    } catch (error) {
      if (!isBridgeError(error) || (error.retry && run.attempt < attemptsMax)) throw error;
      return;
    }
    if (!byAgent) await run.tx((ctx) => noteReminder(ctx, seen.consultId, seen.offer.personId));
  };
