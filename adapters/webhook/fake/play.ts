import type { CallOperation } from "../../../src/platform/contract.ts";
import { type Call, type Habits, type Order, Refusal } from "./call.ts";
import { drop, pickUp, ring } from "./phones.ts";
import { carryOut } from "./rules.ts";

export const habits: Habits = { endsWithCustomer: true, returnsCustomer: false, hearsMachines: true };

/** Customer C talks to agent A. */
export const begun: Call = {
  ref: "call",
  rootRef: "call",
  state: "live",
  legs: [
    { ref: "C", role: "customer", state: "connected" },
    { ref: "A", role: "agent", state: "connected", account: "agent-1" },
  ],
  recording: "paused",
  attributes: {},
  channel: "voice",
  startedAt: new Date(0),
  sequence: 1,
};

/** A call, for tests, that is told what happens next. Legs that are dialled are called E1, E2, … */
export function play(own: Partial<Habits> = {}) {
  const all = { ...habits, ...own };
  let call = begun;
  const steps = {
    call: () => call,
    run(operation: CallOperation, change: Partial<Order> = {}) {
      const dials = ["startConsult", "addParty", "blindTransfer"].includes(operation);
      const newRef = `E${call.legs.length - 1}`;
      const target = dials ? { target: { kind: "phone" as const, e164: "+33123456789" } } : {};
      call = carryOut(call, { operation, agent: "agent-1", newRef, partiesMax: 5, ...target, ...change }, all);
      return steps;
    },
    answer(ref = "E1", by: "person" | "machine" = "person") {
      call = pickUp(ring(call, ref), ref, by, all);
      return steps;
    },
    drop(ref: string, reason = "hung-up") {
      call = drop(call, ref, reason, all);
      return steps;
    },
    /** Why a command is refused. */
    refused(operation: CallOperation, change: Partial<Order> = {}): string {
      try {
        steps.run(operation, change);
      } catch (error) {
        if (error instanceof Refusal) return `${error.status} ${error.code}`;
        throw error;
      }
      return "not refused";
    },
  };
  return steps;
}
