import { describe, expect, it } from "vitest";
import { BridgeError } from "../../src/errors.ts";
import type { CallCommand, CallOperation, InteractionSnapshot, Target } from "../../src/platform/contract.ts";
import { callOperations } from "../../src/platform/contract.ts";
import { calls } from "./calls.ts";
import type { FakeOptions } from "./fake.ts";
import { legId } from "./names.ts";
import { settle } from "./settle.ts";
import { command, expertNumber, type Opened, openFake, startTalk } from "./testing.ts";

type Before = "startConsult" | "addParty" | "hold" | "answer";

/** What has happened when a command comes, and who is where once it has worked. */
const cases: Record<CallOperation, { after: readonly Before[]; change?: Partial<CallCommand>; seen: string }> = {
  startConsult: { after: [], seen: "customer held, agent connected, expert ringing" },
  switchParty: {
    after: ["startConsult", "answer"],
    change: { speakTo: "customer" },
    seen: "customer connected, agent connected, expert held",
  },
  mergeConference: {
    after: ["startConsult", "answer"],
    seen: "customer connected, agent connected, expert connected",
  },
  completeTransfer: { after: ["startConsult", "answer"], seen: "customer connected, expert connected" },
  cancelConsult: { after: ["startConsult", "answer"], seen: "customer connected, agent connected, expert left" },
  blindTransfer: { after: [], seen: "customer connected, expert ringing" },
  addParty: { after: [], seen: "customer connected, agent connected, expert ringing" },
  removeParty: {
    after: ["addParty", "answer"],
    change: { party: "expert" },
    seen: "customer connected, agent connected, expert left",
  },
  hold: { after: [], seen: "customer held, agent connected" },
  resume: { after: ["hold"], seen: "customer connected, agent connected" },
};

const order = ["customer", "agent", "expert"];
const describeParties = (snapshot: InteractionSnapshot | undefined): string =>
  [...(snapshot?.parties ?? [])]
    .sort((one, other) => order.indexOf(one.role) - order.indexOf(other.role))
    .map(({ role, state }) => `${role} ${state}`)
    .join(", ");

async function openScene(operation: CallOperation, options: Partial<FakeOptions> = {}) {
  const scene = openFake(options);
  const socket = scene.listen();
  await Promise.resolve();
  const interaction = await startTalk(scene);
  const { fake, connection } = scene;
  let leg = "";
  fake.onRing(({ channel }) => {
    leg = channel;
  });
  for (const step of cases[operation].after) {
    fake.catchUp();
    if (step === "answer") fake.answer(leg);
    else expect(["done", "accepted"]).toContain((await calls.run(connection, command(step, interaction))).state);
  }
  const { change = {} } = cases[operation];
  const meant = change.party ? { party: leg } : {};
  const wanted = command(operation, interaction, { ...change, ...meant });
  return { ...scene, socket, interaction, wanted, leg: () => leg };
}

const look = async ({ connection }: Opened, interaction: string) =>
  describeParties(await calls.lookup(connection, interaction));

