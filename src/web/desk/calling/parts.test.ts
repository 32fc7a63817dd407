import { describe, expect, test } from "vitest";
import { within } from "./call-agent.ts";
import { initialCall, reduceCall } from "./call-state.ts";
import { credentialOf, endOf, marginMs } from "./credential.ts";
import { endingOf } from "./endings.ts";
import { isHandedDown, obstacleOf } from "./obstacles.ts";
import { isSafePlace } from "./open-agent.ts";

const tokenUntil = (ms: number) => `x.${btoa(JSON.stringify({ exp: ms / 1000 }))}.y`;
const hour = 3_600_000;

describe("a token for the library", () => {
  test("is renewed before it runs out, once for all who ask", async () => {
    let [now, renewals] = [0, 0];
    const credential = credentialOf(
      tokenUntil(hour),
      async () => {
        renewals++;
        return tokenUntil(2 * hour);
      },
      () => now,
    );
    expect((await credential.getToken()).expiresOnTimestamp).toBe(hour);
    now = hour - marginMs + 1;
    const given = await Promise.all([credential.getToken(), credential.getToken()]);
    expect(given.map(({ expiresOnTimestamp }) => expiresOnTimestamp)).toEqual([2 * hour, 2 * hour]);
    expect(renewals).toBe(1);
  });

  test("stays in use while it is good and the renewal fails; afterwards the failure is told", async () => {
    let now = hour - 1;
    const credential = credentialOf(
      tokenUntil(hour),
      () => Promise.reject(new Error("away")),
      () => now,
    );
    expect((await credential.getToken()).expiresOnTimestamp).toBe(hour);
    now = hour;
    await expect(credential.getToken()).rejects.toThrow("away");
  });

  test("that does not say when it ends has ended", () => {
    expect(["", "a.b", `x.${btoa("{}")}.y`].map(endOf)).toEqual([0, 0, 0]);
  });
});

test.each([
  [{ code: 0, subCode: 0 }, true, "left"],
  [{ code: 0, subCode: 0 }, false, "ended"],
  [{ code: 0, subCode: 5300 }, false, "removed"],
  [{ code: 0, subCode: 5854 }, false, "not-admitted"],
  [{ code: 480, subCode: 10037 }, false, "unreachable"],
  [{ code: 487, subCode: 0 }, false, "no-answer"],
  [{ code: 603, subCode: 0 }, false, "declined"],
  [{ code: 500, subCode: 1 }, false, "lost"],
  [undefined, false, "lost"],
] as const)("the end %j, ours: %s, is %s", (reason, isOurs, ending) => {
  expect(endingOf(reason, isOurs)).toBe(ending);
});

describe("why there is no microphone", () => {
  const page = (allows: boolean) => ({ featurePolicy: { allowsFeature: () => allows } });
  test.each([
    ["NotAllowedError", "refused"],
    ["NotFoundError", "none"],
    ["NotReadableError", "in-use"],
    ["Unheard", "refused"],
  ])("%s: %s", (name, obstacle) => {
    expect(obstacleOf({ name }, "microphone", page(true))).toBe(obstacle);
    expect(obstacleOf({ name }, "microphone", page(false))).toBe("host");
  });
  test("a browser that cannot tell what is handed down is believed to hand it down", () => {
    expect(isHandedDown("microphone", {})).toBe(true);
  });
});

test.each([
  ["https:", "desk.example", true],
  ["http:", "localhost", true],
  ["http:", "127.0.0.1", false],
  ["http:", "desk.example", false],
])("%s//%s: %s", (protocol, hostname, isSafe) => {
  expect(isSafePlace({ protocol, hostname })).toBe(isSafe);
});

describe("what is known of a call", () => {
  const inCall = reduceCall(
    { ...initialCall, phase: "connecting" },
    { type: "news", news: { type: "place", place: "in" }, at: 5 },
  );
  test("the time counts from the first coming in", () => {
    const held = reduceCall(inCall, { type: "news", news: { type: "place", place: "held" }, at: 7 });
    const back = reduceCall(held, { type: "news", news: { type: "place", place: "in" }, at: 9 });
    expect([held.phase, back.phase, back.inSince]).toEqual(["held", "in", 5]);
  });
  test("a line of captions grows, and the oldest make room", () => {
    const said = (id: string, text: string) =>
      ({ type: "news", news: { type: "said", id, name: "Jonas", text }, at: 1 }) as const;
    const after = [said("1", "a"), said("1", "ab"), said("2", "c"), said("3", "d"), said("4", "e")].reduce(
      reduceCall,
      inCall,
    );
    expect(after.said.map(({ text }) => text)).toEqual(["c", "d", "e"]);
    expect([said("1", "a"), said("1", "ab")].reduce(reduceCall, inCall).said).toMatchObject([{ text: "ab" }]);
  });
  test("after the end nothing of it is left, whatever arrives late", () => {
    const over = reduceCall(inCall, { type: "news", news: { type: "over", ending: "removed" }, at: 9 });
    expect(over).toEqual({ ...initialCall, phase: "over", ending: "removed", inSince: 5 });
    expect(reduceCall(over, { type: "news", news: { type: "place", place: "in" }, at: 10 })).toBe(over);
    expect(reduceCall(over, { type: "failed", trouble: { code: "too-slow" } })).toBe(over);
  });
});

test("what takes too long is given up with its own reason", async () => {
  await expect(within(1, new Promise(() => {}), "not-loaded")).rejects.toMatchObject({ code: "not-loaded" });
  expect(await within(1000, Promise.resolve(3))).toBe(3);
});
