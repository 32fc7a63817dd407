import { describe, expect, it } from "vitest";
import { meaningOf, toPresence } from "./words.ts";

describe("activities", () => {
  it("are known by their usual names, however they are spelled", () => {
    expect(meaningOf("Offline")).toMatchObject({ availability: "offline" });
    expect(meaningOf("On Break")).toMatchObject({ activity: "break" });
    expect(meaningOf("after-call work")).toMatchObject({ activity: "wrap-up" });
    expect(meaningOf("constructor")).toBeUndefined();
  });

  it("with a name that we do not know say nothing, unless TaskRouter calls them available", () => {
    expect(toPresence("Zen", false, undefined)).toMatchObject({
      availability: "unknown",
      native: "Zen",
      routable: false,
    });
    expect(toPresence("Zen", undefined, undefined)).toEqual({
      availability: "unknown",
      activity: "none",
      native: "Zen",
    });
    expect(toPresence("Inbound", true, undefined)).toMatchObject({ availability: "available", routable: true });
  });

  it("are worth less than what an agent is engaged in", () => {
    expect(toPresence("Available", true, "on-call")).toMatchObject({ availability: "busy", activity: "on-call" });
    expect(toPresence("Zen", false, "wrap-up")).toMatchObject({ availability: "busy", activity: "wrap-up" });
  });
});
