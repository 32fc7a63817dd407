import { and, desc, eq } from "drizzle-orm";
import { whoWaitsFor } from "../consults/awaiting.ts";
import { engagementsOf } from "../consults/engaged.ts";
import { offers } from "../consults/schema.ts";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { factsOf } from "../experts/facts.ts";
import { toView } from "../experts/view.ts";
import { openConnection } from "../identity/connect.ts";
import type { ConnectionId } from "../ids.ts";
import type { Handler } from "../jobs/run.ts";
import { type SkipCode, skipCodes } from "../ladder-texts.ts";
import type { Service } from "../platform/service.ts";
import type { ReachabilityView, Reason } from "../views.ts";
import { offerCard } from "./cards.ts";
import type { Topic } from "./commands.ts";
import { type ExpertBehind, expertBehind } from "./expert.ts";
import { clockTime, factsOfOffer } from "./facts.ts";
import { plain } from "./plain.ts";
import { type Say, sayIn, type TextKey } from "./texts/index.ts";

const consultsMax = 5;
/** An answer that comes minutes later answers nothing. */
const attemptsMax = 5;

/** Job `bot.reply`: says what is true now to who has written to the bot, or has just got it. */
export const sendReply =
  (service: Service): Handler =>
  async (run, payload) => {
    const connectionId = payload.connectionId as ConnectionId;
    const account = String(payload.account);
    const sentence = payload.topic === "told" && typeof payload.sentence === "string" ? [payload.sentence] : undefined;
    const lines =
      sentence ??
      (await run.tx(async (ctx) => {
        const expert = await expertBehind(ctx, connectionId, account);
        const say = sayIn(expert?.locale ?? (payload.locale as string | undefined));
        return linesFor(ctx, service, payload.topic as Topic, say, expert);
      }));
    const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
    const body = lines.map((text) => ({ type: "TextBlock", text, wrap: true }));
    const content = { type: "AdaptiveCard", version: "1.5", body };
    try {
      await adapter.invitations?.deliver(connection, account, { content, text: lines.join(" ") });
    } catch (error) {
      if (!isBridgeError(error) || (error.retry && run.attempt < attemptsMax)) throw error;
    }
    return undefined;
  };

async function linesFor(ctx: Ctx, service: Service, topic: Topic, say: Say, expert: ExpertBehind | undefined) {
  if (topic === "welcome") return [say("bot.welcome"), say("bot.help")];
  if (topic === "help") return [say("bot.help")];
  if (!expert || expert.accepting === null) return [say("bot.not-expert")];
  if (topic === "pause-unclear") return [say("bot.pause.how")];
  if (topic === "resume") return [say("bot.resumed")];
  if (topic === "consults") return latestOf(ctx, service, expert, say);
  const [facts] = await factsOf(ctx, service, [expert.personId], engagementsOf);
  if (topic === "skills") return [skillsOf(facts?.skills ?? [], say)];
  const clock = (at: Date) => clockTime(at, expert.locale, expert.timeZone);
  if (topic === "pause") return [say("bot.paused", { time: expert.pausedUntil ? clock(expert.pausedUntil) : "" })];
  if (!facts) return [say("bot.not-expert")];
  const { reachability } = toView(facts, ctx.now());
  const { state, reasons } = reachability;
  const [reason] = reasons;
  const waiting = (await whoWaitsFor(ctx, expert.personId)).map(({ agent, since }) =>
    say("bot.waiting", { agent: plain(agent), time: clock(since) }),
  );
  if (state === "call" || state === "chat" || !reason)
    return [say("bot.status.on"), ...waysTo(reachability, say), ...waiting];
  const time = reason.until ? clock(new Date(reason.until)) : "";
  return [say(statusKey(reason), { time }), ...waysTo(reachability, say), ...waiting];
}

/** How a request reaches this person, and what to do about each way that does not work. */
function waysTo({ rung, skipped, onlyRing }: ReachabilityView, say: Say): string[] {
  const passed = skipped.flatMap(({ platform, reason }) =>
    isSkipCode(reason) ? [say(`bot.reach.${reason}`, { platform })] : [],
  );
  if (!rung) return passed.length > 0 ? [say("bot.reach.none"), ...passed] : [];
  const used = say(`bot.reach.${rung.kind}`, { platform: rung.platform });
  return [used, ...(onlyRing ? [say("bot.reach.only-ring")] : []), ...passed];
}

const isSkipCode = (code: string): code is SkipCode => skipCodes.includes(code as SkipCode);

const statusKeys: Partial<Record<Reason["code"], TextKey>> = {
  "not-accepting": "bot.status.off",
  inactive: "bot.status.off",
  paused: "bot.status.paused",
  "quota-used": "bot.status.quota",
  "in-consult": "bot.status.consult",
  "being-asked": "bot.status.consult",
  unknown: "bot.status.unseen",
  stale: "bot.status.unseen",
};

function statusKey({ code, until }: Reason): TextKey {
  if (code === "off-roster") return until ? "bot.status.off-roster" : "bot.status.off-hours";
  return statusKeys[code] ?? (until ? "bot.status.meeting" : "bot.status.busy");
}

function skillsOf(skills: readonly { skill: string }[], say: Say): string {
  const named = skills.map(({ skill }) => plain(skill)).join(", ");
  return named ? say("bot.skills", { skills: named }) : say("bot.skills.none");
}

/** The latest requests, newest first, each in the words of its card. */
async function latestOf(ctx: Ctx, service: Service, { personId }: ExpertBehind, say: Say): Promise<string[]> {
  const rows = await ctx.db
    .select({ id: offers.id })
    .from(offers)
    .where(and(eq(offers.personId, personId), eq(offers.tenantId, ctx.tenantId)))
    .orderBy(desc(offers.id))
    .limit(consultsMax);
  const lines: string[] = [];
  for (const { id } of rows) {
    const shown = await factsOfOffer(ctx, service, id);
    if (shown) lines.push(plain(offerCard(shown.facts, say).text));
  }
  return lines.length > 0 ? [say("bot.consults"), ...lines] : [say("bot.consults.none")];
}
