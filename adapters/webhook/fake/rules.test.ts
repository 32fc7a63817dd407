import { describe, expect, it } from "vitest";
import type { PartyState } from "../../../src/platform/contract.ts";
import { type Call, type Habits, hearing } from "./call.ts";
import { drop, pickUp, ring } from "./phones.ts";
import { begun, habits, play } from "./play.ts";
import { carryOut } from "./rules.ts";

const states = (call: Call) => Object.fromEntries(call.legs.map(({ ref, state }) => [ref, state]));
describe("how legs end", () => {
  const endOf = (call: Call, ref = "E1") => {
    const { state, reason } = call.legs.find((leg) => leg.ref === ref) ?? {};
    return `${state} ${reason}`;
  };

  it.each(["busy", "no-answer", "declined", "unreachable"])("a phone that was never answered failed: %s", (reason) => {
    expect(endOf(play().run("startConsult").drop("E1", reason).call())).toBe(`failed ${reason}`);
  });

  it("a leg that we took back has left", () => {
    expect(endOf(play().run("startConsult").run("cancelConsult").call())).toBe("left cancelled");
    expect(endOf(play().run("addParty").run("removeParty", { party: "E1" }).call())).toBe("left removed");
    expect(endOf(play().run("startConsult").answer().run("completeTransfer").call(), "A")).toBe("left transferred");
  });

  it("when the customer hangs up, the expert's phone stops ringing, if the platform is so kind", () => {
    const kind = play().run("startConsult").drop("C").call();
    expect([kind.state, endOf(kind)]).toEqual(["ended", "left customer-left"]);
    const unkind = play({ endsWithCustomer: false }).run("startConsult").drop("C");
    expect([unkind.call().state, states(unkind.call()).E1]).toEqual(["live", "dialing"]);
    expect(endOf(unkind.run("cancelConsult").call())).toBe("left cancelled");
    expect(unkind.call().state).toBe("ended");
  });

  it("a conversation nobody is left to have is over", () => {
    expect(play().drop("A").call().state).toBe("ended");
    expect(play().run("startConsult").drop("A").call().state).toBe("ended");
    expect(play().run("startConsult").answer().run("completeTransfer").drop("E1").call().state).toBe("ended");
  });

  it("a person is told from a mailbox only where the platform can", () => {
    const human = (own: Partial<Habits>, by: "person" | "machine") =>
      play(own).run("startConsult").answer("E1", by).call().legs[2]?.human;
    expect([human({}, "person"), human({}, "machine")]).toEqual([true, false]);
    expect([human({ hearsMachines: false }, "person"), human({ hearsMachines: false }, "machine")]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("a paused recording stays paused", () => {
    expect(play().run("startConsult").answer().run("mergeConference").run("completeTransfer").call().recording).toBe(
      "paused",
    );
  });

  it("what has ended does not ring, answer or end again", () => {
    const over = play().run("startConsult").drop("E1", "busy").call();
    expect(pickUp(ring(over, "E1"), "E1", "person", habits)).toEqual(over);
    expect(drop(over, "E1", "declined", habits)).toEqual(over);
  });
});

describe("what is refused", () => {
  const consulting = () => play().run("startConsult").answer();
  const cases: [string, () => string, string][] = [
    ["another agent's command", () => play().refused("hold", { agent: "agent-2" }), "403 wrong_agent"],
    [
      "an agent who has handed over",
      () => consulting().run("completeTransfer").refused("removeParty", { party: "E1" }),
      "403 wrong_agent",
    ],
    ["anything after the end", () => play().drop("C").refused("hold"), "409 interaction_ended"],
    ["a second consult at a time", () => play().run("startConsult").refused("startConsult"), "409 consult_in_progress"],
    [
      "to merge before the expert has answered",
      () => play().run("startConsult").refused("mergeConference"),
      "409 expert_not_connected",
    ],
    [
      "to hand over before the expert has answered",
      () => play().run("startConsult").refused("completeTransfer"),
      "409 expert_not_connected",
    ],
    [
      "to hand over after the expert failed",
      () => play().run("startConsult").drop("E1", "busy").refused("completeTransfer"),
      "409 expert_not_connected",
    ],
    ["to hand over to nobody", () => play().refused("completeTransfer"), "409 expert_not_connected"],
    [
      "to hand over nobody",
      () => play({ endsWithCustomer: false }).run("startConsult").answer().drop("C").refused("completeTransfer"),
      "409 customer_left",
    ],
    ["to cancel nothing", () => play().refused("cancelConsult"), "409 no_consult"],
    [
      "to cancel somebody else's leg",
      () => consulting().refused("cancelConsult", { party: "C" }),
      "409 not_in_consult",
    ],
    ["to switch in no consult", () => play().refused("switchParty", { speakTo: "customer" }), "409 no_consult"],
    ["to switch to nobody", () => consulting().refused("switchParty"), "422 missing_speak_to"],
    [
      "to switch in a conference",
      () => consulting().run("mergeConference").refused("switchParty", { speakTo: "expert" }),
      "409 already_merged",
    ],
    [
      "a blind transfer out of a consult",
      () => play().run("startConsult").refused("blindTransfer"),
      "409 others_present",
    ],
    ["to add somebody to a private consult", () => consulting().refused("addParty"), "409 consult_in_progress"],
    ["to remove the customer", () => play().refused("removeParty", { party: "C" }), "409 customer_leg"],
    [
      "to remove the agent from the customer",
      () => play().refused("removeParty", { party: "A" }),
      "409 expert_not_connected",
    ],
    ["to remove nobody", () => play().refused("removeParty", { party: "X" }), "409 no_such_party"],
    ["to hold the agent", () => play().refused("hold", { party: "A" }), "409 not_holdable"],
    ["to hold a phone that rings", () => play().run("addParty").refused("hold", { party: "E1" }), "409 not_connected"],
    ["to let the customer hear a private consult", () => consulting().refused("resume"), "409 consult_in_progress"],
    [
      "the same after a resume of who was not on hold",
      () => {
        const aside = consulting().run("switchParty", { speakTo: "customer" }).run("resume");
        return aside.refused("resume", { party: "E1" });
      },
      "409 consult_in_progress",
    ],
    [
      "more parties than there is room for",
      () => play().run("addParty").refused("addParty", { partiesMax: 3 }),
      "409 too_many_parties",
    ],
  ];
  it.each(cases)("%s", (_name, refuse, expected) => expect(refuse()).toBe(expected));

  it("to dial nobody", () => {
    const order = { operation: "startConsult", agent: "agent-1", newRef: "E1", partiesMax: 5 } as const;
    expect(() => carryOut(begun, order, habits)).toThrow("whom to ring");
  });
});

describe("who is left behind", () => {
  it("is not on hold, though the customer went first", () => {
    const scene = play({ endsWithCustomer: false }).run("startConsult").run("switchParty", { speakTo: "customer" });
    scene.drop("C").answer();
    expect(states(scene.call())).toMatchObject({ A: "connected", E1: "held" });
    scene.run("removeParty", { party: "A" });
    expect(states(scene.call())).toMatchObject({ A: "left", E1: "connected" });
  });
});

describe("holding", () => {
  it("never ends the call, however long and however often", () => {
    const held: PartyState[] = [];
    const scene = play();
    for (let count = 0; count < 3; count++) {
      scene.run("hold");
      held.push(states(scene.call()).C as PartyState);
      scene.run("resume");
    }
    expect(held).toEqual(["held", "held", "held"]);
    expect([scene.call().state, hearing(scene.call()).C?.hears]).toEqual(["live", ["A"]]);
  });
});
