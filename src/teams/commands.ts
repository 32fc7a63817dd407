import { and, desc, eq } from "drizzle-orm";
import { offers } from "../consults/schema.ts";
import { setAccepting } from "../experts/enrol.ts";
import { expertSkills } from "../experts/schema.ts";
import { openConnection } from "../identity/connect.ts";
import type { Service } from "../platform/service.ts";
import type { Activity, Told } from "./bot.ts";
import { offerCard, plain } from "./cards.ts";
import type { ExpertBehind } from "./expert.ts";
import { clockTime, factsOfOffer } from "./facts.ts";
import { type Say, sayIn } from "./texts/index.ts";

export type Command = "help" | "status" | "pause" | "resume" | "consults" | "skills";

/** What somebody may type, in any language whatever theirs is: Teams sends the words of its menu as they were shown. */
export const commandWords: Readonly<Record<Command, readonly string[]>> = {
  help: ["help", "ayuda", "aide", "hjälp", "hi", "hello", "hola", "bonjour", "hej"],
  status: ["status", "my status", "estado", "statut"],
  pause: ["pause", "pausa", "paus"],
  resume: ["resume", "reanudar", "reprendre", "fortsätt"],
  consults: ["my consults", "mis consultas", "mes demandes", "mina förfrågningar"],
  skills: ["skills", "competencias", "compétences", "kompetenser"],
};
const commands = new Map(
  Object.entries(commandWords).flatMap(([command, words]) => words.map((word) => [word, command as Command] as const)),
);

/** Anything that is not understood asks for help. A mention of the bot in front does not count. */
export const readCommand = (text: string): Command =>
  commands.get(
    text
      .replace(/<at>.*?<\/at>/g, "")
      .normalize("NFC")
      .trim()
      .toLowerCase(),
  ) ?? "help";

const pauseMs = 3_600_000;
const consultsMax = 5;

/** Answers what somebody typed, and greets on installation. */
export async function replyTo(service: Service, activity: Activity, told: Told): Promise<void> {
  const isInstalled = activity.type === "installationUpdate" && (activity.action ?? "add") === "add";
  if (activity.type !== "message" && !isInstalled) return;
  const say = sayIn(told.expert?.locale ?? activity.locale);
  const lines = isInstalled ? [say("bot.welcome")] : await answer(service, readCommand(activity.text ?? ""), say, told);
  const { adapter, connection } = await openConnection(service, told.tenantId, told.connectionId, told.tx);
  const account = activity.from?.aadObjectId;
  if (!adapter.invitations || !account) return;
  const body = lines.map((text) => ({ type: "TextBlock", text, wrap: true }));
  const content = { type: "AdaptiveCard", version: "1.5", body };
  await adapter.invitations.deliver(connection, account, { content, text: lines.join(" ") });
}

async function answer(service: Service, command: Command, say: Say, told: Told): Promise<string[]> {
  const { expert } = told;
  if (command === "help") return [say("bot.help")];
  if (!expert || expert.accepting === null) return [say("bot.not-expert")];
  if (command === "status") return [statusOf(expert, say, service.now())];
  if (command === "skills") return [await skillsOf(expert, say, told)];
  if (command === "consults") return latestOf(service, expert, say, told);
  return [await setPause(service, command, { ...expert, accepting: expert.accepting }, say, told)];
}

function statusOf({ accepting, pausedUntil }: ExpertBehind, say: Say, now: Date): string {
  const isPaused = pausedUntil !== null && pausedUntil > now;
  return say(accepting && !isPaused ? "bot.status.on" : "bot.status.off");
}

async function skillsOf({ personId }: ExpertBehind, say: Say, { tx }: Told): Promise<string> {
  const rows = await tx((ctx) =>
    ctx.db
      .select({ skill: expertSkills.skill })
      .from(expertSkills)
      .where(and(eq(expertSkills.personId, personId), eq(expertSkills.tenantId, ctx.tenantId)))
      .orderBy(desc(expertSkills.level), expertSkills.skill),
  );
  const skills = rows.map((row) => plain(row.skill)).join(", ");
  return skills ? say("bot.skills", { skills }) : say("bot.skills.none");
}

/** The latest requests, newest first, each in the words of its card. */
async function latestOf(service: Service, { personId }: ExpertBehind, say: Say, { tx }: Told): Promise<string[]> {
  return tx(async (ctx) => {
    const rows = await ctx.db
      .select({ id: offers.id })
      .from(offers)
      .where(and(eq(offers.personId, personId), eq(offers.tenantId, ctx.tenantId)))
      .orderBy(desc(offers.id))
      .limit(consultsMax);
    const shown = await Promise.all(rows.map(({ id }) => factsOfOffer(ctx, service, id)));
    const lines = shown.flatMap((one) => (one ? [plain(offerCard(one.facts, say).text)] : []));
    return lines.length > 0 ? [say("bot.consults"), ...lines] : [say("bot.consults.none")];
  });
}

/** A pause leaves alone whether somebody accepts requests at all; to resume is to accept them. */
async function setPause(
  service: Service,
  command: "pause" | "resume",
  expert: ExpertBehind & { accepting: boolean },
  say: Say,
  { tx }: Told,
): Promise<string> {
  const { personId, accepting, locale, timeZone } = expert;
  if (command === "resume") {
    await tx((ctx) => setAccepting(ctx, personId, true));
    return say("bot.resumed");
  }
  const until = new Date(service.now().getTime() + pauseMs);
  await tx((ctx) => setAccepting(ctx, personId, accepting, until));
  return say("bot.paused", { time: clockTime(until, locale, timeZone) });
}
