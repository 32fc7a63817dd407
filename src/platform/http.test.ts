import { describe, expect, it } from "vitest";
import { Spending } from "./budgets.ts";
import type { Lane } from "./contract.ts";
import { connectionFetch } from "./http.ts";
import { noMetrics } from "./service.ts";

const now = new Date("2026-03-02T09:00:00Z");

/** How long everybody keeps quiet after a 429. */
async function pauseAfter(lane: Lane, headers: Record<string, string> = {}): Promise<number | undefined> {
  let until: Date | undefined;
  const send = connectionFetch({
    connectionId: "con_1",
    adapter: "none",
    fetch: async () => new Response("", { status: 429, headers }),
    now: () => now,
    spending: new Spending(),
    metrics: noMetrics,
    penaltyUntil: () => until,
    onPenalty: (at) => {
      until = at;
    },
  });
  await send("https://platform.test/", { lane });
  await expect(send("https://platform.test/", { lane: "call" })).rejects.toMatchObject({ code: "platform_throttled" });
  return until && until.getTime() - now.getTime();
}

describe("after a 429 nothing is sent", () => {
  it.each([
    ["as long as the platform says", "call", { "retry-after": "7" }, 7_000],
    ["until the instant that it names", "bulk", { "retry-after": "Mon, 02 Mar 2026 09:01:00 GMT" }, 60_000],
    ["for two seconds on a live call where it says nothing", "call", {}, 2_000],
    ["for half a minute otherwise", "expert", {}, 30_000],
    ["nor is nonsense believed", "call", { "retry-after": "soon" }, 2_000],
  ] as const)("%s", async (_name, lane, headers, ms) => expect(await pauseAfter(lane, headers)).toBe(ms));
});