describe.each(callOperations)("%s", (operation) => {
  it("works, and works again without doing anything more", async () => {
    const scene = await openScene(operation);
    const { connection, interaction, fake, wanted } = scene;
    expect(["done", "accepted"]).toContain((await calls.run(connection, wanted)).state);
    expect(await look(scene, interaction)).toBe(cases[operation].seen);
    const [dials, heard] = [fake.dials(), fake.hears()];
    expect(["done", "accepted"]).toContain((await calls.run(connection, wanted)).state);
    expect(await look(scene, interaction)).toBe(cases[operation].seen);
    expect([fake.dials(), fake.hears()]).toEqual([dials, heard]);
  });

  it("works on an Asterisk that acts after it has answered", async () => {
    const scene = await openScene(operation, { lag: 4 });
    await calls.run(scene.connection, scene.wanted);
    scene.fake.catchUp();
    expect(await look(scene, scene.interaction)).toBe(cases[operation].seen);
  });

  // Every request that the command makes goes wrong once, in each way: nobody is lost, and the same command repairs it.
  it.each([
    ["is refused with 503", { status: 503 }],
    ["is lost on its way", { drop: true }],
    ["is done, and its answer is lost", { applyThenDrop: true }],
    ["is done, and answered with 504", { applyThenDrop: true, status: 504 }],
  ] as const)("survives that any one of its requests %s", async (_how, fault) => {
    const counting = await openScene(operation);
    const before = counting.fake.faults.requests.length;
    await calls.run(counting.connection, counting.wanted);
    const total = counting.fake.faults.requests.length - before;
    expect(total).toBeGreaterThan(4);

    for (let failing = 0; failing < total; failing++) {
      const scene = await openScene(operation);
      const { connection, interaction, fake, wanted, clock } = scene;
      const dialled = fake.dials();
      let left = failing;
      let lost = "";
      const isNow = (path: string) => {
        if (left-- !== 0) return false;
        lost = path;
        return true;
      };
      fake.faults.next({ path: Object.assign(/./, { test: isNow }), ...fault });
      const outcome = await calls.run(connection, wanted);
      fake.faults.clear();
      expect(["unknown", "done", "accepted"], `request ${failing}`).toContain(outcome.state);
      expect(fake.channels().some(({ id }) => id === interaction)).toBe(true);
      const again = await calls.run(connection, wanted);
      const isLostForGood = again.state === "accepted" && (await look(scene, interaction)).includes("dialing");
      if (isLostForGood) {
        // The dial itself never arrived. It is not tried again, because a second dial could end the call.
        expect(lost).toMatch(/\/dial$/);
        expect(fault).not.toHaveProperty("applyThenDrop");
        expect(fake.dials()).toBe(dialled);
        await calls.run(connection, command("cancelConsult", interaction));
      } else {
        expect(["done", "accepted"], `request ${failing}, again`).toContain(again.state);
        expect(await look(scene, interaction), `request ${failing}, again`).toBe(cases[operation].seen);
      }
      expect(fake.dials() - dialled).toBeLessThanOrEqual(1);
      await clock.advance(1);
    }
  });

  it("does not begin in an interaction of somebody else's", async () => {
    const { connection, wanted, fake } = await openScene(operation);
    const heard = fake.hears();
    expect(await calls.run(connection, { ...wanted, agent: "ben" })).toMatchObject({
      state: "refused",
      code: "wrong_agent",
    });
    expect(fake.hears()).toEqual(heard);
  });
});

