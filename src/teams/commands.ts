import { eq } from "drizzle-orm";
import { experts } from "../experts/schema.ts";
import { openConnection } from "../identity/connect.ts";
import { announce } from "../jobs/queue.ts";
import type { Service } from "../platform/service.ts";
import type { Activity, Told } from "./bot.ts";
import { clockTime } from "./facts.ts";
import { sayIn } from "./texts/index.ts";

const words: Record<string, "status" | "pause" | "resume" | "help"> = {
  status: "status",
  "my status": "status",
  estado: "status",
  statut: "status",
  pause: "pause",
  pausa: "pause",
  paus: "pause",
  resume: "resume",
  reanudar: "resume",
  fortsätt: "resume",
  reprendre: "resume",
  help: "help",
  ayuda: "help",
  hjälp: "help",
  aide: "help",
  hi: "help",
  hello: "help",
  hola: "help",
  hej: "help",
  bonjour: "help",
};
const pauseMs = 3_600_000;

/** Answers what somebody typed, and greets on installation. Anything not understood gets the help. */
export async function replyTo(service: Service, activity: Activity, told: Told): Promise<void> {
  const isInstalled = activity.type === "installationUpdate" && activity.action !== "remove";
  if (activity.type !== "message" && !isInstalled) return;
  const text = isInstalled
    ? sayIn(told.expert?.locale ?? activity.locale)("bot.welcome")
    : await sentenceFor(service, activity, told);
  const { adapter, connection } = await openConnection(service, told.tenantId, told.connectionId, told.tx);
  const account = activity.from?.aadObjectId;
  if (!adapter.invitations || !account) return;
  const content = { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text, wrap: true }] };
  await adapter.invitations.deliver(connection, account, { content, text });
}

async function sentenceFor(service: Service, activity: Activity, told: Told): Promise<string> {
  const { expert } = told;
  const say = sayIn(expert?.locale ?? activity.locale);
  const command = words[(activity.text ?? "").trim().toLowerCase()] ?? "help";
  if (command === "help") return say("bot.help");
  if (!expert || expert.accepting === null) return say("bot.not-expert");
  const now = service.now();
  if (command === "status") {
    const isPaused = expert.pausedUntil !== null && expert.pausedUntil > now;
    return say(expert.accepting && !isPaused ? "bot.status.on" : "bot.status.off");
  }
  const pausedUntil = command === "pause" ? new Date(now.getTime() + pauseMs) : null;
  await told.tx(async (ctx) => {
    await ctx.db.update(experts).set({ pausedUntil, accepting: true }).where(eq(experts.personId, expert.personId));
    await announce(ctx, "presence", expert.personId);
  });
  return pausedUntil
    ? say("bot.paused", { time: clockTime(pausedUntil, expert.locale, expert.timeZone) })
    : say("bot.resumed");
}
