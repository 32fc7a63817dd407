import { afterEach, expect, test, vi } from "vitest";
import { holdToken, renewalDelayMs } from "./token.ts";

const jwt = (claims: object) => `x.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.y`;
const now = 1_000_000_000_000;

test.each([
  ["half of what is left", jwt({ exp: now / 1000 + 600 }), 300_000],
  ["soon when it is about to end", jwt({ exp: now / 1000 + 1 }), 1000],
  ["soon when it has ended", jwt({ exp: now / 1000 - 50 }), 1000],
  ["half of the usual life when the token does not say", "opaque", 450_000],
  ["half of the usual life when the token is garbage", "a.%%%.c", 450_000],
])("a token is renewed after %s", (_when, token, delayMs) => expect(renewalDelayMs(token, now)).toBe(delayMs));

afterEach(() => void vi.useRealTimers());

test("a host whose tokens are all refused is asked less and less often, and at once when the agent wants it", () => {
  vi.useFakeTimers();
  const asks: string[] = [];
  const token = holdToken({ renew: () => Promise.reject(new Error()), missing: (why) => asks.push(why), arrived() {} });
  const answer = () => {
    token.take("opaque");
    token.refused();
    token.refused(); // the feed hears the same
  };
  for (let times = 0; times < 3; times++) answer();
  expect(asks).toHaveLength(3);
  vi.advanceTimersByTime(500);
  expect(asks).toHaveLength(3);
  vi.advanceTimersByTime(5_000);
  expect(asks).toHaveLength(4);
  for (let times = 0; times < 20; times++) {
    answer();
    vi.advanceTimersByTime(30_000);
  }
  expect(asks.length).toBeGreaterThan(15);
  expect(asks.length).toBeLessThan(30);
  answer();
  const before = asks.length;
  token.ask();
  expect(asks).toHaveLength(before + 1);
  token.take("opaque");
  token.accepted();
  token.refused();
  expect(asks).toHaveLength(before + 2);
});
