/**
 * The same adapter against a real Asterisk, with phones that speak SIP and hear tones. Needs ASTERISK_ARI_URL (and
 * ASTERISK_ARI_USER, ASTERISK_ARI_PASSWORD, ASTERISK_SIP) and an Asterisk set up as README.md says; skipped otherwise.
 */
import { afterEach, describe, expect, it } from "vitest";
import type { CallCommand } from "../../src/platform/contract.ts";
import { testAdapter } from "../../src/platform/contract-suite.ts";
import { calls } from "./calls.ts";
import { asterisk } from "./index.ts";
import { hears, liveUrl, makeLiveWorld, openStage, type Stage, sleep, until } from "./testing/live.ts";
import { header } from "./testing/phones/message.ts";
import { command } from "./testing.ts";

describe.skipIf(!liveUrl)("a real Asterisk (needs ASTERISK_ARI_URL)", () => {
  testAdapter(asterisk, makeLiveWorld);

  let stage: Stage | undefined;
  afterEach(async () => {
    await stage?.close();
    stage = undefined;
  });
  const open = async () => {
    stage = await openStage();
    const interaction = await stage.startCall();
    const run = async (operation: CallCommand["operation"], change: Partial<CallCommand> = {}) =>
      calls.run(stage?.connection as Stage["connection"], command(operation, interaction, change));
    return { ...stage, interaction, run };
  };
  const answered = async (one: Awaited<ReturnType<typeof open>>) => {
    await until(() => one.expert.state() === "ringing", "the expert's phone rings");
    one.expert.answer();
    await until(async () => {
      const seen = await calls.lookup(one.connection, one.interaction);
      return seen?.parties.some(({ role, state }) => role === "expert" && state === "connected");
    }, "the expert is connected");
  };

  it("lets customer and agent hear each other", async () => {
    const { alice, customer } = await open();
    expect(await Promise.all([hears(alice), hears(customer)])).toEqual([["customer"], ["alice"]]);
  });

  it("plays music to the customer, and nothing else, during a private consult", async () => {
    const one = await open();
    expect(await one.run("startConsult")).toEqual({ state: "accepted" });
    await until(() => one.expert.state() === "ringing", "the expert's phone rings");
    expect(await hears(one.customer)).toEqual(["music"]);
    await answered(one);
    const heard = await Promise.all([hears(one.customer), hears(one.alice), hears(one.expert)]);
    expect(heard).toEqual([["music"], ["expert"], ["alice"]]);
  });

  it("carries the reference of the context in the expert's INVITE", async () => {
    const one = await open();
    await one.run("startConsult", { contextRef: "ctx_0123456789abcdefghjkmnpqrs" });
    const invite = await until(() => one.expert.invites[0], "an INVITE");
    expect(header(invite, "x-context-id")).toBe("ctx_0123456789abcdefghjkmnpqrs");
  });

  it("shows the expert the agent while they consult, and the customer after the hand-over", async () => {
    const one = await open();
    await one.run("startConsult");
    await answered(one);
    expect(one.expert.shows()).toContain("Alice Agent");
    await one.run("completeTransfer");
    await until(() => one.alice.ended.includes("bye"), "the agent is out of it");
    await until(() => one.expert.shows()?.includes("outside"), "the expert's phone shows the customer");
    expect(await hears(one.expert)).toEqual(["customer"]);
  });

  it("rings the expert's phone once, though the answer was lost and the command came again", async () => {
    const one = await open();
    const consult = command("startConsult", one.interaction);
    one.mishaps.dropAnswerOf = /\/dial$/;
    expect((await calls.run(one.connection, consult)).state).toBe("unknown");
    expect(await calls.run(one.connection, consult)).toEqual({ state: "accepted" });
    await answered(one);
    expect(await calls.run(one.connection, consult)).toEqual({ state: "accepted" });
    await sleep(300);
    expect([one.expert.invites.length, one.expert.state()]).toEqual([1, "talking"]);
  });

  it("lets the agent go to and fro, and nobody hears what is not for them", async () => {
    const one = await open();
    await one.run("startConsult");
    await answered(one);
    await one.run("switchParty", { speakTo: "customer" });
    expect(await Promise.all([hears(one.customer), hears(one.alice), hears(one.expert)])).toEqual([
      ["alice"],
      ["customer"],
      ["music"],
    ]);
    await one.run("switchParty", { speakTo: "expert" });
    expect(await Promise.all([hears(one.customer), hears(one.alice), hears(one.expert)])).toEqual([
      ["music"],
      ["expert"],
      ["alice"],
    ]);
  });

  it("lets each hear the two others in a conference, and the two who stay after the agent has left", async () => {
    const one = await open();
    await one.run("startConsult");
    await answered(one);
    expect(await one.run("mergeConference")).toMatchObject({ state: "done" });
    expect(await Promise.all([hears(one.customer), hears(one.alice), hears(one.expert)])).toEqual([
      ["alice", "expert"],
      ["customer", "expert"],
      ["alice", "customer"],
    ]);
    expect(await one.run("completeTransfer")).toMatchObject({ state: "done" });
    await until(() => one.alice.ended.includes("bye"), "the agent is out of it");
    expect(await Promise.all([hears(one.customer), hears(one.expert)])).toEqual([["expert"], ["customer"]]);
  });

  it("hands over out of the private consult", async () => {
    const one = await open();
    await one.run("startConsult");
    await answered(one);
    expect(await one.run("completeTransfer")).toMatchObject({ state: "done" });
    expect(await Promise.all([hears(one.customer), hears(one.expert)])).toEqual([["expert"], ["customer"]]);
  });

  it("brings customer and agent together again when a consult is cancelled, ringing or answered", async () => {
    const one = await open();
    await one.run("startConsult");
    await until(() => one.expert.state() === "ringing", "the expert's phone rings");
    expect(await one.run("cancelConsult")).toMatchObject({ state: "done" });
    await until(() => one.expert.ended.length === 1, "the expert's phone stops ringing");
    expect(await Promise.all([hears(one.alice), hears(one.customer)])).toEqual([["customer"], ["alice"]]);
    await one.run("startConsult");
    await answered(one);
    expect(await one.run("cancelConsult")).toMatchObject({ state: "done" });
    await until(() => one.expert.ended.join() === "cancelled,bye", "the expert's phone is let go");
    expect(await Promise.all([hears(one.alice), hears(one.customer)])).toEqual([["customer"], ["alice"]]);
  });

  it.each([
    [486, "busy", "failed"],
    [603, "declined", "failed"],
    [404, "unreachable", "failed"],
    [480, "no-answer", "failed"],
  ] as const)("tells why a phone that answers %i did not take the call: %s", async (status, reason, state) => {
    const one = await open();
    one.expert.behave({ refuse: status });
    await one.run("startConsult");
    const expert = await until(async () => {
      const seen = await calls.lookup(one.connection, one.interaction);
      return seen?.parties.find((party) => party.role === "expert" && party.reason !== undefined);
    }, "the reason");
    expect(expert).toMatchObject({ state, reason });
    const customer = (await calls.lookup(one.connection, one.interaction))?.parties.find(
      ({ role }) => role === "customer",
    );
    expect(customer).toMatchObject({ state: "held" });
    expect(await one.run("resume", { party: one.interaction })).toMatchObject({ state: "done" });
    expect(await hears(one.customer)).toEqual(["alice"]);
  });

  it("stops the expert's phone when the customer hangs up, and leaves nothing behind", async () => {
    const one = await open();
    await one.run("startConsult");
    await until(() => one.expert.state() === "ringing", "the expert's phone rings");
    one.customer.hangUp();
    await until(() => one.expert.ended.includes("cancelled"), "the expert's phone stops ringing", 2_000);
    await until(() => one.alice.ended.length > 0, "the agent is let go", 3_000);
    await until(async () => (await one.list("bridges")).length === 0, "bridges are closed", 3_000);
    const ended = await until(
      () => one.reported.find((event) => event.kind === "interaction" && event.snapshot.state === "ended"),
      "the end is reported",
    );
    expect(ended).toMatchObject({ snapshot: { ref: one.interaction } });
  });

  it("gives the customer back to the dialplan when a blind transfer comes to nothing", async () => {
    const one = await open();
    one.expert.behave("ring");
    expect(await one.run("blindTransfer", { ringMs: 1_000 })).toEqual({ state: "accepted" });
    await until(() => one.alice.ended.includes("bye"), "the agent is out of it");
    // The dialplan of the tests rings Alice again.
    await until(() => one.alice.state() === "talking", "the dialplan rings the agent again", 6_000);
    expect(await hears(one.customer)).toEqual(["alice"]);
  });

  it("loses no call when our service goes away, and takes up its work when it is back", async () => {
    const one = await open();
    await one.run("startConsult");
    await answered(one);
    await one.unfollow();
    await sleep(300);
    expect(await Promise.all([hears(one.customer), hears(one.alice)])).toEqual([["music"], ["expert"]]);
    one.alice.hangUp();
    await sleep(300);
    await one.follow();
    await until(async () => (await hears(one.customer)).includes("expert"), "customer and expert are joined");
    expect(await hears(one.expert)).toEqual(["customer"]);
  });

  it("lets customer and agent talk all the same when nobody listens to our application", async () => {
    stage = await openStage();
    const { customer, alice } = stage;
    await stage.unfollow();
    customer.call(`sip:support@${process.env.ASTERISK_SIP ?? "127.0.0.1:5060"}`);
    await until(() => customer.state() === "talking" && alice.state() === "talking", "they are connected");
    await until(async () => (await hears(customer)).includes("alice"), "they hear each other");
    expect(await hears(alice)).toEqual(["customer"]);
  });
});
