import { expect, test } from "vitest";
import { renewalDelayMs } from "./token.ts";

const jwt = (claims: object) => `x.${btoa(JSON.stringify(claims)).replaceAll("=", "")}.y`;
const now = 1_000_000_000_000;

test.each([
  ["half of what is left", jwt({ exp: now / 1000 + 600 }), 300_000],
  ["soon when it is about to end", jwt({ exp: now / 1000 + 1 }), 1000],
  ["soon when it has ended", jwt({ exp: now / 1000 - 50 }), 1000],
  ["half of the usual life when the token does not say", "opaque", 450_000],
  ["half of the usual life when the token is garbage", "a.%%%.c", 450_000],
])("a token is renewed after %s", (_when, token, delayMs) => expect(renewalDelayMs(token, now)).toBe(delayMs));
