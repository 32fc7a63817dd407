import { describe, expect, it } from "vitest";
import type { CallOperation, PlatformEvent } from "../../src/platform/contract.ts";
import { calls } from "./calls.ts";
import type { FakeOptions, FakeSocket } from "./fake.ts";
import { followEvents } from "./follow.ts";
import { alice, command, expertNumber, openFake } from "./testing.ts";

/** Lets what has been begun come to rest, without time passing on the fake's clock. */
const rest = async () => {
  for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A follower on the fake's clock, and what it has reported. */
async function openFollower(options: Partial<FakeOptions> = {}) {
  const scene = openFake(options);
  const { fake, clock, connection } = scene;
  const reported: PlatformEvent[] = [];
  const sockets: FakeSocket[] = [];
  const waits: number[] = [];
  const over = new AbortController();
  const trouble = { reports: 0 };
  const report = async (events: PlatformEvent[]) => {
    if (trouble.reports > 0) {
      trouble.reports--;
      throw new Error("the database is away");
    }
    reported.push(...events);
  };
  const following = followEvents(connection, report, {
    signal: over.signal,
    connect: (url) => {
      const socket = fake.connect(url);
      sockets.push(socket);
      return socket;
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        waits.push(ms);
        clock.after(ms, resolve);
        signal.addEventListener("abort", () => resolve());
      }),
  });
  await rest();

  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      await clock.advance(Math.min(50, left));
      await rest();
    }
  };
  const run = (operation: CallOperation, interaction: string, change = {}) =>
    calls.run(connection, command(operation, interaction, change));
  const snapshots = () => reported.flatMap((event) => (event.kind === "interaction" ? [event.snapshot] : []));
  const latest = () =>
    snapshots()
      .at(-1)
      ?.parties.map(({ role, state, reason }) => [role, state, reason].filter(Boolean).join(" "))
      .join(", ");
  let leg = "";
  fake.onRing(({ channel }) => {
    leg = channel;
  });
  const stop = async () => {
    over.abort();
    return following;
  };
  return {
    ...scene,
    reported,
    sockets,
    waits,
    following,
    trouble,
    pass,
    run,
    snapshots,
    latest,
    stop,
    leg: () => leg,
    async startCall() {
      const interaction = fake.startCall({ agent: alice });
      await pass(100);
      return interaction;
    },
  };
}

const heard = ({ fake }: Awaited<ReturnType<typeof openFollower>>, channel: string) => fake.hears()[channel];

