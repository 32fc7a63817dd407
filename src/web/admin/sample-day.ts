/** A morning to begin with, on the platforms that are connected. Pure, but for today's date. */
import type { ConnectionView, DayEvent } from "./api.ts";

/** Minutes after midnight, here. */
const day: readonly ["uc" | "contact-center", number, string, string][] = [
  ["uc", 540, "available", "none"],
  ["contact-center", 545, "available", "none"],
  ["contact-center", 570, "busy", "on-call"],
  ["contact-center", 590, "available", "none"],
  ["uc", 615, "busy", "on-call"],
  ["uc", 630, "available", "none"],
  ["uc", 660, "do-not-disturb", "presenting"],
  ["uc", 690, "available", "none"],
  ["contact-center", 705, "away", "break"],
  ["contact-center", 720, "available", "none"],
];

/** Adapters that tell presence, each once. */
export const platformsOf = (connections: readonly ConnectionView[]): { id: string; name: string; side: string }[] => [
  ...new Map(
    connections
      .filter(({ showsPresence }) => showsPresence)
      .map(({ adapter, platform, side = "uc" }) => [adapter, { id: adapter, name: platform, side }]),
  ).values(),
];

export function atMinute(minute: number, now = new Date()): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate(), 0, minute).toISOString();
}

export function sampleDay(connections: readonly ConnectionView[]): DayEvent[] {
  const platforms = platformsOf(connections);
  return day.flatMap(([side, minute, availability, activity]) =>
    platforms
      .filter((one) => one.side === side)
      .slice(0, 1)
      .map(({ id }) => ({ platform: id, at: atMinute(minute), availability, activity })),
  );
}
