import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BridgeError } from "../../src/errors.ts";
import type { Presence } from "../../src/platform/contract.ts";
import { fetchFrom } from "../../src/testing/connection.ts";
import {
  countRequests,
  createTestWorld,
  jonas,
  marta,
  minute,
  sentTo,
  startsAt,
  stranger,
  useMicrosoft,
} from "./fake/test-world.ts";
import { presence } from "./presence.ts";

const microsoft = useMicrosoft();
const onCall: Presence = { availability: "busy", activity: "on-call" };
const { read, hold, release } = presence;
if (!hold || !release) throw new Error("Teams holds presence");
const readOne = async (c: Parameters<typeof read>[0], account = jonas.id) => (await read(c, [account]))[0];

describe("reading presence", () => {
  it("translates what Teams shows and keeps its words and number", async () => {
    const { fake, connect, clock } = microsoft.world;
    fake.startCall(jonas.id);
    clock.pass(1_000);
    const [report] = await read(connect(), [stranger, jonas.id]);
    expect(report).toEqual({
      account: jonas.id,
      presence: { availability: "busy", activity: "on-call", native: "Busy/InACall" },
      observedAt: new Date(startsAt.getTime() + 1_000),
      sequence: expect.any(Number),
      source: "read",
    });
  });

  it("numbers changes upwards", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const before = await readOne(c);
    fake.startCall(jonas.id);
    const after = await readOne(c);
    expect(after?.sequence).toBeGreaterThan(before?.sequence ?? Number.NaN);
  });

  it.each([
    "A12",
    "0x10",
    "",
    null,
    "99999999999999999999",
  ])("does not order by the number %j", async (sequenceNumber) => {
    const { fake, connect } = microsoft.world;
    const value = [{ id: jonas.id, availability: "Busy", activity: "InACall", sequenceNumber }];
    fake.fail.next({ path: /getPresencesByUserId/, status: 200, body: { value } });
    expect(await readOne(connect())).not.toHaveProperty("sequence");
  });

  it("asks for everybody at once, up to 650 and not beyond", async () => {
    const c = microsoft.world.connect();
    const ids = Array.from({ length: 650 }, () => crypto.randomUUID());
    await expect(read(c, ids)).resolves.toEqual([]);
    await expect(read(c, [...ids, jonas.id])).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("says that it knows nothing about a word from tomorrow", async () => {
    const { fake, connect } = microsoft.world;
    fake.setUserStatus(jonas.id, "InTheMetaverse", "Wandering");
    expect((await readOne(connect()))?.presence).toEqual({
      availability: "unknown",
      activity: "none",
      native: "InTheMetaverse/Wandering",
    });
  });

  it("reports the time of asking, so that an event that overtakes the answer stays the newer one", async () => {
    const { connect, clock } = microsoft.world;
    const c = connect({}, async (input, init) => {
      const response = await fetch(input, init);
      clock.pass(3_000);
      return response;
    });
    await c.tokens.get("graph", async () => ({ value: "", expiresAt: startsAt })); // expired: signing in takes 3 s too
    expect((await readOne(c))?.observedAt).toEqual(startsAt);
  });
});

describe("when Microsoft does not answer as wished", () => {
  const presences = /getPresencesByUserId/;

  it("passes on for how long it is throttled", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: presences, status: 429, headers: { "Retry-After": "7" } });
    await expect(readOne(connect())).rejects.toMatchObject({
      code: "platform_throttled",
      retryAfterMs: 7_000,
      retry: true,
    });
    expect(countRequests(fake, presences)).toBe(1);
  });

  it.each([500, 502, 503, 504])("calls %i unavailable and does not try again by itself", async (status) => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({
      path: presences,
      status,
      body: "<html>Bad gateway</html>",
      headers: { "content-type": "text/html" },
    });
    await expect(readOne(connect())).rejects.toMatchObject({ code: "platform_unavailable" });
    expect(countRequests(fake, presences)).toBe(1);
  });

  it("calls a time limit unavailable", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: presences, delayMs: 300 });
    const impatient = connect({}, (input, init) =>
      fetch(input, String(input).match(presences) ? { ...init, signal: AbortSignal.timeout(30) } : init),
    );
    await expect(readOne(impatient)).rejects.toMatchObject({ code: "platform_unavailable" });
  });

  it("calls a broken connection unavailable", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: presences, drop: true });
    await expect(readOne(connect())).rejects.toMatchObject({ code: "platform_unavailable" });
  });

  it("calls an answer that is not JSON unavailable", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: presences, status: 200, body: "{half", headers: { "content-type": "application/json" } });
    await expect(readOne(connect())).rejects.toMatchObject({ code: "platform_unavailable" });
  });

  it("leaves a refusal of our own budget as it is", async () => {
    const ours = new BridgeError("platform_throttled", "our share is used", { retryAfterMs: 1_234 });
    const c = microsoft.world.connect({}, (input, init) =>
      init?.cost === "teams:presence" ? Promise.reject(ours) : fetch(input, init),
    );
    await expect(readOne(c)).rejects.toBe(ours);
  });

  it("names the permission that is missing and what it is for", async () => {
    const { fake, connect } = microsoft.world;
    fake.setRoles(["Presence.Read.All"]);
    const c = connect();
    await expect(readOne(c)).resolves.toBeDefined();
    await expect(hold(c, jonas.id, onCall, 5 * minute)).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringMatching(/Presence\.ReadWrite\.All.*consent.*on a contact-center call/),
      details: {
        platform_status: 403,
        platform_code: "Forbidden",
        platform_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  });
});