describe("following a call", () => {
  it("brings customer and agent together when the dialplan hands them over, and says so", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    expect(heard(scene, interaction)?.hears).toHaveLength(1);
    expect(scene.latest()).toBe("customer connected, agent connected");
    await scene.stop();
  });

  it("reports each change once", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    await scene.pass(100);
    expect(scene.latest()).toBe("customer held, agent connected, expert ringing");
    scene.fake.answer(scene.leg());
    await scene.pass(3_000);
    expect(scene.latest()).toBe("customer held, agent connected, expert connected");
    const states = scene.snapshots().map(({ observedAt: _at, ...rest }) => JSON.stringify(rest));
    for (const [index, state] of states.entries()) expect(state).not.toBe(states[index + 1]);
    expect(new Set(scene.reported.map(({ eventId }) => eventId)).size).toBe(scene.reported.length);
    await scene.stop();
  });

  it.each([
    [486, "expert failed busy"],
    [603, "expert failed declined"],
    [404, "expert failed unreachable"],
    [480, "expert failed no-answer"],
    [503, "expert failed unreachable"],
    [302, "expert failed unreachable"],
  ])("tells why a phone that answers %i was not had, and so does every later look", async (status, expected) => {
    const scene = await openFollower();
    scene.fake.setPhone(expertNumber, status);
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    await scene.pass(100);
    expect(scene.latest()).toBe(`customer held, agent connected, ${expected}`);
    const seen = await calls.lookup(scene.connection, interaction);
    expect(seen?.parties.find(({ role }) => role === "expert")?.reason).toBe(expected.split(" ")[2]);
    await scene.stop();
  });

  it("tells a phone that nobody answers from one that is hung up later", async () => {
    const scene = await openFollower();
    scene.fake.setPhone(expertNumber, "silent");
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction, { ringMs: 4_000 });
    await scene.pass(4_200);
    expect(scene.latest()).toContain("expert failed no-answer");
    scene.fake.setPhone(expertNumber, "answer");
    await scene.run("cancelConsult", interaction);
    await scene.run("startConsult", interaction);
    await scene.pass(200);
    scene.fake.hangUp(scene.leg());
    await scene.pass(200);
    expect(scene.latest()).toContain("expert failed no-answer, expert left hung-up");
    await scene.stop();
  });

  it("stops a phone that rings for a customer who hung up, lets the agent go, and leaves nothing behind", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    await scene.pass(100);
    scene.fake.hangUp(interaction);
    await scene.pass(2_000);
    expect([scene.fake.channels(), scene.fake.bridges()]).toEqual([[], []]);
    expect(scene.snapshots().at(-1)).toMatchObject({ ref: interaction, state: "ended" });
    await scene.stop();
  });

  it("lets agent and expert finish what they were saying", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    scene.fake.answer(scene.leg());
    scene.fake.hangUp(interaction);
    await scene.pass(5_000);
    expect(heard(scene, scene.leg())?.hears).toHaveLength(1);
    scene.fake.hangUp(scene.leg());
    await scene.pass(2_000);
    expect([scene.fake.channels(), scene.fake.bridges()]).toEqual([[], []]);
    await scene.stop();
  });

  it("joins customer and expert when the agent is cut off during a private consult", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    scene.fake.answer(scene.leg());
    const agent = scene.fake.channels().find(({ name }) => name.startsWith("PJSIP/alice"));
    scene.fake.hangUp(agent?.id ?? "");
    await scene.pass(1_200);
    expect(heard(scene, interaction)?.hears).toEqual([scene.leg()]);
    await scene.stop();
  });

  it.each([
    ["a blind transfer that nobody answers", "unanswered"],
    ["a call that was handed over and has been talked out", "ended"],
  ])("gives the customer back to the dialplan after %s", async (_what, result) => {
    const scene = await openFollower();
    scene.fake.setPhone(expertNumber, result === "ended" ? "answer" : "manual");
    const interaction = await scene.startCall();
    await scene.run("blindTransfer", interaction, { ringMs: 3_000 });
    await scene.pass(500);
    if (result === "ended") scene.fake.hangUp(scene.leg());
    await scene.pass(5_000);
    const [customer] = scene.fake.channels();
    expect(customer).toMatchObject({ id: interaction, dialplan: { app_name: "Queue" } });
    expect(scene.fake.variable(interaction, "PATCHCORD_RESULT")).toBe(result);
    expect(scene.fake.bridges()).toEqual([]);
    expect(scene.snapshots().at(-1)?.state).toBe("ended");
    await scene.stop();
  });

  it("gives a customer back whom no agent was handed over with, after five seconds of music", async () => {
    const scene = await openFollower();
    const customer = scene.fake.startLeg("PJSIP/outside", (id) => `${id},customer`);
    await scene.pass(3_000);
    expect(heard(scene, customer)?.music).toBe(true);
    await scene.pass(4_000);
    expect(scene.fake.channels()[0]?.dialplan.app_name).toBe("Queue");
    expect(scene.fake.variable(customer, "PATCHCORD_RESULT")).toBe("unanswered");
    await scene.stop();
  });

  it("works when Asterisk acts after it has answered", async () => {
    const scene = await openFollower({ lag: 5 });
    const interaction = await scene.startCall();
    await scene.pass(3_000);
    expect(scene.latest()).toBe("customer connected, agent connected");
    scene.fake.hangUp(interaction);
    await scene.pass(4_000);
    scene.fake.catchUp();
    await scene.pass(4_000);
    scene.fake.catchUp();
    expect([scene.fake.channels(), scene.fake.bridges()]).toEqual([[], []]);
    await scene.stop();
  });
});

describe("following agents", () => {
  const shown = ({ reported }: Awaited<ReturnType<typeof openFollower>>) =>
    reported.flatMap((event) => (event.kind === "presence" ? [event.report] : []));

  it("reports what their phones show, pushed", async () => {
    const scene = await openFollower();
    await scene.startCall();
    expect(shown(scene).at(-1)).toMatchObject({
      account: "alice",
      source: "push",
      presence: { availability: "busy", activity: "on-call" },
    });
    scene.fake.setEndpoint("PJSIP/ben", "offline");
    await scene.pass(100);
    expect(shown(scene).at(-1)).toMatchObject({ account: "ben", presence: { availability: "offline" } });
    await scene.stop();
  });
});

