/** What one person's accounts show, what we show there, and why: for whoever asks "why is that so?". */
import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import type { PresenceView } from "../views.ts";
import { decide } from "./decide.ts";
import { type Adapters, factsOfPerson } from "./facts.ts";
import { readPolicy } from "./policy.ts";
import { textsIn, whySentence } from "./texts/index.ts";
import type { TriedCode } from "./try-policy.ts";
import { presenceViews } from "./view.ts";

export type Explained = {
  presences: PresenceView[];
  why: { account: string; platform: string; code: TriedCode | "refused"; sentence: string }[];
};

/** Reads and decides, and writes nothing but who looked at somebody else. @throws BridgeError `not_found`. */
export async function explainPresence(
  ctx: Ctx,
  adapters: Adapters,
  id: PersonId,
  locale: string | undefined,
): Promise<Explained> {
  const [person] = await ctx.db
    .select({ id: people.id, locale: people.locale })
    .from(people)
    .where(and(eq(people.id, id), eq(people.tenantId, ctx.tenantId)));
  if (!person) throw new BridgeError("not_found", "There is no such person.");
  if (!(ctx.actor.kind === "expert" && ctx.actor.personId === id)) await recordAudit(ctx, "presence.look", id);
  const facts = await factsOfPerson(ctx, adapters, id);
  const { wishes, doNotRoute } = decide(facts, await readPolicy(ctx, id), ctx.now());
  const texts = textsIn(locale ?? person.locale ?? undefined);
  const of = (account: string | undefined) => facts.find((one) => one.account === account);
  const nameOf = (account: string | undefined) => adapters.get(of(account)?.platform ?? "")?.name ?? "?";
  const why: Explained["why"] = wishes.map((wish) => {
    const { account, code } = wish;
    const platform = nameOf(account);
    const hold = of(account)?.hold;
    const cause = wish.cause ?? hold?.cause;
    if (wish.want === "show" && hold?.state === "refused" && hold.reason)
      return { account, platform, code: "refused", sentence: hold.reason };
    const sentence = whySentence(texts, {
      code,
      platform,
      shown: wish.want === "show" ? wish.show : undefined,
      cause: cause ? { platform: nameOf(cause), presence: of(cause)?.seen?.presence } : undefined,
    });
    return { account, platform, code, sentence };
  });
  if (doNotRoute) {
    const platform = nameOf(doNotRoute);
    const presence = of(doNotRoute)?.seen?.presence;
    const sentence = whySentence(texts, { code: "not-routed", platform, presence });
    why.push({ account: doNotRoute, platform, code: "not-routed", sentence });
  }
  return { presences: (await presenceViews(ctx, adapters, [id])).get(id) ?? [], why };
}
