import { describe, expect, it } from "vitest";
import type { CallCommand } from "../../src/platform/contract.ts";
import { calls } from "./calls.ts";
import type { Mishap } from "./fake.ts";
import { send } from "./request.ts";
import { openFake } from "./testing.ts";
import type { WireSnapshot } from "./wire.ts";

type Opened = ReturnType<typeof openFake>;
const expert = { kind: "phone", e164: "+33123456789" } as const;

const startCall = ({ fake }: Opened, agent = "agent-1") =>
  fake.startCall({ customer: { name: "Cleo", tier: "gold" }, agent, attributes: { intent: "refund" } });

let commands = 0;
const command = (operation: CallCommand["operation"], interaction: string, change: Partial<CallCommand> = {}) => ({
  commandId: `cmd-${++commands}`,
  operation,
  interaction,
  agent: "agent-1",
  ...change,
});

/** A consult whose expert's phone rings. */
async function startConsult(open: Opened, change: Partial<CallCommand> = {}) {
  const ref = startCall(open);
  const outcome = await calls.run(open.connection, command("startConsult", ref, { target: expert, ...change }));
  const party = open.fake.interaction(ref).parties.findLast(({ role }) => role === "expert")?.ref ?? "";
  return { ref, party, outcome };
}

const stateOf = ({ parties }: WireSnapshot, role: string) => parties.findLast((party) => party.role === role)?.state;

describe("strictness", () => {
  const post = async ({ connection }: Opened, path: string, body: unknown) => {
    const response = await send(connection, "call", path, { body, id: "msg-1" });
    return [response.status, ((await response.json()) as { code?: string }).code];
  };

  it("takes nothing unsigned, wrongly signed or old", async () => {
    const open = openFake();
    expect((await open.fake.app.request("/agents")).status).toBe(401);
    open.fake.setSecrets("a secret that we do not share with it");
    expect((await send(open.connection, "bulk", "/agents")).status).toBe(401);
    const late = openFake();
    const response = await send({ ...late.connection, now: () => new Date(0) }, "bulk", "/agents");
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "bad_signature" });
  });

  it("accepts the old secret beside the new one while they change", async () => {
    const open = openFake();
    open.fake.setSecrets("the new secret that will be used soon", open.connection.settings.secret);
    expect((await send(open.connection, "bulk", "/agents")).status).toBe(200);
    startCall(open);
    await open.fake.idle();
    expect(open.inbox).toHaveLength(2);
  });

  it("says what is wrong with a command", async () => {
    const open = openFake({ operations: ["startConsult", "hold"] });
    const interaction = startCall(open);
    const good = { op: "hold", interaction, agent: "agent-1", deadline: "2026-03-02T09:00:05Z" };
    expect(await post(open, "/commands", { ...good, commandId: "1", op: "juggle" })).toEqual([422, "invalid"]);
    expect(await post(open, "/commands", { ...good, commandId: "2", op: "resume" })).toEqual([422, "unsupported"]);
    expect(await post(open, "/commands", { ...good, commandId: "3", interaction: "none" })).toEqual([
      404,
      "no_such_interaction",
    ]);
    expect(await post(open, "/commands", { ...good, commandId: "4", agent: "agent-2" })).toEqual([403, "wrong_agent"]);
    expect(await post(open, "/commands", { ...good, commandId: "5", deadline: "2026-03-02T08:59:59Z" })).toEqual([
      409,
      "too_late",
    ]);
    const nobody = { kind: "agent", account: "agent-9" };
    expect(await post(open, "/commands", { ...good, commandId: "6", op: "startConsult", target: nobody })).toEqual([
      422,
      "no_such_agent",
    ]);
    expect(await post(open, "/commands", { ...good, commandId: "7" })).toEqual([202, undefined]);
    expect(await post(open, "/agents/agent-1/state", { agent: "agent-2", means: "away" })).toEqual([422, "invalid"]);
    expect(await post(open, "/nowhere", {})).toEqual([404, "not_found"]);
  });

  it("takes a command's id once, and not for another command", async () => {
    const open = openFake();
    const { ref } = await startConsult(open, { commandId: "cmd-x" });
    const again = command("startConsult", ref, { commandId: "cmd-x", target: expert });
    await open.clock.advance(5_000);
    expect(await calls.run(open.connection, again)).toEqual({ state: "accepted" });
    expect(open.fake.dials()).toBe(1);
    const other = command("cancelConsult", ref, { commandId: "cmd-x" });
    expect(await calls.run(open.connection, other)).toMatchObject({ state: "refused", code: "command_id_reused" });
  });

  it("repeats a refusal too", async () => {
    const open = openFake();
    const ref = startCall(open);
    const early = command("completeTransfer", ref, { commandId: "cmd-y" });
    expect(await calls.run(open.connection, early)).toMatchObject({ code: "expert_not_connected" });
    await calls.run(open.connection, command("addParty", ref, { target: expert }));
    open.fake.answer(open.fake.interaction(ref).parties.at(-1)?.ref ?? "");
    expect(await calls.run(open.connection, early)).toMatchObject({ code: "expert_not_connected" });
    expect(stateOf(open.fake.interaction(ref), "agent")).toBe("connected");
  });
});

