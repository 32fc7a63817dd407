import type { Ctx } from "../ctx.ts";
import { setAccepting } from "../experts/enrol.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Activity, Told } from "./bot.ts";
import { readPause } from "./pause-until.ts";

export type Command = "help" | "status" | "pause" | "resume" | "consults" | "skills";
/** What is said back: to a command, or of our own accord. */
export type Topic = Command | "welcome" | "pause-unclear" | "told";

/** What somebody may type, in any language whatever theirs is: Teams sends the words of its menu as they were shown. */
export const commandWords: Readonly<Record<Command, readonly string[]>> = {
  help: ["help", "ayuda", "aide", "hjälp", "hi", "hello", "hola", "bonjour", "hej"],
  status: ["status", "my status", "mi estado", "min status", "mon statut", "estado", "statut"],
  pause: ["pause", "pausa", "paus"],
  resume: ["resume", "reanudar", "reprendre", "fortsätt"],
  consults: ["my consults", "mis consultas", "mes demandes", "mina förfrågningar"],
  skills: ["skills", "competencias", "compétences", "kompetenser"],
};
const commands = new Map(
  Object.entries(commandWords).flatMap(([command, words]) => words.map((word) => [word, command as Command] as const)),
);

const textMax = 200;

/**
 * Anything that is not understood asks for help. A mention of the bot in front does not count. `rest`: what follows the
 * word for a pause.
 */
export function readCommand(text: string): { command: Command; rest: string } {
  const words = text
    .slice(0, textMax)
    .replace(/<at>[^<]*<\/at>/g, "")
    .normalize("NFC")
    .trim()
    .toLowerCase();
  const known = commands.get(words);
  if (known) return { command: known, rest: "" };
  const [, first = "", rest = ""] = /^(\S+)\s+(.+)$/s.exec(words) ?? [];
  return commands.get(first) === "pause" ? { command: "pause", rest } : { command: "help", rest: "" };
}

const hourMs = 3_600_000;

/**
 * Does what somebody typed, or notes that the app was installed, and has the answer sent by a job: Teams wants to hear
 * within two seconds that the message arrived, whatever its own Connector is like just now.
 */
export async function takeCommand(activity: Activity, told: Told): Promise<void> {
  const account = activity.from?.aadObjectId;
  const isInstalled = activity.type === "installationUpdate" && (activity.action ?? "add") === "add";
  if (!account || (activity.type !== "message" && !isInstalled)) return;
  await told.tx(async (ctx) => {
    const topic = isInstalled ? "welcome" : await carryOut(ctx, activity.text ?? "", told);
    await enqueue(ctx, replyJob(activity, told, account, { topic }));
  });
}

const replyJob = (activity: Activity, told: Told, account: string, more: { topic: Topic; sentence?: string }) => ({
  key: `bot.reply:${told.connectionId}:${account}:${activity.id ?? ""}`,
  name: "bot.reply",
  payload: { connectionId: told.connectionId, account, locale: activity.locale, ...more },
  lane: "offer" as const,
});

/** One sentence of ours, in words that are ready. */
export async function sayLater(activity: Activity, told: Told, sentence: string): Promise<void> {
  const account = activity.from?.aadObjectId;
  if (account) await told.tx((ctx) => enqueue(ctx, replyJob(activity, told, account, { topic: "told", sentence })));
}

/** A pause leaves alone whether somebody accepts requests at all; to resume is to accept them. */
async function carryOut(ctx: Ctx, text: string, { expert }: Told): Promise<Topic> {
  const { command, rest } = readCommand(text);
  if (!expert || expert.accepting === null) return command;
  if (command === "resume") await setAccepting(ctx, expert.personId, true);
  if (command !== "pause") return command;
  const hour = new Date(ctx.now().getTime() + hourMs);
  const until = rest ? readPause(rest, ctx.now(), expert.timeZone ?? "UTC") : hour;
  if (!until) return "pause-unclear";
  await setAccepting(ctx, expert.personId, expert.accepting, until);
  return command;
}