describe("holding a presence", () => {
  it("shows it as our application's session, with a lease", async () => {
    const { fake, connect } = microsoft.world;
    const held = await hold(connect(), jonas.id, onCall, 7.5 * minute);
    expect(held).toEqual({ presence: onCall, expiresAt: new Date(startsAt.getTime() + 7.5 * minute) });
    expect(fake.userSees(jonas.id)).toEqual({ availability: "Busy", activity: "InACall" });
    expect(sentTo(fake, /setPresence/)).toEqual([
      { sessionId: fake.clientId, availability: "Busy", activity: "InACall", expirationDuration: "PT7M30S" },
    ]);
  });

  it("takes an answer without content for what it is, whatever type it claims", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: /setPresence/, status: 200, body: "", headers: { "content-type": "application/json" } });
    await expect(hold(connect(), jonas.id, onCall, 5 * minute)).resolves.toMatchObject({ presence: onCall });
  });

  it("is gone when the lease has run out, without a word from us", async () => {
    const { fake, connect, clock } = microsoft.world;
    await hold(connect(), jonas.id, onCall, 5 * minute);
    clock.pass(5 * minute - 1);
    expect(fake.userSees(jonas.id).availability).toBe("Busy");
    clock.pass(1);
    expect(fake.userSees(jonas.id).availability).toBe("Available");
  });

  it("is renewed by asking again", async () => {
    const { fake, connect, clock } = microsoft.world;
    const c = connect();
    await hold(c, jonas.id, onCall, 10 * minute);
    clock.pass(5 * minute);
    await hold(c, jonas.id, onCall, 10 * minute);
    clock.pass(9 * minute);
    expect(fake.userSees(jonas.id).availability).toBe("Busy");
  });

  it("can be asked for again after the answer was lost: one release ends it", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    fake.fail.next({ path: /setPresence/, applyThenDrop: true });
    await expect(hold(c, jonas.id, onCall, 5 * minute)).rejects.toMatchObject({
      code: "platform_unavailable",
      retry: true,
    });
    expect(fake.userSees(jonas.id).availability).toBe("Busy");
    const held = await hold(c, jonas.id, onCall, 5 * minute);
    await release(c, jonas.id, held);
    expect(fake.userSees(jonas.id).availability).toBe("Available");
  });

  it.each([
    ["chosen by hand", "chooseStatus"],
    ["shown by their own client", "setUserStatus"],
  ] as const)("leaves a Do Not Disturb that is %s on top", async (_name, how) => {
    const { fake, connect } = microsoft.world;
    if (how === "chooseStatus") fake.chooseStatus(jonas.id, { availability: "DoNotDisturb", activity: "DoNotDisturb" });
    else fake.setUserStatus(jonas.id, "DoNotDisturb", "Presenting");
    await hold(connect(), jonas.id, onCall, 5 * minute);
    expect((await readOne(connect()))?.presence.availability).toBe("do-not-disturb");
  });

  it("shows a wrap-up as the busy that Teams has, and says so", async () => {
    const { connect } = microsoft.world;
    const held = await hold(connect(), jonas.id, { availability: "busy", activity: "wrap-up" }, 5 * minute);
    expect(held.presence).toEqual(onCall);
  });

  it.each([
    ["available", 5 * minute, "unsupported"],
    ["away", 5 * minute, "unsupported"],
    ["offline", 5 * minute, "unsupported"],
    ["busy", 5 * minute - 1, "invalid"],
    ["busy", 240 * minute + 1, "invalid"],
  ] as const)("does not ask Teams to show %s for %i ms", async (availability, leaseMs, code) => {
    const { fake, connect } = microsoft.world;
    await expect(hold(connect(), jonas.id, { availability, activity: "none" }, leaseMs)).rejects.toMatchObject({
      code,
    });
    expect(countRequests(fake, /setPresence/)).toBe(0);
  });

  it("tells when the account is nobody's", async () => {
    await expect(hold(microsoft.world.connect(), stranger, onCall, 5 * minute)).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("releasing", () => {
  it("brings back what the person shows themselves, and can be repeated", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    fake.setUserStatus(jonas.id, "Busy", "InAMeeting");
    const held = await hold(c, jonas.id, { availability: "do-not-disturb", activity: "presenting" }, 5 * minute);
    expect(await release(c, jonas.id, held)).toBe("released");
    expect(await release(c, jonas.id, held)).toBe("released");
    expect(fake.userSees(jonas.id)).toEqual({ availability: "Busy", activity: "InAMeeting" });
  });

  it("is not believed to have happened when Microsoft is down", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const held = await hold(c, jonas.id, onCall, 5 * minute);
    fake.fail.next({ path: /clearPresence/, status: 503 });
    await expect(release(c, jonas.id, held)).rejects.toMatchObject({ code: "platform_unavailable" });
  });

  it("leaves no trace after any history of holds, whatever the person did meanwhile", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("hold" as const), minutes: fc.integer({ min: 5, max: 240 }) }),
      fc.record({ do: fc.constant("release" as const) }),
      fc.record({ do: fc.constant("pass" as const), minutes: fc.integer({ min: 1, max: 60 }) }),
      fc.record({
        do: fc.constant("own" as const),
        availability: fc.constantFrom("Available", "Busy", "Away", "DoNotDisturb", "BeRightBack"),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const { fake, clock, connect } = createTestWorld();
        const c = connect({}, fetchFrom(fake.app));
        let own = "Available";
        for (const one of steps) {
          if (one.do === "hold") await hold(c, marta.id, onCall, one.minutes * minute);
          if (one.do === "release") await release(c, marta.id, { presence: onCall });
          if (one.do === "pass") clock.pass(one.minutes * minute);
          if (one.do === "own") {
            own = one.availability;
            fake.setUserStatus(marta.id, own);
          }
        }
        await release(c, marta.id, { presence: onCall });
        expect(fake.userSees(marta.id).availability).toBe(own);
      }),
      { numRuns: 40 },
    );
  });
});