describe("ringing somebody", () => {
  const ring = async (target: Target, change: Partial<Opened["connection"]["settings"]> = {}) => {
    const scene = openFake({}, change);
    scene.listen();
    await Promise.resolve();
    const interaction = await startTalk(scene);
    const consult = command("startConsult", interaction, { target });
    const outcome = await calls.run(scene.connection, consult);
    const leg = legId(consult.commandId);
    return { ...scene, interaction, outcome, leg, rang: scene.fake.rang(leg) };
  };

  it.each<[string, Target, string]>([
    ["a number", { kind: "phone", e164: expertNumber }, expertNumber],
    ["an agent", { kind: "agent", account: "ben" }, "PJSIP/ben"],
    ["a SIP address", { kind: "sip", uri: "sip:eve@example.com;transport=tls" }, "sip:eve@example.com;transport=tls"],
  ])("%s", async (_what, target, address) => {
    const { outcome, rang } = await ring(target);
    expect(outcome).toEqual({ state: "accepted" });
    expect(rang).toEqual({ address, contextRef: "ctx_0123456789abcdefghjkmnpqrs" });
  });

  it("without its plus, where the trunk wants that", async () => {
    const { rang } = await ring({ kind: "phone", e164: expertNumber }, { phoneEndpoint: "PJSIP/{digits}@trunk" });
    expect(rang?.address).toBe("33123456789");
  });

  it("with our own caller id, where the settings have one", async () => {
    const { rang } = await ring({ kind: "phone", e164: expertNumber }, { callerId: '"Support" <+33199>' });
    expect(rang?.callerId).toBe('"Support" <+33199>');
  });

  it.each([
    [{}, "alice", "+33600000001"],
    [{ callerId: '"Support" <+33199>' }, '"Support" <+33199>', '"Support" <+33199>'],
  ])("shows the agent in private and the customer after the hand-over, or what is set: %j", async (change, first, then) => {
    const { fake, connection, interaction, leg } = await ring({ kind: "phone", e164: expertNumber }, change);
    fake.catchUp();
    expect(fake.shows(leg)).toBe(first);
    fake.answer(leg);
    for (const operation of ["mergeConference", "completeTransfer"] as const) {
      await calls.run(connection, command(operation, interaction));
      fake.catchUp();
      expect(fake.shows(leg)).toBe(operation === "mergeConference" ? first : then);
    }
  });

  it.each<[string, Target, Partial<Opened["connection"]["settings"]>, string]>([
    ["nobody's account", { kind: "agent", account: "eve" }, {}, "unsupported_target"],
    ["a queue", { kind: "queue", id: "claims" }, {}, "unsupported_target"],
    ["no number", { kind: "phone", e164: "0123" }, {}, "unsupported_target"],
    ["a second number smuggled in", { kind: "phone", e164: "+33123&PJSIP/ben" }, {}, "unsupported_target"],
    ["an address with another behind it", { kind: "sip", uri: "sip:a@b&PJSIP/ben" }, {}, "unsupported_target"],
    ["an address with headers", { kind: "sip", uri: "sip:a@b?Replaces=x" }, {}, "unsupported_target"],
    ["an endpoint that Asterisk lacks", { kind: "agent", account: "gone" }, {}, "unreachable"],
    [
      "a trunk that Asterisk lacks",
      { kind: "phone", e164: expertNumber },
      { phoneEndpoint: "PJSIP/{number}@x" },
      "unreachable",
    ],
  ])("not %s, and the customer stays with the agent", async (_what, target, change, code) => {
    const { outcome, fake, interaction, connection } = await ring(target, change);
    expect(outcome).toMatchObject({ state: "refused", code });
    expect(fake.dials()).toBe(0);
    expect(describeParties(await calls.lookup(connection, interaction))).toBe("customer connected, agent connected");
  });

  it("not while nobody listens to our application, and the customer stays with the agent", async () => {
    const scene = await openScene("startConsult");
    scene.socket.close();
    expect(await calls.run(scene.connection, scene.wanted)).toMatchObject({ state: "refused", code: "unreachable" });
    expect(await look(scene, scene.interaction)).toBe("customer connected, agent connected");
  });

  it("not for a customer who hung up a moment ago", async () => {
    const scene = await openScene("startConsult");
    const { connection, fake, interaction, wanted } = scene;
    const fetch: typeof connection.fetch = async (input, init) => {
      const response = await connection.fetch(input, init);
      if (String(input).includes("/channels/create")) fake.hangUp(interaction);
      return response;
    };
    expect(await calls.run({ ...connection, fetch }, wanted)).toMatchObject({
      state: "refused",
      code: "customer_left",
    });
    expect(fake.dials()).toBe(0);
    await settle(connection, interaction);
    await settle(connection, interaction);
    expect([fake.channels(), fake.bridges()]).toEqual([[], []]);
  });

  it("keeps the agent of a blind transfer to a phone that says no at once", async () => {
    const scene = await openScene("blindTransfer");
    scene.fake.setPhone(expertNumber, 486);
    expect(await calls.run(scene.connection, scene.wanted)).toMatchObject({ state: "refused", code: "unreachable" });
    expect(await look(scene, scene.interaction)).toBe("customer connected, agent connected, expert left");
  });

  it("is known again by its command for as long as it rings or talks", async () => {
    const { connection, fake, wanted, leg } = await openScene("startConsult");
    expect(await calls.lookupCommand?.(connection, wanted.commandId)).toBeUndefined();
    await calls.run(connection, wanted);
    expect(await calls.lookupCommand?.(connection, wanted.commandId)).toEqual({ state: "accepted" });
    fake.refuse(leg());
    expect(await calls.lookupCommand?.(connection, wanted.commandId)).toBeUndefined();
    expect(await calls.run(connection, wanted)).toEqual({ state: "accepted" });
    expect(fake.dials()).toBe(1);
  });
});

describe("letting the agent go", () => {
  it("does not, when customer and expert cannot be brought together", async () => {
    const scene = await openScene("completeTransfer");
    const { connection, fake, interaction, wanted } = scene;
    const fetch: typeof connection.fetch = async (input, init) => {
      // Asterisk says yes, and does nothing.
      if (String(input).includes("/addChannel")) return new Response(null, { status: 204 });
      return connection.fetch(input, init);
    };
    expect(await calls.run({ ...connection, fetch }, wanted)).toMatchObject({ state: "refused", code: "not_joined" });
    expect(fake.channels()).toHaveLength(3);
    expect(await look(scene, interaction)).toContain("agent connected");
  });

  it("lets customer and expert hear each other before the agent has gone", async () => {
    const { connection, fake, interaction, wanted, leg } = await openScene("completeTransfer");
    const heard: unknown[] = [];
    const fetch: typeof connection.fetch = async (input, init) => {
      if (init?.method === "DELETE") heard.push(fake.hears()[interaction]?.hears.includes(leg()));
      return connection.fetch(input, init);
    };
    await calls.run({ ...connection, fetch }, wanted);
    expect(heard).toEqual([true]);
    expect(fake.hears()).toMatchObject({ [interaction]: { hears: [leg()] }, [leg()]: { hears: [interaction] } });
  });
});

