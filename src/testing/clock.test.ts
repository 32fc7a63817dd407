import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { realClock } from "./clock.ts";

describe("the real clock", () => {
  let nowMs = 1_000_000;
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    vi.spyOn(Date, "now").mockImplementation(() => nowMs);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it("never rings before it shows the time, though its timer does", () => {
    const run = vi.fn();
    realClock.after(100, run);
    nowMs += 99;
    vi.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
    nowMs += 1;
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  it("can be called off, also when it has rung too early", () => {
    const run = vi.fn();
    const cancel = realClock.after(100, run);
    nowMs += 99;
    vi.advanceTimersByTime(100);
    cancel();
    nowMs += 100;
    vi.advanceTimersByTime(100);
    expect(run).not.toHaveBeenCalled();
  });
});
