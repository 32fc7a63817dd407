/** How somebody would be reached now, rung by rung, in words: for whoever asks "why not by phone?". */
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { tenantSettings } from "../identity/tenants.ts";
import type { PersonId } from "../ids.ts";
import { type LadderLanguage, ladderOf, ladderTexts, type RungView, sayOfLadder } from "../ladder-texts.ts";
import type { Service } from "../platform/service.ts";
import type { ReachabilityView } from "../views.ts";
import { type EngagementsOf, factsOf } from "./facts.ts";
import { aboutInteraction } from "./search.ts";
import { toView } from "./view.ts";

export type Reached = Pick<ReachabilityView, "state" | "reasons"> & { rungs: RungView[]; note?: string };
/** `interaction`: whose contact center would ring them. */
export type Asked = { interaction?: string | undefined; locale?: string | undefined };

function languageOf(locale: string | undefined): LadderLanguage {
  const language = (locale ?? "en").slice(0, 2).toLowerCase();
  return Object.hasOwn(ladderTexts, language) ? (language as LadderLanguage) : "en";
}

/** Reads only. @throws BridgeError `not_found`. */
export async function explainReach(
  ctx: Ctx,
  service: Service,
  id: PersonId,
  { interaction, locale }: Asked,
  engagementsOf: EngagementsOf,
): Promise<Reached> {
  const [facts] = await factsOf(ctx, service, [id], engagementsOf);
  if (!facts) throw new BridgeError("not_found", "There is no such person.");
  const about = interaction ? await aboutInteraction(ctx, service, interaction) : {};
  const { reachability } = toView(facts, ctx.now(), about);
  const language = languageOf(locale ?? facts.person.locale ?? (await tenantSettings(ctx)).locale);
  return {
    state: reachability.state,
    reasons: reachability.reasons,
    rungs: ladderOf(reachability, language),
    ...(reachability.onlyRing ? { note: `${sayOfLadder(language, "only-ring")}.` } : {}),
  };
}
