/** The phones that Asterisk rings: each rings until somebody acts, or behaves as it was told beforehand. */
import type { Lines } from "./lines.ts";
import type { FakeChannel, World } from "./world.ts";

/**
 * `manual`: rings until a control is used. `answer`, `voicemail`: picked up `afterMs` later, by a person or a machine;
 * Asterisk cannot tell which. `silent`: nobody is there, not even to say so. A number: refused with that SIP status.
 */
export type PhoneHabit = "manual" | "answer" | "voicemail" | "silent" | number;
export type Ringing = { channel: string; address: string; contextRef?: string; callerId?: string };

export type Phones = ReturnType<typeof createPhones>;

export function createPhones(world: World, lines: Lines, contextHeader: string) {
  const habits = new Map<string, { habit: PhoneHabit; afterMs: number }>();
  const listeners = new Set<(ringing: Ringing) => void>();
  const invited = new Map<string, { address: string; contextRef?: string; callerId?: string }>();

  const known = (id: string): FakeChannel => {
    const channel = world.channels.get(id);
    if (!channel) throw new Error("no such channel");
    return channel;
  };
  const pickUp = (channel: FakeChannel): void => {
    for (const cancel of channel.timers.splice(0)) cancel();
    lines.setState(channel, "Up");
  };
  const isWaiting = ({ id, state }: FakeChannel): boolean => world.channels.has(id) && state !== "Up";

  return {
    onRing(listener: (ringing: Ringing) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** What the phone at this number, SIP address or endpoint does from now on. */
    setPhone(address: string, habit: PhoneHabit, afterMs = 0): void {
      habits.set(address, { habit, afterMs });
    },
    /** The INVITE goes out. */
    ring(channel: FakeChannel, timeoutMs: number): void {
      world.counted.dials++;
      channel.isDialled = true;
      const contextRef = channel.variables.get(`PJSIP_HEADER(add,${contextHeader})`);
      const callerId = channel.variables.get("CONNECTEDLINE(all,i)");
      const invite = {
        address: channel.address,
        ...(contextRef === undefined ? {} : { contextRef }),
        ...(callerId === undefined ? {} : { callerId }),
      };
      invited.set(channel.id, invite);
      const { habit, afterMs } = habits.get(channel.address) ?? { habit: "manual", afterMs: 0 };
      if (timeoutMs > 0)
        // A timer of ours and a phone that says 480 end alike.
        channel.timers.push(world.clock.after(timeoutMs, () => isWaiting(channel) && lines.fail(channel, 480)));
      if (habit === "silent") return;
      if (typeof habit === "number") {
        lines.fail(channel, habit);
        return;
      }
      lines.setState(channel, "Ringing");
      for (const tell of listeners) tell({ channel: channel.id, ...invite });
      if (habit !== "manual")
        channel.timers.push(world.clock.after(afterMs, () => isWaiting(channel) && pickUp(channel)));
    },
    /** Whom the phone of a leg shows: what we told it, until it is with somebody alone and learns who that is. */
    shows(id: string): string | undefined {
      const channel = world.channels.get(id);
      if (!channel) return undefined;
      const { name, number } = channel.connected;
      return name || number || channel.variables.get("CONNECTEDLINE(all,i)");
    },
    /** Where a channel was rung, and what its INVITE carried. */
    rang: (channel: string) => invited.get(channel),
    answer: (channel: string) => pickUp(known(channel)),
    refuse: (channel: string, sip = 603) => lines.fail(known(channel), sip),
    hangUp: (channel: string) => lines.end(known(channel), 16),
  };
}
