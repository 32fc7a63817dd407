import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activities, availabilities } from "../../src/platform/contract.ts";
import { closestPair, holds, readWords } from "./words.ts";

describe("Teams' words", () => {
  it.each([
    ["Available", "Available", "available", "none"],
    ["AvailableIdle", "AvailableInactive", "available", "inactive"],
    ["Busy", "InACall", "busy", "on-call"],
    ["Busy", "InAMeeting", "busy", "in-meeting"],
    ["Busy", "InAConferenceCall", "busy", "on-call"],
    ["DoNotDisturb", "Presenting", "do-not-disturb", "presenting"],
    ["BeRightBack", "BeRightBack", "away", "be-right-back"],
    ["Away", "OutOfOffice", "away", "out-of-office"],
    ["Offline", "OffWork", "offline", "off-work"],
    ["PresenceUnknown", "PresenceUnknown", "unknown", "none"],
  ])("%s/%s", (availability, activity, ours, doing) => {
    expect(readWords({ availability, activity })).toEqual({
      availability: ours,
      activity: doing,
      native: `${availability}/${activity}`,
    });
  });

  it("keep their availability when only the activity is new", () => {
    expect(readWords({ availability: "Busy", activity: "Juggling" })).toMatchObject({
      availability: "busy",
      activity: "none",
    });
  });

  it("say nothing when they are missing or strange, and never available", () => {
    for (const word of [null, undefined, "", "available", "constructor", "__proto__"]) {
      expect(readWords({ availability: word ?? null, activity: "InACall" }).availability).toBe("unknown");
    }
    fc.assert(
      fc.property(fc.string(), fc.string(), (availability, activity) => {
        const read = readWords({ availability, activity });
        if (read.availability === "available") expect(["Available", "AvailableIdle"]).toContain(availability);
      }),
    );
  });
});

describe("what we may show", () => {
  it("reads back as what we meant", () => {
    for (const presence of holds) {
      const { pair } = closestPair(presence) ?? { pair: {} };
      expect(readWords(pair)).toMatchObject(presence);
    }
  });

  it("never differs in availability from what was wanted, and is never available", () => {
    const wanted = fc.record({
      availability: fc.constantFrom(...availabilities),
      activity: fc.constantFrom(...activities),
    });
    fc.assert(
      fc.property(wanted, (presence) => {
        const closest = closestPair(presence);
        if (closest) expect(closest.presence.availability).toBe(presence.availability);
        if (presence.availability === "available") expect(closest).toBeUndefined();
      }),
    );
  });
});
