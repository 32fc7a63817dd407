import { describe, expect, it } from "vitest";
import type { CallCommand } from "../../src/platform/contract.ts";
import type { Call, Leg } from "./call.ts";
import { planFor, Refusal } from "./rules.ts";
import { command } from "./testing.ts";

/** `customer:talk agent:talk expert:wait`; a leg that has not answered is `expert:talk:ringing`; `-` is no room. */
function callOf(text: string, dialled: readonly string[] = []): Call {
  const counts: Record<string, number> = {};
  const legs = text.split(" ").map((word): Leg => {
    const [role = "", room = "-", state = "up"] = word.split(":");
    counts[role] = (counts[role] ?? 0) + 1;
    const ref = counts[role] === 1 ? role : `${role}${counts[role]}`;
    return {
      ref,
      role: role as Leg["role"],
      state: state as Leg["state"],
      ...(room === "-" ? {} : { room: room as "talk" | "wait" }),
      ...(role === "agent" ? { account: "alice" } : {}),
    };
  });
  const at = new Date("2026-03-02T09:00:00Z");
  return { ref: "customer", legs, rooms: ["talk"], dialled, attributes: {}, startedAt: at, observedAt: at };
}

/** `wait customer, hang up expert, talk agent, dial, release agent`, or the code of a refusal. */
function decide(call: Call, order: CallCommand): string {
  try {
    const { wait, hangUp, talk, dial, release } = planFor(call, order);
    const steps = [
      ...wait.map(({ ref }) => `wait ${ref}`),
      ...hangUp.map(({ ref }) => `hang up ${ref}`),
      ...talk.map(({ ref }) => `talk ${ref}`),
      ...(dial ? ["dial"] : []),
      ...(release ? [`release ${release.ref}`] : []),
    ];
    return steps.join(", ") || "nothing";
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

const talk = "customer:talk agent:talk";
const secret = "customer:wait agent:talk expert:talk";
const ringing = "customer:wait agent:talk expert:talk:ringing";
const toCustomer = "customer:talk agent:talk expert:wait";
const together = "customer:talk agent:talk expert:talk";
const handedOver = "customer:talk expert:talk";

describe("what a command does", () => {
  it.each<[CallCommand["operation"], string, Partial<CallCommand>, string]>([
    ["startConsult", talk, {}, "wait customer, dial"],
    ["startConsult", "customer:wait agent:talk", {}, "dial"],
    ["startConsult", together, {}, "wait customer, wait expert, dial"],
    ["startConsult", secret, {}, "consult_in_progress"],
    ["startConsult", ringing, {}, "consult_in_progress"],
    ["startConsult", toCustomer, {}, "consult_in_progress"],
    ["startConsult", "agent:talk", {}, "customer_left"],
    ["startConsult", handedOver, {}, "wrong_agent"],
    ["startConsult", talk, { agent: "ben" }, "wrong_agent"],
    ["switchParty", secret, { speakTo: "customer" }, "wait expert, talk customer"],
    ["switchParty", ringing, { speakTo: "customer" }, "wait expert, talk customer"],
    ["switchParty", toCustomer, { speakTo: "expert" }, "wait customer, talk expert"],
    ["switchParty", secret, { speakTo: "expert" }, "nothing"],
    ["switchParty", together, { speakTo: "expert" }, "wait customer"],
    ["switchParty", secret, {}, "missing_speak_to"],
    ["switchParty", talk, { speakTo: "expert" }, "no_consult"],
    ["mergeConference", secret, {}, "talk customer"],
    ["mergeConference", toCustomer, {}, "talk expert"],
    ["mergeConference", together, {}, "nothing"],
    ["mergeConference", "customer:wait expert:talk", {}, "talk customer"],
    ["mergeConference", ringing, {}, "expert_not_connected"],
    ["mergeConference", talk, {}, "expert_not_connected"],
    ["completeTransfer", together, {}, "release agent"],
    ["completeTransfer", secret, {}, "talk customer, release agent"],
    ["completeTransfer", toCustomer, {}, "talk expert, release agent"],
    ["completeTransfer", handedOver, {}, "nothing"],
    ["completeTransfer", ringing, {}, "expert_not_connected"],
    ["completeTransfer", talk, {}, "expert_not_connected"],
    ["completeTransfer", "agent:talk expert:talk", {}, "customer_left"],
    ["completeTransfer", together, { agent: "ben" }, "wrong_agent"],
    ["cancelConsult", secret, {}, "hang up expert, talk customer"],
    ["cancelConsult", ringing, { party: "expert" }, "hang up expert, talk customer"],
    ["cancelConsult", toCustomer, {}, "hang up expert"],
    ["cancelConsult", together, {}, "hang up expert"],
    ["cancelConsult", "customer:wait agent:talk", {}, "talk customer"],
    ["cancelConsult", talk, {}, "nothing"],
    ["cancelConsult", "agent:talk expert:talk:ringing", {}, "hang up expert"],
    ["cancelConsult", secret, { party: "somebody" }, "not_in_consult"],
    ["cancelConsult", "customer:wait agent:talk", { party: "old" }, "talk customer"],
    ["cancelConsult", `${secret} expert:wait`, {}, "hang up expert2, talk customer"],
    ["blindTransfer", talk, {}, "dial, release agent"],
    ["blindTransfer", "customer:wait agent:talk", {}, "talk customer, dial, release agent"],
    ["blindTransfer", together, {}, "others_present"],
    ["addParty", talk, {}, "dial"],
    ["addParty", together, {}, "dial"],
    ["addParty", secret, {}, "consult_in_progress"],
    ["addParty", talk, { target: undefined as never }, "missing_target"],
    ["addParty", `${together} ${"expert:talk ".repeat(7).trim()}`, {}, "too_many_parties"],
    ["removeParty", together, { party: "expert" }, "hang up expert"],
    ["removeParty", secret, { party: "expert" }, "hang up expert, talk customer"],
    ["removeParty", `${together} expert:talk`, { party: "expert" }, "hang up expert"],
    ["removeParty", together, { party: "agent" }, "release agent"],
    ["removeParty", talk, { party: "agent" }, "expert_not_connected"],
    ["removeParty", together, { party: "customer" }, "customer_leg"],
    ["removeParty", "agent:talk expert:talk", { party: "customer" }, "customer_leg"],
    ["removeParty", together, { party: "somebody" }, "no_such_party"],
    ["removeParty", talk, { party: "old" }, "nothing"],
    ["removeParty", talk, {}, "missing_party"],
    ["hold", talk, {}, "wait customer"],
    ["hold", together, { party: "expert" }, "wait expert"],
    ["hold", "customer:wait agent:talk", {}, "nothing"],
    ["hold", talk, { party: "agent" }, "not_holdable"],
    ["hold", ringing, { party: "expert" }, "not_connected"],
    ["resume", "customer:wait agent:talk", {}, "talk customer"],
    ["resume", talk, {}, "nothing"],
    ["resume", talk, { party: "somebody" }, "not_connected"],
  ])("%s: %s %j: %s", (operation, before, change, expected) => {
    expect(decide(callOf(before, ["old"]), command(operation, "customer", change))).toBe(expected);
  });

  it("goes on with a leg that an earlier attempt has made", () => {
    const order = command("startConsult", "customer");
    const call = callOf("customer:wait agent:talk expert:talk:dialing");
    const legs = call.legs.map((leg) =>
      leg.role === "expert" ? { ...leg, ref: `patchcord-leg-${order.commandId}` } : leg,
    );
    expect(decide({ ...call, legs }, order)).toBe("dial");
  });

  it("never moves, rings or releases a recorder", () => {
    const call = callOf("customer:wait agent:talk expert:talk system:-");
    expect(decide(call, command("mergeConference", "customer"))).toBe("talk customer");
  });
});
