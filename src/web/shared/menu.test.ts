import { expect, test } from "vitest";
import { nextItem } from "./menu.tsx";

const items = ["Consult", "Chat", "Transfer", "Conference"].map((label) => ({ label }));

test.each([
  ["ArrowDown", 3, 0],
  ["ArrowUp", 0, 3],
  ["Home", 2, 0],
  ["End", 1, 3],
  ["c", 0, 1],
  ["C", 1, 3],
  ["t", 2, 2],
  ["z", 0, undefined],
  [" ", 0, undefined],
  ["Shift", 0, undefined],
])("%s from item %d leads to %s", (key, at, next) => expect(nextItem(key, at, items)).toBe(next));
