/** The cards in somebody's chat with the bot, and the buttons on them. */
import type { ChatMessage, ExpertPlatform, WorldView } from "./protocol.ts";

export type Answer = "now" | "later" | "chat" | "no";
export type Button = { verb: string; data: Record<string, unknown> };

export function cardsOf(view: WorldView, platform: ExpertPlatform, account: string): ChatMessage[] {
  const users = platform === "teams" ? view.teams.users : view.ringcentral.extensions;
  return users.find(({ id }) => id === account)?.chat.messages.filter(({ card }) => card) ?? [];
}

/** Does the card show this text, wherever? */
export const says = (card: unknown, text: string): boolean =>
  JSON.stringify(card).includes(JSON.stringify(text).slice(1, -1));

/** The button for an answer, however deep in the card. RingCentral's cards carry its data as text. */
export function buttonFor(value: unknown, answer: Answer): Button | undefined {
  if (Array.isArray(value)) return value.map((one) => buttonFor(one, answer)).find(Boolean);
  if (typeof value !== "object" || value === null) return undefined;
  const { type, verb = "", data = {} } = value as { type?: string; verb?: string; data?: Record<string, unknown> };
  const isButton = type === "Action.Execute" || type === "Action.Submit";
  // As a word of its own: "now" holds "no".
  const isThis = new RegExp(`\\b${answer}\\b`).test(JSON.stringify(data));
  if (isButton && isThis && JSON.stringify(data).includes("offer")) return { verb, data };
  return buttonFor(Object.values(value), answer);
}
