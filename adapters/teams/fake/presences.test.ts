import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPresences, readDuration, type Shown } from "./presences.ts";
import { createTestClock, minute } from "./test-world.ts";

const user = "somebody";
const start = () => {
  const clock = createTestClock();
  const presences = createPresences(clock);
  const sees = () => {
    const { availability, activity } = presences.see(user);
    return `${availability}/${activity}`;
  };
  return { clock, presences, sees };
};
const shown = (availability: string, activity = availability): Shown => ({ availability, activity });

describe("what Teams shows of several sessions", () => {
  it("is the strongest, and what is left when that one ends", () => {
    const { presences, sees } = start();
    presences.setClient(user, shown("Away"));
    presences.setSession(user, "one", shown("Busy", "InACall"), 60 * minute);
    presences.setSession(user, "two", shown("DoNotDisturb", "Presenting"), 30 * minute);
    expect(sees()).toBe("DoNotDisturb/Presenting");
    expect(presences.clearSession(user, "two")).toBe(true);
    expect(sees()).toBe("Busy/InACall");
    expect(presences.clearSession(user, "two")).toBe(false);
    presences.clearSession(user, "one");
    expect(sees()).toBe("Away/Away");
  });

  it("is the person's own choice, as long as there is a session at all", () => {
    const { clock, presences, sees } = start();
    presences.setPreferred(user, shown("Available"), 60 * minute);
    presences.setCall(user, shown("Busy", "InACall"));
    expect(sees()).toBe("Available/Available");
    presences.setCall(user, undefined);
    presences.setClient(user, undefined);
    expect(sees()).toBe("Offline/Offline");
    presences.setClient(user, shown("Busy", "InAMeeting"));
    expect(sees()).toBe("Available/Available");
    clock.pass(60 * minute);
    expect(sees()).toBe("Busy/InAMeeting");
  });

  it("is idle five minutes after an application last said Available, away after ten", () => {
    const { clock, presences, sees } = start();
    presences.setClient(user, undefined);
    presences.setSession(user, "one", shown("Available"), 240 * minute);
    clock.pass(5 * minute - 1);
    expect(sees()).toBe("Available/Available");
    clock.pass(1);
    expect(sees()).toBe("Available/AvailableInactive");
    clock.pass(5 * minute);
    expect(sees()).toBe("Away/Away");
    presences.setSession(user, "one", shown("Available"), 240 * minute);
    expect(sees()).toBe("Available/Available");
  });

  it("is offline when the last session has run out", () => {
    const { clock, presences, sees } = start();
    presences.setClient(user, undefined);
    presences.setSession(user, "one", shown("Busy", "InACall"), 5 * minute);
    clock.pass(5 * minute);
    expect(sees()).toBe("Offline/Offline");
  });

  it("does not depend on the order in which sessions were made", () => {
    const strengths = ["Away", "Available", "Busy", "DoNotDisturb"];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...strengths), { minLength: 1, maxLength: 6 }), (words) => {
        const { presences } = start();
        presences.setClient(user, undefined);
        words.forEach((word, i) => {
          presences.setSession(user, `app ${i}`, shown(word), 5 * minute);
        });
        const strongest = Math.max(...words.map((word) => strengths.indexOf(word)));
        expect(presences.see(user).availability).toBe(strengths[strongest]);
      }),
    );
  });

  it("has a number that grows with each change and only then", () => {
    const { presences } = start();
    const number = () => Number(presences.see(user).sequenceNumber);
    const first = number();
    expect(number()).toBe(first);
    presences.setCall(user, shown("Busy", "InACall"));
    expect(number()).toBe(first + 1);
  });
});

describe("durations", () => {
  it.each([
    ["PT5M", 5 * minute],
    ["PT4H", 240 * minute],
    ["PT1H30M15S", 90 * minute + 15_000],
    ["P1D", 1_440 * minute],
    ["P1DT1M", 1_441 * minute],
    ["PT", undefined],
    ["P", undefined],
    ["5M", undefined],
    ["PT-5M", undefined],
    ["", undefined],
  ])("%s", (text, ms) => expect(readDuration(text)).toBe(ms));
});
