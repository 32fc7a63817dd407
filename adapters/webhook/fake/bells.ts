/** The phones that the contact center rings: each rings until somebody acts, or behaves as it was told beforehand. */
import type { Target } from "../../../src/platform/contract.ts";
import type { Clock } from "../../../src/testing/clock.ts";
import { type Call, type Leg, legOf } from "./call.ts";

/** `manual`: rings until a control is used. The others happen by themselves, `afterMs` after it began to ring. */
export type PhoneHabit = "manual" | "answer" | "decline" | "voicemail" | "busy" | "unreachable";
export type Ringing = { interaction: string; party: string; target: Target; address: string; contextRef?: string };

export const addressOf = (target: Target): string => {
  if (target.kind === "phone") return target.e164;
  if (target.kind === "sip") return target.uri;
  return target.kind === "queue" ? target.id : target.account;
};

export type BellActions = {
  current(interaction: string): Call | undefined;
  ring(interaction: string, party: string): unknown;
  pickUp(interaction: string, party: string, by: "person" | "machine"): unknown;
  drop(interaction: string, party: string, reason: string): unknown;
};

export function createBells(options: { clock: Clock; dialMs: number; ringMs: number; act: BellActions }) {
  const { clock, act } = options;
  const habits = new Map<string, { habit: PhoneHabit; afterMs: number }>();
  const listeners = new Set<(ringing: Ringing) => void>();

  const rings = (call: Call, leg: Leg & { target: Target }): void => {
    const stillThere = legOf(act.current(call.ref), leg.ref)?.state === "dialing";
    if (!stillThere) return;
    const address = addressOf(leg.target);
    const { habit, afterMs } = habits.get(address) ?? { habit: "manual", afterMs: 0 };
    if (habit === "busy" || habit === "unreachable") {
      act.drop(call.ref, leg.ref, habit);
      return;
    }
    act.ring(call.ref, leg.ref);
    const context = leg.contextRef === undefined ? {} : { contextRef: leg.contextRef };
    for (const tell of listeners)
      tell({ interaction: call.ref, party: leg.ref, target: leg.target, address, ...context });
    clock.after(leg.ringMs ?? options.ringMs, () => giveUp(call.ref, leg.ref));
    if (habit !== "manual") clock.after(afterMs, () => behave(habit, call.ref, leg.ref));
  };

  const giveUp = (interaction: string, party: string): void => {
    const leg = legOf(act.current(interaction), party);
    if (leg?.state === "ringing") act.drop(interaction, party, "no-answer");
  };

  const behave = (habit: PhoneHabit, interaction: string, party: string): void => {
    if (legOf(act.current(interaction), party)?.state !== "ringing") return;
    if (habit === "decline") act.drop(interaction, party, "declined");
    else act.pickUp(interaction, party, habit === "voicemail" ? "machine" : "person");
  };

  return {
    /** Starts a leg that was just dialled on its way. */
    dial(call: Call, leg: Leg): void {
      const { target } = leg;
      if (!target) return;
      const begin = () => rings(call, { ...leg, target });
      if (options.dialMs > 0) clock.after(options.dialMs, begin);
      else begin();
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
