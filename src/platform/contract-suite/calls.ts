import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { newId } from "../../ids.ts";
import type { Adapter, CallCommand, CallOperation, CallsPort, InteractionSnapshot, PartyRole } from "../contract.ts";
import type { CallsWorld, MakeWorld, World } from "../contract-suite.ts";
import { eventually, failureOf, withoutBudget, worlds } from "./world.ts";

type Saw = (snapshot: InteractionSnapshot) => boolean;
const gone = ["left", "failed"];
/** The present leg of somebody; a leg that the platform no longer lists has gone. */
const stateOf = (snapshot: InteractionSnapshot, role: PartyRole) =>
  snapshot.parties.findLast((party) => party.role === role)?.state ?? "left";
const rings = (snapshot: InteractionSnapshot) => ["dialing", "ringing"].includes(stateOf(snapshot, "expert"));
const all = (state: string, ...roles: PartyRole[]) => {
  return (snapshot: InteractionSnapshot) => roles.every((role) => stateOf(snapshot, role) === state);
};
const isGone = (snapshot: InteractionSnapshot, role: PartyRole) => gone.includes(stateOf(snapshot, role));

/** What has happened when, and what is seen once the operation has taken effect. */
const cases: Record<CallOperation, { after: readonly Before[]; extra?: Partial<CallCommand>; saw: Saw }> = {
  startConsult: { after: [], saw: (s) => rings(s) && all("held", "customer")(s) && all("connected", "agent")(s) },
  switchParty: {
    after: ["startConsult", "answer"],
    extra: { speakTo: "customer" },
    saw: (s) => all("connected", "customer", "agent")(s) && all("held", "expert")(s),
  },
  mergeConference: { after: ["startConsult", "answer"], saw: all("connected", "customer", "agent", "expert") },
  completeTransfer: {
    after: ["startConsult", "answer"],
    saw: (s) => isGone(s, "agent") && all("connected", "customer", "expert")(s),
  },
  cancelConsult: {
    after: ["startConsult"],
    saw: (s) => isGone(s, "expert") && all("connected", "customer", "agent")(s),
  },
  blindTransfer: { after: [], saw: (s) => isGone(s, "agent") && rings(s) && !isGone(s, "customer") },
  addParty: { after: [], saw: (s) => rings(s) && all("connected", "customer", "agent")(s) },
  removeParty: {
    after: ["addParty", "answer"],
    saw: (s) => isGone(s, "expert") && all("connected", "customer", "agent")(s),
  },
  hold: { after: [], saw: all("held", "customer") },
  resume: { after: ["hold"], saw: all("connected", "customer", "agent") },
};
type Before = "startConsult" | "addParty" | "hold" | "answer";

const dials: readonly CallOperation[] = ["startConsult", "addParty", "blindTransfer"];
const meansParty: Partial<Record<CallOperation, PartyRole>> = {
  removeParty: "expert",
  cancelConsult: "expert",
  hold: "customer",
  resume: "customer",
};

