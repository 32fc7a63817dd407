/** What the library says about the end of a call, in our words. Pure. */
import type { Ending } from "./call-agent.ts";

type Reason = { code: number; subCode?: number } | undefined;

/**
 * Subcodes of code 0: how a meeting let us go. Source: Azure Communication Services, "Troubleshooting call end response
 * codes"; seen by nobody here, since no live service was involved.
 */
const subCodes: Record<number, Ending> = {
  5000: "removed",
  5003: "ended",
  5300: "removed",
  5854: "not-admitted",
  5855: "not-admitted",
};
/** Codes are those of SIP. */
const codes: Record<number, Ending> = {
  404: "unreachable",
  408: "no-answer",
  480: "unreachable",
  486: "declined",
  487: "no-answer",
  603: "declined",
};

/** `isOurs`: the agent has asked to leave, and whatever the platform calls it, that is what happened. */
export function endingOf(reason: Reason, isOurs: boolean): Ending {
  if (isOurs) return "left";
  if (!reason) return "lost";
  const bySubCode = reason.subCode === undefined ? undefined : subCodes[reason.subCode];
  return bySubCode ?? codes[reason.code] ?? (reason.code === 0 ? "ended" : "lost");
}
