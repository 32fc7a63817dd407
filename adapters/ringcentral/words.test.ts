import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ShownPresence, saysEnough, toPresence } from "./words.ts";

const free: ShownPresence = {
  presenceStatus: "Available",
  userStatus: "Available",
  dndStatus: "TakeAllCalls",
  telephonyStatus: "NoCall",
  meetingStatus: "Disconnected",
  allowSeeMyPresence: true,
};

describe("what RingCentral's words mean", () => {
  it.each<[string, Partial<ShownPresence>, string, string]>([
    ["free", {}, "available", "none"],
    ["busy by hand", { presenceStatus: "Busy", userStatus: "Busy" }, "busy", "none"],
    ["on a call", { presenceStatus: "Busy", telephonyStatus: "CallConnected" }, "busy", "on-call"],
    ["holding a call", { presenceStatus: "Busy", telephonyStatus: "OnHold" }, "busy", "on-call"],
    ["called", { telephonyStatus: "Ringing" }, "available", "ringing"],
    [
      "called while on a call",
      { presenceStatus: "Busy", telephonyStatus: "Ringing", activeCalls: [{ telephonyStatus: "CallConnected" }] },
      "busy",
      "on-call",
    ],
    ["parked a call", { telephonyStatus: "ParkedCall" }, "available", "none"],
    ["on another phone", { presenceStatus: "Busy", aggregatedTelephonyStatus: "CallConnected" }, "busy", "on-call"],
    ["on a contact-center call", { presenceStatus: "Busy", cxTelephonyStatus: "CallConnected" }, "busy", "on-call"],
    ["in a meeting", { presenceStatus: "Busy", meetingStatus: "Connected" }, "busy", "in-meeting"],
    ["not to be disturbed", { dndStatus: "DoNotAcceptAnyCalls" }, "do-not-disturb", "none"],
    [
      "not to be disturbed, new call handling",
      { dndStatus: "TakeAllCalls", dndStatusPersonal: "DoNotAcceptAnyCalls" },
      "do-not-disturb",
      "none",
    ],
    [
      "not to be disturbed on a call",
      { dndStatus: "DoNotAcceptAnyCalls", telephonyStatus: "CallConnected" },
      "do-not-disturb",
      "on-call",
    ],
    ["away from the queue", { dndStatus: "DoNotAcceptDepartmentCalls" }, "available", "none"],
    ["signed out", { presenceStatus: "Offline" }, "offline", "none"],
    ["hidden", { presenceStatus: "Offline", allowSeeMyPresence: false }, "unknown", "none"],
    ["a new word", { presenceStatus: "Meditating" }, "unknown", "none"],
    ["nothing", { presenceStatus: undefined }, "unknown", "none"],
  ])("%s", (_name, change, availability, activity) => {
    expect(toPresence({ ...free, ...change })).toMatchObject({ availability, activity });
  });

  it("available is said only where RingCentral says Available and nobody asked for quiet", () => {
    const word = fc.option(
      fc.oneof(fc.constantFrom("Available", "Busy", "Offline", "TakeAllCalls", "DoNotAcceptAnyCalls"), fc.string()),
    );
    const shown = fc.record({
      presenceStatus: word,
      userStatus: word,
      dndStatus: word,
      dndStatusPersonal: word,
      telephonyStatus: word,
    });
    fc.assert(
      fc.property(shown, (one) => {
        const isQuiet = [one.dndStatus, one.dndStatusPersonal].includes("DoNotAcceptAnyCalls");
        expect(toPresence(one).availability === "available").toBe(one.presenceStatus === "Available" && !isQuiet);
      }),
    );
  });
});

describe("a pushed body says enough", () => {
  const busy = { ...free, presenceStatus: "Busy" };
  it.each<[string, boolean, ShownPresence]>([
    ["whole", true, free],
    ["without the status", false, { ...free, presenceStatus: undefined }],
    ["without Do Not Disturb", false, { ...free, dndStatus: undefined }],
    ["with the new field only", true, { ...free, dndStatus: undefined, dndStatusPersonal: "TakeAllCalls" }],
    ["quiet, whatever else is missing", true, { presenceStatus: "Available", dndStatus: "DoNotAcceptAnyCalls" }],
    ["without the phone", false, { ...free, telephonyStatus: undefined }],
    [
      "no calls instead of the phone",
      true,
      { ...free, telephonyStatus: undefined, activeCalls: [], totalActiveCalls: 0 },
    ],
    ["no calls by number", true, { ...free, telephonyStatus: undefined, totalActiveCalls: 0 }],
    [
      "seven calls of nine, none connected",
      false,
      {
        ...free,
        telephonyStatus: undefined,
        activeCalls: Array(7).fill({ telephonyStatus: "Ringing" }),
        totalActiveCalls: 9,
      },
    ],
    [
      "seven calls of nine, one connected",
      true,
      {
        ...busy,
        telephonyStatus: undefined,
        activeCalls: Array(7).fill({ telephonyStatus: "CallConnected" }),
        totalActiveCalls: 9,
      },
    ],
    ["busy, and no word with what", false, { ...busy, meetingStatus: undefined }],
    ["busy by hand", true, { ...busy, userStatus: "Busy", meetingStatus: undefined }],
    ["busy on a call", true, { ...busy, telephonyStatus: "CallConnected", meetingStatus: undefined }],
    ["busy with something else than meetings", true, busy],
  ])("%s: %s", (_name, expected, shown) => {
    expect(saysEnough(shown)).toBe(expected);
  });
});
