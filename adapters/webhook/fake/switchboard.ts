import type { Clock } from "../../../src/testing/clock.ts";
import type { WireSnapshot } from "../wire.ts";
import { type Call, type Leg, legOf, Refusal } from "./call.ts";

export type Switchboard = ReturnType<typeof createSwitchboard>;

/** Keeps the calls, each findable by every id that it ever had. `changed` is told of each change, in order. */
export function createSwitchboard(clock: Clock, changed: (before: Call | undefined, after: Call) => void) {
  const calls = new Map<string, Call>();
  const roots = new Map<string, string>();

  const find = (ref: string): Call | undefined => calls.get(roots.get(ref) ?? ref);

  const store = (before: Call | undefined, after: Call): Call => {
    calls.set(after.rootRef, after);
    roots.set(after.ref, after.rootRef);
    changed(before, after);
    return after;
  };

  return {
    find,
    all: (): Iterable<Call> => calls.values(),
    open: (call: Call): Call => store(undefined, call),
    /** Applies a pure step to a call; what changes nothing is not told. @throws Refusal */
    change(ref: string, step: (call: Call) => Call): Call {
      const before = find(ref);
      if (!before) throw new Refusal(404, "no_such_interaction", "no interaction has this id");
      const after = step(before);
      if (JSON.stringify(after) === JSON.stringify(before)) return before;
      return store(before, { ...after, sequence: before.sequence + 1 });
    },
    /** The call that a leg belongs to. */
    findByParty: (party: string): Call | undefined => [...calls.values()].find((call) => legOf(call, party)),
    toWire: (call: Call): WireSnapshot => ({
      ref: call.ref,
      rootRef: call.rootRef,
      channel: call.channel,
      state: call.state,
      parties: call.legs.map(toParty),
      recording: call.recording,
      attributes: call.attributes,
      startedAt: call.startedAt.toISOString(),
      observedAt: clock.now().toISOString(),
      sequence: call.sequence,
    }),
  };
}

function toParty(leg: Leg): WireSnapshot["parties"][number] {
  const { target: _target, contextRef: _contextRef, ringMs: _ringMs, ...party } = leg;
  return party;
}
