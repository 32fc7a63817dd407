import { describe, expect, it } from "vitest";
import type { z } from "zod";
import type { Adapter, Connection, Presence, PresencePort } from "../contract.ts";
import type { MakeWorld } from "../contract-suite.ts";
import { failureOf, withoutBudget, worlds } from "./world.ts";

const minuteMs = 60_000;

export function testPresence<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { presence: port, facts } = adapter;
  if (!port || !facts.presence) return;
  const open = worlds(makeWorld, "presence");

  const show = async (connection: Connection<z.output<S>>, account: string): Promise<Presence> => {
    const [report] = await port.read(connection, [account]);
    if (!report) throw new Error("the platform did not report the account");
    return report.presence;
  };

  describe("presence", () => {
    it("reads what people show, and leaves out whom the platform does not know", async () => {
      const { connection, part } = await open();
      const reports = await port.read(connection, [part.stranger, part.account]);
      expect(reports.map((report) => report.account)).toEqual([part.account]);
      expect(reports[0]).toMatchObject({ presence: { availability: "available" }, source: "read" });
      expect(reports[0]?.observedAt.getTime()).toBeLessThanOrEqual(connection.now().getTime() + minuteMs);
    });

    it("asks nothing of nobody", async () => {
      const { connection } = await open();
      expect(await port.read(connection, [])).toEqual([]);
    });

    it("takes a word that it does not know for no information", async () => {
      const { connection, part } = await open();
      await part.showUnknownWord(part.account);
      expect((await show(connection, part.account)).availability).toBe("unknown");
    });

    it("passes on how long to wait when throttled", async () => {
      const { connection, part, throttle } = await open();
      throttle(7_000);
      const error = await failureOf(port.read(connection, [part.account]));
      expect(error).toMatchObject({ name: "BridgeError", code: "platform_throttled" });
      expect(error).toHaveProperty("retryAfterMs", expect.any(Number));
      expect((error as { retryAfterMs: number }).retryAfterMs).toBeGreaterThanOrEqual(7_000);
    });

    it("passes on that our own budget is used up", async () => {
      const { connection, part } = await open();
      const error = await failureOf(port.read(withoutBudget(connection), [part.account]));
      expect(error).toMatchObject({ name: "BridgeError", code: "platform_throttled", retryAfterMs: 3_000 });
    });

    it("says that it must be reconnected when its credentials are refused", async () => {
      const { connection, part, revoke } = await open();
      revoke();
      const error = await failureOf(port.read(connection, [part.account]));
      expect(error).toMatchObject({ name: "BridgeError", code: "platform_unauthorized" });
    });

    it.runIf(port.readAll)("reads everybody at once", async () => {
      const { connection, part } = await open();
      const reports = (await port.readAll?.(connection)) ?? [];
      expect(reports.map((report) => report.account)).toContain(part.account);
      expect(new Set(reports.map((report) => report.account)).size).toBe(reports.length);
    });
  });

  if (port.hold && port.release) testHolding(adapter, { hold: port.hold, release: port.release }, open, show);
  if (port.setState) testSetState(port.setState, open, show);
}

type Holding<S> = Required<Pick<PresencePort<S>, "hold" | "release">>;
type Open<S> = ReturnType<typeof worlds<S, "presence">>;
type Show<S> = (connection: Connection<S>, account: string) => Promise<Presence>;

