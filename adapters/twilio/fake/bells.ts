/** The phones that Twilio rings: each rings until somebody acts, or behaves as it was told beforehand. */
import type { Clock } from "../../../src/testing/clock.ts";
import type { Exchange } from "./exchange.ts";
import { type Call, isRinging } from "./model.ts";

/** `manual`: rings until a control is used. The others happen by themselves, `afterMs` after it began to ring. */
export type PhoneHabit = "manual" | "answer" | "decline" | "voicemail" | "busy" | "unreachable";
export type Ringing = { call: string; address: string; headers: Record<string, string> };

/** Where a call goes, and the SIP headers that it was given. */
export function destinationOf(to: string): Omit<Ringing, "call"> {
  const [address = to, query = ""] = to.split("?");
  return { address, headers: Object.fromEntries(new URLSearchParams(query)) };
}

export function createBells(clock: Clock, dialMs: number, exchange: Exchange) {
  const habits = new Map<string, { habit: PhoneHabit; afterMs: number }>();
  const listeners = new Set<(ringing: Ringing) => void>();

  const rings = (call: Call): void => {
    if (call.status !== "queued") return;
    const { address, headers } = destinationOf(call.to);
    const { habit, afterMs } = habits.get(address) ?? { habit: "manual", afterMs: 0 };
    if (habit === "busy" || habit === "unreachable") {
      exchange.hangUp(call, habit === "busy" ? "busy" : "failed", "network");
      return;
    }
    exchange.ring(call);
    for (const tell of listeners) tell({ call: call.sid, address, headers });
    clock.after(call.ringMs, () => isRinging(call) && exchange.hangUp(call, "no-answer", "network"));
    if (habit !== "manual") clock.after(afterMs, () => behave(habit, call));
  };

  const behave = (habit: PhoneHabit, call: Call): void => {
    if (!isRinging(call)) return;
    if (habit === "decline") exchange.hangUp(call, "busy", "person");
    else exchange.answer(call, habit === "voicemail" ? "machine_start" : "human");
  };

  return {
    dial(call: Call): void {
      if (dialMs > 0) clock.after(dialMs, () => rings(call));
      else rings(call);
    },
    setHabit(address: string, habit: PhoneHabit, afterMs = 0): void {
      habits.set(address, { habit, afterMs });
    },
    onRing(listener: (ringing: Ringing) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