describe("a consult, as it is told", () => {
  it("reports each step in order, with growing numbers, and the outcome of the command", async () => {
    const open = openFake();
    const { ref, party } = await startConsult(open);
    open.fake.answer(party);
    await open.fake.idle();
    const told = open.inbox
      .filter(({ type }) => type === "interaction.changed")
      .map((event) => event.snapshot as WireSnapshot);
    expect(told.map((snapshot) => [snapshot.sequence, stateOf(snapshot, "expert")])).toEqual([
      [1, undefined],
      [2, "dialing"],
      [3, "ringing"],
      [4, "connected"],
    ]);
    expect(told.at(-1)).toMatchObject({ ref, attributes: { tier: "gold", intent: "refund" }, recording: "on" });
    expect(open.inbox.filter(({ type }) => type === "command.finished")).toMatchObject([{ state: "done" }]);
  });

  it("answers at once, later, or later with a refusal", async () => {
    const prompt = openFake({ answers: "done" });
    expect((await startConsult(prompt)).outcome).toMatchObject({ state: "done", snapshot: { state: "live" } });

    const slow = openFake({ workMs: 2_000 });
    const { ref, outcome } = await startConsult(slow);
    expect(outcome).toEqual({ state: "accepted" });
    expect(slow.fake.dials()).toBe(0);
    slow.fake.customerHangsUp(ref);
    await slow.clock.advance(2_000);
    await slow.fake.idle();
    expect(slow.inbox.filter(({ type }) => type === "command.finished")).toMatchObject([
      { state: "refused", code: "interaction_ended" },
    ]);
    expect(slow.fake.dials()).toBe(0);
  });

  it("keeps track of an interaction that gets another id", async () => {
    const open = openFake({ renumbers: true });
    const { ref, party } = await startConsult(open);
    open.fake.answer(party);
    await calls.run(open.connection, command("completeTransfer", ref));
    const found = await calls.lookup(open.connection, ref);
    expect(found).toMatchObject({ rootRef: ref, state: "live" });
    expect(found?.ref).not.toBe(ref);
    expect(await calls.lookup(open.connection, found?.ref ?? "")).toEqual(found);
    open.fake.hangUp(party);
    expect(open.fake.interaction(ref).state).toBe("ended");
  });

  it("carries the context to the phone that rings", async () => {
    const open = openFake();
    const rung: unknown[] = [];
    open.fake.onRing((ringing) => rung.push(ringing));
    const { ref, party } = await startConsult(open, { contextRef: "ctx_1" });
    expect(rung).toEqual([{ interaction: ref, party, target: expert, address: "+33123456789", contextRef: "ctx_1" }]);
    expect(open.fake.rang(party)).toEqual({ address: "+33123456789", contextRef: "ctx_1" });
  });

  it("writes down each command with its latency", async () => {
    const open = openFake();
    open.fake.faults.next({ path: "/commands", applyThenDrop: true });
    const { ref } = await startConsult(open);
    open.fake.faults.next({ path: "/commands", delayMs: 120 });
    const slow = calls.run(open.connection, command("cancelConsult", ref));
    while (open.fake.faults.requests.length < 2) await new Promise((resolve) => setTimeout(resolve));
    await open.clock.advance(120);
    expect(await slow).toEqual({ state: "accepted" });
    expect(open.fake.timeline).toMatchObject([
      { operation: "startConsult", interaction: ref, status: 0, latencyMs: 0 },
      { operation: "cancelConsult", interaction: ref, status: 202, latencyMs: 120 },
    ]);
  });
});

