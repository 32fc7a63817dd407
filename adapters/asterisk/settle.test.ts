import { describe, expect, it } from "vitest";
import type { Call, Leg } from "./call.ts";
import type { Room } from "./names.ts";
import { choresFor } from "./settle.ts";

function callOf(text: string, rooms: readonly Room[] = ["talk"]): Call {
  const legs = text.split(" ").map((word): Leg => {
    const [role = "", room = "-", state = "up"] = word.split(":");
    return {
      ref: role,
      role: role as Leg["role"],
      state: state as Leg["state"],
      ...(room === "-" ? {} : { room: room as Room }),
    };
  });
  const at = new Date("2026-03-02T09:00:00Z");
  return { ref: "customer", legs, rooms, dialled: [], attributes: {}, startedAt: at, observedAt: at };
}

function due(call: Call | undefined, isLate = false): string {
  const { answer, wait, talk, hangUp, giveBack, close } = choresFor(call, isLate);
  const named = { answer, wait, talk, "hang up": hangUp, "give back": giveBack ? [giveBack] : [] };
  const steps = Object.entries(named).flatMap(([what, legs]) => legs.map(({ ref }) => `${what} ${ref}`));
  return [...steps, ...(close ? ["close"] : [])].join(", ") || "nothing";
}

describe("what has to happen by itself", () => {
  it.each([
    ["customer:- agent:-", "talk customer, talk agent"],
    ["customer:-:ringing agent:-", "answer customer, talk customer, talk agent"],
    ["customer:wait agent:-", "talk customer, talk agent"],
    ["customer:talk agent:talk", "nothing"],
    ["customer:wait agent:talk expert:talk", "nothing"],
    ["customer:wait agent:talk", "nothing"],
    ["customer:wait expert:talk", "talk customer"],
    ["customer:talk expert:wait", "talk expert"],
    ["customer:talk expert:talk", "nothing"],
    ["customer:wait expert:talk:ringing", "nothing"],
    ["customer:talk", "give back customer"],
    ["customer:wait", "give back customer"],
    ["agent:talk", "hang up agent"],
    ["agent:talk expert:talk:ringing", "hang up agent, hang up expert"],
    ["agent:talk expert:talk", "nothing"],
    ["agent:talk expert:wait", "talk expert"],
    ["expert:talk", "hang up expert"],
    ["system:talk", "close"],
  ])("%s: %s", (before, expected) => {
    expect(due(callOf(before))).toBe(expected);
  });

  it("lets a customer who came first wait for the agent, but not for long", () => {
    expect(due(callOf("customer:-", []))).toBe("wait customer");
    expect(due(callOf("customer:wait", ["wait"]))).toBe("nothing");
    expect(due(callOf("customer:wait", ["wait"]), true)).toBe("give back customer");
  });

  it("closes the rooms of an interaction that nobody is in", () => {
    expect(due(undefined)).toBe("close");
  });
});
