import { describe, expect, test } from "vitest";
import type { ReachabilityView } from "../../views.ts";
import { en } from "../texts/en.ts";
import { es } from "../texts/es.ts";
import { fr } from "../texts/fr.ts";
import { sv } from "../texts/sv.ts";
import { ladderLines } from "./ladder.tsx";

const reached = (more: Partial<ReachabilityView>) => ({
  reachability: {
    state: "call" as const,
    availability: "available" as const,
    activity: "none" as const,
    reasons: [],
    skipped: [],
    presences: [],
    ...more,
  },
});
const skipped: ReachabilityView["skipped"] = [{ kind: "phone", platform: "Microsoft Teams", reason: "no-licence" }];
const chat = { kind: "chat", platform: "Microsoft Teams" } as const;

describe("how a colleague would be reached", () => {
  test("is not worth a line where the first rung bears, nor where now is not the time", () => {
    expect(ladderLines(reached({ rung: { kind: "phone", platform: "Microsoft Teams" } }), en)).toEqual([]);
    expect(ladderLines(reached({ state: "later", rung: chat, skipped }), en)).toEqual([]);
  });

  test("is said with why not the usual way, in every language", () => {
    const person = reached({ state: "chat", rung: chat, skipped });
    expect(ladderLines(person, en)).toEqual(["Is asked by card in Teams", "No phone licence in Teams"]);
    expect(new Set([en, es, sv, fr].map((words) => ladderLines(person, words).join())).size).toBe(4);
  });

  test("says that somebody can only be rung, and where nothing reaches them", () => {
    const seat = reached({ rung: { kind: "agent", platform: "Asterisk" }, onlyRing: true });
    expect(ladderLines(seat, en)).toEqual([
      "Rings at their seat in Asterisk",
      "No card gets through, so the phone rings at once",
    ]);
    expect(ladderLines(reached({ state: "no", skipped }), en)).toEqual(["No phone licence in Teams"]);
  });
});