describe("the stream", () => {
  it("says that there may be a gap, each time that it begins", async () => {
    const scene = await openFollower();
    expect(scene.reported).toMatchObject([{ kind: "attention", what: "gap" }]);
    scene.fake.disconnect();
    await scene.pass(2_000);
    expect(scene.reported).toMatchObject([
      { kind: "attention", what: "gap" },
      { kind: "attention", what: "gap" },
    ]);
    expect(scene.sockets).toHaveLength(2);
    await scene.stop();
  });

  it("finds calls again that went on without it, and does what was due meanwhile", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    await scene.pass(100);
    scene.fake.disconnect();
    scene.fake.hangUp(interaction);
    await rest();
    await scene.pass(3_000);
    expect([scene.fake.channels(), scene.fake.bridges()]).toEqual([[], []]);
    expect(scene.snapshots().at(-1)).toMatchObject({ ref: interaction, state: "ended" });
    await scene.stop();
  });

  it("puts right what lost events would have told", async () => {
    const scene = await openFollower();
    const interaction = await scene.startCall();
    await scene.run("startConsult", interaction);
    await scene.pass(100);
    scene.fake.loseEvents(2); // the customer's ChannelLeftBridge and StasisEnd
    scene.fake.hangUp(interaction);
    scene.fake.setEndpoint("PJSIP/alice", "online");
    await scene.pass(60_000);
    expect(scene.fake.channels().map(({ name }) => name)).toEqual([]);
    await scene.stop();
  });

  it("waits longer and longer while Asterisk is away, and is quick again once it is back", async () => {
    const scene = await openFollower();
    scene.fake.faults.next({ drop: true, times: 6 });
    scene.waits.length = 0;
    scene.fake.disconnect();
    await scene.pass(100_000);
    const pauses = scene.waits.filter((ms) => ms >= 375 && ms !== 1_000);
    expect(pauses.length).toBeGreaterThan(5);
    for (const [index, ms] of pauses.slice(0, 7).entries()) {
      const usual = Math.min(30_000, 500 * 2 ** index);
      expect(ms).toBeGreaterThanOrEqual(usual * 0.75);
      expect(ms).toBeLessThanOrEqual(usual * 1.25);
    }
    expect(scene.reported.filter(({ kind }) => kind === "attention")).toHaveLength(2);
    await scene.stop();
  });

  it("ends when another process has taken the stream over: two would fight for it", async () => {
    const scene = await openFollower();
    scene.listen();
    await rest();
    expect(await scene.following).toBe("replaced");
  });

  it("ends with what a person must do when the sign-in is refused", async () => {
    const scene = await openFollower();
    scene.fake.setPassword("another");
    const refused = expect(scene.following).rejects.toMatchObject({ code: "platform_unauthorized" });
    scene.fake.disconnect();
    await scene.pass(2_000);
    await refused;
  });

  it("ends when told to, and closes its socket", async () => {
    const scene = await openFollower();
    expect(await scene.stop()).toBe("stopped");
    const interaction = scene.fake.startCall({ agent: alice });
    expect(scene.fake.variable(interaction, "STASISSTATUS")).toBe("FAILED");
  });

  it("notices a socket that is open and deaf", async () => {
    const scene = await openFollower();
    await scene.pass(22_000);
    expect(scene.fake.events.filter(({ type }) => type === "ChannelUserevent")).toHaveLength(1);
    await scene.pass(21_000);
    expect(scene.sockets).toHaveLength(1);
    scene.fake.loseEvents(Number.POSITIVE_INFINITY);
    await scene.pass(40_000);
    expect(scene.sockets.length).toBeGreaterThan(1);
    await scene.stop();
  });

  it("reports again what could not be taken in", async () => {
    const scene = await openFollower();
    scene.trouble.reports = 3;
    await scene.startCall();
    await scene.pass(6_000);
    expect(scene.latest()).toBe("customer connected, agent connected");
    await scene.stop();
  });

  it("does not stumble over words that it does not know", async () => {
    const scene = await openFollower();
    const [socket] = scene.sockets;
    for (const data of ["", "no json", "[]", "{}", '{"type":7}', '{"type":"Later","channel":{"id":1}}'])
      socket?.dispatchEvent(new MessageEvent("message", { data }));
    await scene.startCall();
    expect(scene.latest()).toBe("customer connected, agent connected");
    await scene.stop();
  });

  it("logs neither address nor password", async () => {
    const lines: string[] = [];
    const scene = openFake();
    const note = (message: string, fields: object = {}) => void lines.push(JSON.stringify([message, fields]));
    const log = { info: note, warn: note, error: note, with: () => log };
    const over = new AbortController();
    const connection = { ...scene.connection, log };
    scene.fake.faults.next({ drop: true, times: 2 });
    await followEvents(connection, async () => {}, {
      signal: over.signal,
      connect: scene.fake.connect,
      wait: async () => lines.length > 1 && over.abort(),
    } as Parameters<typeof followEvents>[2]);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join()).not.toMatch(/pass-word|api_key|pbx/);
  });
});