describe("phones", () => {
  const ends = async (prepare: (open: Opened) => void, afterMs: number) => {
    const open = openFake();
    prepare(open);
    const { ref } = await startConsult(open, { ringMs: 18_000 });
    await open.clock.advance(afterMs);
    const { state, reason, human } = open.fake.interaction(ref).parties.at(-1) ?? {};
    expect(stateOf(open.fake.interaction(ref), "customer")).toBe("held");
    return [state, reason, human];
  };

  it("do as they were told beforehand", async () => {
    expect(await ends(({ fake }) => fake.setPhone(expert.e164, "answer", 2_000), 1_999)).toEqual([
      "ringing",
      undefined,
      undefined,
    ]);
    expect(await ends(({ fake }) => fake.setPhone(expert.e164, "answer", 2_000), 2_000)).toEqual([
      "connected",
      undefined,
      true,
    ]);
    expect(await ends(({ fake }) => fake.setPhone(expert.e164, "voicemail", 2_000), 2_000)).toEqual([
      "connected",
      "voicemail",
      false,
    ]);
    expect(await ends(({ fake }) => fake.setPhone(expert.e164, "decline", 500), 500)).toEqual([
      "failed",
      "declined",
      undefined,
    ]);
    expect(await ends(({ fake }) => fake.setPhone(expert.e164, "busy"), 0)).toEqual(["failed", "busy", undefined]);
    expect(await ends(({ fake }) => fake.setPhone(expert.e164, "unreachable"), 0)).toEqual([
      "failed",
      "unreachable",
      undefined,
    ]);
  });

  it("ring as long as the command says, then no more", async () => {
    expect(await ends(() => {}, 17_999)).toEqual(["ringing", undefined, undefined]);
    expect(await ends(() => {}, 18_000)).toEqual(["failed", "no-answer", undefined]);
  });

  it("do not answer what was taken back meanwhile", async () => {
    const open = openFake({ dialMs: 1_000 });
    open.fake.setPhone(expert.e164, "answer", 2_000);
    const rung: unknown[] = [];
    open.fake.onRing((ringing) => rung.push(ringing));
    const { ref } = await startConsult(open);
    await calls.run(open.connection, command("cancelConsult", ref));
    await open.clock.advance(60_000);
    expect(rung).toEqual([]);
    expect(open.fake.interaction(ref).parties.at(-1)).toMatchObject({ state: "left", reason: "cancelled" });
  });

  it("a queue rings whoever is on it", async () => {
    const open = openFake();
    open.fake.chooseStatus("agent-2", "On Queue");
    const { ref } = await startConsult(open, { target: { kind: "queue", id: "claims" } });
    expect(open.fake.interaction(ref).parties.at(-1)).toMatchObject({ account: "agent-2", state: "ringing" });
    expect(open.fake.agents()[1]?.state).toMatchObject({ means: "ringing", routable: false });
  });
});