describe("what stands between us and Asterisk", () => {
  it.each([
    [401, "platform_unauthorized"],
    [403, "platform_unauthorized"],
    [429, "platform_throttled"],
    [302, "platform_refused"],
  ])("%i is told as %s, wherever it comes", async (status, code) => {
    for (const later of [0, 3, 6]) {
      const { connection, fake, wanted } = await openScene("startConsult");
      let left = later;
      const path = Object.assign(/./, { test: () => left-- <= 0 });
      fake.faults.next({ path, status, times: Number.POSITIVE_INFINITY });
      await expect(calls.run(connection, wanted)).rejects.toMatchObject({ code });
    }
  });

  it("passes on that our own budget is used up", async () => {
    const { connection, wanted } = await openScene("startConsult");
    const throttled = new BridgeError("platform_throttled", "wait", { retryAfterMs: 5 });
    await expect(calls.run({ ...connection, fetch: () => Promise.reject(throttled) }, wanted)).rejects.toBe(throttled);
  });

  it("says nothing of people, numbers and secrets in what it refuses", async () => {
    const { connection, wanted } = await openScene("startConsult");
    const outcome = await calls.run(connection, { ...wanted, target: { kind: "agent", account: "gone" } });
    expect(JSON.stringify(outcome)).not.toMatch(/gone|33|word/);
  });
});

describe("looking", () => {
  it("says who is in a call, with what the dialplan told of it", async () => {
    const scene = openFake();
    scene.listen();
    await Promise.resolve();
    const ref = await startTalk(scene, {
      customer: { name: "Cleo", number: "+33600000009" },
      attributes: { queue: "claims, west", tier: "gold+" },
    });
    expect(await calls.lookup(scene.connection, ref)).toEqual({
      ref,
      rootRef: ref,
      channel: "voice",
      state: "live",
      parties: [
        { ref, role: "customer", state: "connected", name: "Cleo" },
        { ref: expect.any(String), role: "agent", state: "connected", account: "alice", name: "Alice Agent" },
      ],
      recording: "unknown",
      attributes: { queue: "claims, west", tier: "gold+" },
      startedAt: scene.clock.now(),
      observedAt: scene.clock.now(),
    });
  });

  it("changes nothing, whatever it sees", async () => {
    const { connection, fake, interaction, wanted } = await openScene("startConsult");
    await calls.run(connection, wanted);
    const before = fake.faults.requests.length;
    await calls.lookup(connection, interaction);
    const made = fake.faults.requests.slice(before);
    expect(new Set(made.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(made.length).toBeLessThanOrEqual(7);
  });

  it("takes nobody for gone who is on the way from one room to the other", async () => {
    const scene = await openScene("hold", { lag: 50 });
    await calls.run(scene.connection, { ...scene.wanted, operation: "hold" });
    expect(await look(scene, scene.interaction)).toMatch(/customer held, agent connected/);
  });

  it("knows no channel that is not a customer of ours", async () => {
    const { connection, fake, interaction, wanted, leg } = await openScene("startConsult");
    await calls.run(connection, wanted);
    const agent = fake.channels().find(({ name }) => name.startsWith("PJSIP/alice"))?.id ?? "";
    const foreign = fake.startLeg("PJSIP/ben", (id) => `${interaction}${id},customer`);
    for (const ref of [agent, leg(), foreign, "a/b?c#d", ""])
      expect(await calls.lookup(connection, ref), ref).toBeUndefined();
  });

  it("does not take nonsense for a channel", async () => {
    const { connection, interaction } = await openScene("hold");
    const fetch = async () => Response.json({ id: 7 });
    await expect(calls.lookup({ ...connection, fetch }, interaction)).rejects.toMatchObject({
      code: "platform_refused",
    });
  });
});
