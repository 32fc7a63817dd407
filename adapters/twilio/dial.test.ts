import { describe, expect, it } from "vitest";
import { createMemoryTokens } from "../../src/testing/connection.ts";
import { twilio } from "./index.ts";
import { ben, customerHas, expertPhone, hookAddress, openScene, type Scene } from "./testing.ts";

const both = "agent connected, customer connected";
const formOf = (scene: Scene) => scene.fake.timeline.findLast(({ path }) => path.endsWith("Participants.json"))?.form;

describe("ringing an expert", () => {
  it("shows the account's number, labels the leg with the command and asks to be told", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    expect(formOf(scene)).toMatchObject({
      From: "+15125550100",
      To: expertPhone,
      Label: "expert-cmd_1",
      Beep: "false",
      EndConferenceOnExit: "false",
      StatusCallback: `${hookAddress}?interaction=${scene.ref}`,
    });
  });

  it.each([
    [18_000, "13"],
    [2_000, "5"],
    [3_600_000, "600"],
    [undefined, undefined],
  ])("rings for %s ms: Twilio, which adds five seconds, is told %s", async (ringMs, seconds) => {
    const scene = await openScene();
    const { ringMs: _usual, ...command } = scene.command("startConsult");
    await scene.send(ringMs === undefined ? command : { ...command, ringMs });
    expect(formOf(scene)?.Timeout).toBe(seconds);
  });

  it("stops after as long as it was told", async () => {
    const scene = await openScene();
    await scene.run("startConsult", { ringMs: 18_000 });
    await scene.pass(17_900);
    expect(await scene.seen()).toContain("expert ringing");
    await scene.pass(200);
    expect((await scene.look())?.parties).toContainEqual(
      expect.objectContaining({ role: "expert", state: "failed", reason: "no-answer" }),
    );
  });

  it("gives SIP endpoints the context, and the public network nothing", async () => {
    const scene = await openScene();
    const contextRef = "ctx_0123456789abcdefghjkmnpqrs";
    await scene.run("startConsult", { target: { kind: "sip", uri: "sip:bob@sbc.example.com" }, contextRef });
    const hex = Buffer.from(contextRef).toString("hex");
    expect(scene.fake.rang(scene.ringing())).toEqual({
      address: "sip:bob@sbc.example.com",
      headers: { "x-bridge-ctx": contextRef, "User-to-User": `${hex};encoding=hex` },
    });
    const other = await openScene();
    await other.run("startConsult", { contextRef });
    expect(other.fake.rang(other.ringing())).toEqual({ address: expertPhone, headers: {} });
  });

  it("rings phone numbers through the company's session border controller where there is one", async () => {
    const own = { sipDomain: "sbc.example.com", sipUsername: "patchcord", sipPassword: "open sesame" };
    const scene = await openScene({}, own);
    await scene.run("startConsult", { contextRef: "ctx_1" });
    expect(scene.fake.rang(scene.ringing()).address).toBe(`sip:${expertPhone}@sbc.example.com`);
    expect(formOf(scene)).toMatchObject({ SipAuthUsername: "patchcord" });
    expect(JSON.stringify(scene.fake.timeline)).not.toContain("open sesame");
  });

  it.each([
    ["nobody", undefined, "missing_target"],
    ["another agent", { kind: "agent", account: ben }, "unsupported_target"],
    ["a queue", { kind: "queue", id: "WQ1" }, "unsupported_target"],
    ["half a SIP address", { kind: "sip", uri: "sip:bob" }, "invalid_address"],
    ["a SIP address with headers of its own", { kind: "sip", uri: "sip:bob@x?Replaces=1" }, "invalid_address"],
    ["a SIP address that is too long", { kind: "sip", uri: `sip:${"b".repeat(255)}@x.example` }, "invalid_address"],
    ["a number that is none", { kind: "phone", e164: "+123" }, "invalid_number"],
  ] as const)("refuses to ring %s, and the music ends", async (_name, target, code) => {
    const scene = await openScene();
    const { target: _usual, ...command } = scene.command("startConsult");
    const outcome = await scene.send(target ? { ...command, target } : command);
    expect(outcome).toMatchObject({ state: "refused", code });
    expect(await scene.seen()).toBe(both);
  });

  it("says what an admin can do about a caller number that is not the account's", async () => {
    const scene = await openScene({ numbers: ["+15125550100"] }, { fromNumber: "+15125550199" });
    expect(await scene.run("startConsult")).toMatchObject({ code: "caller_id_not_verified" });
  });

  it("is done once, even if the expert has gone before the command comes again", async () => {
    const scene = await openScene();
    const command = scene.command("startConsult");
    await scene.send(command);
    scene.fake.decline(scene.ringing());
    expect(await scene.send(command)).toEqual({ state: "done" });
    expect(scene.fake.dials()).toBe(1);
  });

  it("is done once, even if its answer was lost and the expert has gone before it comes again", async () => {
    const scene = await openScene();
    scene.fake.faults.next({ path: /Participants\.json$/, method: "POST", applyThenDrop: true });
    const command = scene.command("startConsult");
    expect((await scene.send(command)).state).toBe("unknown");
    scene.fake.decline(scene.ringing());
    expect(await scene.send(command)).toEqual({ state: "done" });
    expect(scene.fake.dials()).toBe(1);
    expect((await scene.look())?.parties).toContainEqual(expect.objectContaining({ role: "expert", reason: "busy" }));
  });

  it("is done once by two who send it at the same time", async () => {
    const scene = await openScene();
    const command = scene.command("startConsult");
    const outcomes = await Promise.all([scene.send(command), scene.send(command)]);
    expect(outcomes.map(({ state }) => state)).toEqual(["done", "done"]);
    expect(scene.fake.dials()).toBe(1);
  });

  it("is done once, even if all that we remember is lost", async () => {
    const scene = await openScene();
    const command = scene.command("startConsult");
    await scene.send(command);
    await scene.run("switchParty", { speakTo: "customer" });
    const forgetful = { ...scene.connection, tokens: createMemoryTokens() };
    expect(await twilio.calls?.run(forgetful, command)).toEqual({ state: "done" });
    expect(scene.fake.dials()).toBe(1);
    expect(await scene.seen()).toBe("agent connected, customer connected, expert ringing");
  });

  it("does not take the call of the consult before for its own", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    scene.fake.decline(scene.ringing());
    await scene.run("cancelConsult");
    const command = scene.command("startConsult");
    scene.fake.faults.next({ path: /Participants\.json$/, method: "POST", drop: true });
    expect((await scene.send(command)).state).toBe("unknown");
    expect(await scene.send(command)).toEqual({ state: "done" });
    expect(scene.fake.dials()).toBe(2);
  });

  it("takes another consult's call to the same number for what it is", async () => {
    const scene = await openScene();
    await scene.run("startConsult");
    scene.fake.decline(scene.ringing());
    await scene.run("cancelConsult");
    expect(await scene.run("startConsult")).toEqual({ state: "done" });
    expect(scene.fake.dials()).toBe(2);
  });

  it.each([
    ["busy", "failed", "busy"],
    ["unreachable", "failed", "unreachable"],
    ["decline", "failed", "busy"],
  ] as const)("tells of a phone that is %s", async (habit, state, reason) => {
    const scene = await openScene();
    scene.fake.setPhone(expertPhone, habit);
    await scene.run("startConsult");
    await scene.pass(0);
    expect((await scene.look())?.parties).toContainEqual(expect.objectContaining({ role: "expert", state, reason }));
    expect(customerHas(scene)).toBe("music");
    await scene.run("cancelConsult");
    expect(await scene.seen()).toBe(both);
  });
});
