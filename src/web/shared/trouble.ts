/** What went wrong with something that the person asked for, and the sentence that says what to do about it. */
import type { ErrorCode } from "../../errors.ts";
import { Offline, Refused } from "./http.ts";
import type { Speech } from "./language.ts";

export type Trouble = { code: ErrorCode | "offline"; detail?: string };

export function troubleOf(error: unknown): Trouble {
  if (error instanceof Offline) return { code: "offline" };
  if (!(error instanceof Refused)) return { code: "internal" };
  const detail = error.problem?.detail;
  return { code: error.code, ...(detail && { detail }) };
}

/** Refusals that the service explains better than their code does. It speaks English only. */
const explained: readonly Trouble["code"][] = ["conflict", "invalid", "forbidden", "unsupported", "unreachable"];

export function troubleSentence({ code, detail }: Trouble, { language, words }: Speech): string {
  if (code === "offline") return words.offline;
  if (language === "en" && detail && explained.includes(code)) return detail;
  return words.problem[code] ?? words.problem.internal;
}