export function testCalls<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  const { calls: port, facts } = adapter;
  if (!port || !facts.calls) return;
  const open = worlds(makeWorld, "calls");
  const { operations } = facts.calls;
  // What only the agent's browser can do is tested with the desk.
  const ours = Object.keys(operations).filter(
    (name): name is CallOperation => operations[name as CallOperation] !== "desk",
  );
  const begin = async () => {
    const world = await open();
    return startStage(port, world, world.part);
  };
  const dialing = ours.find((operation) => dials.includes(operation));

  describe("calls", () => {
    it.each(ours)("%s: takes effect", async (operation) => {
      const stage = await begin();
      await stage.prepare(operation);
      const outcome = await stage.run(operation);
      expect(["done", "accepted"]).toContain(outcome.state);
      await stage.expectSeen(operation);
    });

    it.each(ours)("%s: is refused for an interaction that is not there", async (operation) => {
      const stage = await begin();
      const command = await stage.command(operation, { interaction: stage.world.part.stranger });
      expect(await port.run(stage.world.connection, command)).toMatchObject({ state: "refused" });
    });

    it.each(ours)("%s: never ends the customer's leg", async (operation) => {
      const stage = await begin();
      await stage.prepare(operation);
      await stage.run(operation);
      await stage.expectSeen(operation);
      expect(isGone(await stage.look(), "customer")).toBe(false);
    });

    it.runIf(dialing)("dials once, however often the same command comes", async () => {
      if (!dialing) return;
      const stage = await begin();
      const command = await stage.command(dialing);
      for (const _time of [1, 2, 3])
        expect(["done", "accepted"]).toContain((await port.run(stage.world.connection, command)).state);
      await stage.expectSeen(dialing);
      expect(stage.world.part.dials()).toBe(1);
    });

    it.runIf(dialing)("calls a lost answer unknown, and looking settles it", async () => {
      if (!dialing) return;
      const stage = await begin();
      const command = await stage.command(dialing);
      stage.world.part.loseNextAnswer();
      expect((await port.run(stage.world.connection, command)).state).toBe("unknown");
      await stage.expectSeen(dialing);
      if (port.lookupCommand) {
        const outcome = await port.lookupCommand(stage.world.connection, command.commandId);
        expect(["done", "accepted"]).toContain(outcome?.state);
      }
      expect(stage.world.part.dials()).toBe(1);
    });

    it.runIf(dialing)("calls the platform's own failure unknown: it may have acted", async () => {
      if (!dialing) return;
      const stage = await begin();
      stage.world.part.failNextCommand();
      expect((await stage.run(dialing)).state).toBe("unknown");
    });

    it.runIf(ours.includes("startConsult") && ours.includes("completeTransfer"))(
      "refuses to complete a transfer before the expert has answered",
      async () => {
        const stage = await begin();
        await stage.run("startConsult");
        await stage.expectSeen("startConsult");
        expect(await stage.run("completeTransfer")).toMatchObject({ state: "refused" });
        expect(isGone(await stage.look(), "agent")).toBe(false);
      },
    );

    it("knows nothing of an interaction that is not there", async () => {
      const { connection, part } = await open();
      expect(await port.lookup(connection, part.stranger)).toBeUndefined();
    });

    it("says who is in an interaction", async () => {
      const stage = await begin();
      const seen = await stage.look();
      expect(seen).toMatchObject({ state: "live", channel: expect.any(String), rootRef: expect.any(String) });
      expect(seen.parties.map((party) => party.role).sort()).toEqual(["agent", "customer"]);
      expect(seen.parties.find((party) => party.role === "agent")?.account).toBe(stage.agent);
    });

    it("does nothing while it is throttled, and says how long to wait", async () => {
      const stage = await begin();
      const command = await stage.command(ours[0] ?? "hold");
      stage.world.throttle(7_000);
      const error = await failureOf(port.run(stage.world.connection, command));
      expect(error).toMatchObject({ code: "platform_throttled", retryAfterMs: expect.any(Number) });
      expect(stage.world.part.dials()).toBe(0);
      const spent = await failureOf(port.run(withoutBudget(stage.world.connection), command));
      expect(spent).toMatchObject({ code: "platform_throttled", retryAfterMs: 3_000 });
    });

    it("says that it must be reconnected when its credentials are refused", async () => {
      const stage = await begin();
      const command = await stage.command(ours[0] ?? "hold");
      stage.world.revoke();
      const error = await failureOf(port.run(stage.world.connection, command));
      expect(error).toMatchObject({ code: "platform_unauthorized" });
    });
  });
}

type CallStage<S> = Awaited<ReturnType<typeof startStage<S>>>;

/** A customer in conversation with an agent, and short words for what the tests do to them. */
async function startStage<S>(port: CallsPort<S>, world: World<S> & { part: CallsWorld }, part: CallsWorld) {
  const { interaction, agent } = await part.startCall();

  const look = async (): Promise<InteractionSnapshot> => {
    const snapshot = await port.lookup(world.connection, interaction);
    if (!snapshot) throw new Error("the platform lost the interaction");
    return snapshot;
  };
  const command = async (operation: CallOperation, change: Partial<CallCommand> = {}): Promise<CallCommand> => {
    const role = meansParty[operation];
    const party = role && (await look()).parties.findLast((one) => one.role === role)?.ref;
    return {
      commandId: newId("cmd", world.connection.now()),
      operation,
      interaction,
      agent,
      ...(dials.includes(operation)
        ? { target: part.expert, contextRef: "ctx_0123456789abcdefghjkmnpqrs", ringMs: 20_000 }
        : {}),
      ...(party ? { party } : {}),
      ...cases[operation].extra,
      ...change,
    };
  };
  const run = async (operation: CallOperation) => port.run(world.connection, await command(operation));
  const expectSeen = async (operation: CallOperation) => {
    const seen = await eventually(world, look, cases[operation].saw);
    const states = seen.parties.map((party) => `${party.role} ${party.state}`);
    expect(cases[operation].saw(seen), `after ${operation}: ${states.join(", ")}`).toBe(true);
  };
  const prepare = async (operation: CallOperation) => {
    for (const step of cases[operation].after) {
      if (step !== "answer") {
        await run(step);
        await expectSeen(step);
        continue;
      }
      await part.answer();
      await eventually(world, look, all("connected", "expert"));
    }
  };
  return { world, interaction, agent, look, command, run, expectSeen, prepare };
}

export type { CallStage };