function testHolding<S>(adapter: Adapter, { hold, release }: Holding<S>, open: Open<S>, show: Show<S>): void {
  const { holds = [], leaseMsMin = 5 * minuteMs } = adapter.facts.presence ?? { holds: [] };
  const leaseMs = Math.max(leaseMsMin, 5 * minuteMs);
  const [shown] = holds;
  if (!shown) return;

  describe("holding a presence", () => {
    it.each(
      holds.map((presence) => [`${presence.availability}/${presence.activity}`, presence] as const),
    )("shows %s, and what was there before when it is released", async (_name, presence) => {
      const { connection, part } = await open();
      const before = await show(connection, part.account);
      const held = await hold(connection, part.account, presence, leaseMs);
      expect(await show(connection, part.account)).toMatchObject({ availability: presence.availability });
      expect(await release(connection, part.account, held)).toBe("released");
      expect(await show(connection, part.account)).toMatchObject({ availability: before.availability });
    });

    it("is renewed by asking again, and still ends in what was there at first", async () => {
      const { connection, part, pass } = await open();
      const before = await show(connection, part.account);
      const first = await hold(connection, part.account, shown, leaseMs);
      await pass?.(leaseMs / 2);
      const renewed = await hold(connection, part.account, shown, leaseMs, first);
      if (pass && first.expiresAt) expect(renewed.expiresAt?.getTime()).toBeGreaterThan(first.expiresAt.getTime());
      await pass?.(leaseMs * 0.75);
      expect(await show(connection, part.account)).toMatchObject({ availability: shown.availability });
      await release(connection, part.account, renewed);
      expect(await show(connection, part.account)).toMatchObject({ availability: before.availability });
    });

    it("runs out by itself where the platform says that it will", async ({ skip }) => {
      const { connection, part, pass } = await open();
      const before = await show(connection, part.account);
      const held = await hold(connection, part.account, shown, leaseMs);
      skip(!pass || !held.expiresAt, "the platform keeps what it shows until it is released");
      await pass?.(leaseMs + minuteMs);
      expect(await show(connection, part.account)).toMatchObject({ availability: before.availability });
    });

    it("can be released twice", async () => {
      const { connection, part } = await open();
      const before = await show(connection, part.account);
      const held = await hold(connection, part.account, shown, leaseMs);
      await release(connection, part.account, held);
      await release(connection, part.account, held);
      expect(await show(connection, part.account)).toMatchObject({ availability: before.availability });
    });

    it("does not override what the person chose before", async () => {
      const { connection, part } = await open();
      const chosen = await chooseByHand(part);
      // An adapter may refuse to hold, or hold beneath the person's choice.
      const held = await hold(connection, part.account, shown, leaseMs).catch(() => undefined);
      expect(await show(connection, part.account)).toMatchObject(visible(chosen));
      if (held) await release(connection, part.account, held);
      expect(await show(connection, part.account)).toMatchObject(visible(chosen));
    });

    it("leaves alone what the person chose meanwhile", async () => {
      const { connection, part } = await open();
      const held = await hold(connection, part.account, shown, leaseMs);
      const chosen = await chooseByHand(part);
      await release(connection, part.account, held);
      expect(await show(connection, part.account)).toMatchObject(visible(chosen));
    });
  });
}

function testSetState<S>(setState: NonNullable<PresencePort<S>["setState"]>, open: Open<S>, show: Show<S>): void {
  const onBreak: Presence = { availability: "away", activity: "break" };

  describe("setting an agent's state", () => {
    it("moves an agent who is not on queue", async () => {
      const { connection, part } = await open();
      expect(await setState(connection, part.account, onBreak)).toBe("set");
      expect((await show(connection, part.account)).availability).toBe("away");
    });

    it("never moves an agent who is on queue", async () => {
      const { connection, part } = await open();
      if (!part.goOnQueue) throw new Error("the world needs goOnQueue, as the adapter has setState");
      await part.goOnQueue(part.account);
      const before = await show(connection, part.account);
      expect(await setState(connection, part.account, onBreak)).toBe("kept");
      expect(await show(connection, part.account)).toMatchObject(before);
    });
  });
}

const visible = ({ availability, activity }: Presence) => ({ availability, activity });

async function chooseByHand(part: {
  account: string;
  chooseByHand?: (account: string) => Presence | Promise<Presence>;
}) {
  if (!part.chooseByHand) throw new Error("the world needs chooseByHand, as the adapter holds presences");
  return await part.chooseByHand(part.account);
}