describe("what agents show", () => {
  it("follows their calls, and returns to what they had chosen", async () => {
    const open = openFake({ wrapUpMs: 10_000 });
    open.fake.chooseStatus("agent-1", "On Queue");
    const ref = startCall(open);
    open.fake.customerHangsUp(ref);
    await open.clock.advance(10_000);
    await open.fake.idle();
    const shown = open.inbox
      .filter(({ agent }) => agent === "agent-1")
      .map(({ state }) => state as Record<string, unknown>);
    expect(shown.map(({ status, means, routable, sequence }) => [status, means, routable, sequence])).toEqual([
      ["On Queue", "available", true, 2],
      ["On call", "on-call", false, 3],
      ["Wrap-up", "wrap-up", false, 4],
      ["On Queue", "available", true, 5],
    ]);
  });

  it("does not end a new call's state with an old call's wrap-up", async () => {
    const open = openFake({ wrapUpMs: 10_000 });
    open.fake.customerHangsUp(startCall(open));
    await open.clock.advance(5_000);
    startCall(open);
    await open.clock.advance(5_000);
    expect(open.fake.agents()[0]?.state.means).toBe("on-call");
  });

  it("tells who looks", () => {
    const open = openFake();
    let changes = 0;
    const stop = open.fake.onChange(() => changes++);
    const ref = startCall(open);
    expect(changes).toBe(2);
    stop();
    open.fake.customerHangsUp(ref);
    expect(changes).toBe(2);
  });
});

describe("events on their way", () => {
  const sequences = ({ inbox }: Opened) =>
    inbox.flatMap((event) => (event.type === "interaction.changed" ? (event.snapshot as WireSnapshot).sequence : []));
  /** Four changes of one call, the first of them meeting with `mishap`. */
  const deliver = async (mishap: Mishap, options = {}) => {
    const open = openFake({ agents: [{ id: "agent-1", name: "Ada" }], wrapUpMs: 0, ...options });
    const ref = startCall(open);
    await open.fake.idle();
    open.fake.misbehave(mishap);
    for (const recording of ["paused", "on", "off"] as const) {
      open.fake.setRecording(ref, recording);
      await open.fake.idle();
    }
    return open;
  };

  it("can be lost, doubled, late and out of order", async () => {
    expect(sequences(await deliver("lose"))).toEqual([1, 3, 4]);
    expect(sequences(await deliver("duplicate"))).toEqual([1, 2, 2, 3, 4]);
    expect(sequences(await deliver("reorder"))).toEqual([1, 3, 2, 4]);
    const late = await deliver({ delayMs: 3_000 });
    expect(sequences(late)).toEqual([1, 3, 4]);
    await late.clock.advance(3_000);
    await late.fake.idle();
    expect(sequences(late)).toEqual([1, 3, 4, 2]);
  });

  it("are sent again until they are taken, under the same id and freshly signed", async () => {
    const ids: (string | null)[] = [];
    const times: (string | null)[] = [];
    const answers = [503, 0, 401, 204];
    const open = openFake({
      fetch: async (_url, init) => {
        const headers = new Headers(init?.headers);
        ids.push(headers.get("webhook-id"));
        times.push(headers.get("webhook-timestamp"));
        const status = answers[ids.length - 1];
        if (!status) throw new TypeError("fetch failed");
        return new Response(null, { status });
      },
    });
    open.fake.reportLoss();
    for (let count = 0; count < 6; count++) {
      await open.fake.idle();
      await open.clock.advance(60_000);
    }
    expect(new Set(ids).size).toBe(1);
    expect(open.fake.deliveries.map(({ status }) => status)).toEqual([503, 0, 401, 204]);
    expect(new Set(times).size).toBeGreaterThan(1);
  });

  it("stop when the address is gone for good, and go where they are told", async () => {
    const urls: string[] = [];
    const open = openFake({
      fetch: async (url) => {
        urls.push(String(url));
        return new Response(null, { status: 410 });
      },
    });
    open.fake.sendEventsTo("https://elsewhere.example/hooks");
    open.fake.reportLoss();
    await open.fake.idle();
    await open.clock.advance(3_600_000);
    expect(urls).toEqual(["https://elsewhere.example/hooks"]);
  });
});
