import { expect, test } from "vitest";
import { holdToken } from "./token.ts";

const token = (secondsLeft: number, mark = "") =>
  `h.${btoa(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + secondsLeft, mark }))}.s`;

test("the host is asked again when a token is about to run out, and not before", async () => {
  const tokens = [token(30), token(3_600, "b"), token(3_600, "c")];
  let asked = 0;
  const holder = holdToken(undefined, { token: async () => tokens[asked++] ?? "" });
  await holder.get();
  expect(await holder.get()).toBe(tokens[1]);
  expect(await holder.get()).toBe(tokens[1]);
  expect(asked).toBe(2);
});

test("after a refusal another token is wanted; the same again is none", async () => {
  const same = token(3_600);
  const stubborn = holdToken(same, { token: async () => same });
  expect(await stubborn.refused()).toBe(false);
  const other = holdToken(same, { token: async () => token(3_600, "new") });
  expect(await other.refused()).toBe(true);
  expect(other.now()).not.toBe(same);
});

test("without a host the token of the address is all there is", async () => {
  expect(await holdToken("plain", undefined).get()).toBe("plain");
  expect(await holdToken(undefined, undefined).get()).toBeUndefined();
  expect(await holdToken("plain", undefined).refused()).toBe(false);
});

test("a host that fails to sign in leaves nobody signed in", async () => {
  const holder = holdToken(undefined, { token: () => Promise.reject(new Error("consent required")) });
  expect(await holder.get()).toBeUndefined();
});
