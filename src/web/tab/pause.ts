/** Until when somebody may want to be left alone, in their own time. Pure. */
export type Pause = "halfHour" | "hour" | "tomorrow" | "nextWeek";
export const pauses: readonly Pause[] = ["halfHour", "hour", "tomorrow", "nextWeek"];

const morning = 8;

export function pauseEnd(pause: Pause, now: Date): Date {
  if (pause === "halfHour") return new Date(now.getTime() + 30 * 60_000);
  if (pause === "hour") return new Date(now.getTime() + 60 * 60_000);
  const ahead = pause === "tomorrow" ? 1 : (8 - now.getDay()) % 7 || 7;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, morning);
}
