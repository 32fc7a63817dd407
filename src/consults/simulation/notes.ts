import type { InteractionSnapshot } from "../../platform/contract.ts";

/** One line of a story, for people. */
export const describe = (words: unknown[]): string =>
  words.map((word) => (typeof word === "object" ? JSON.stringify(word, shorten) : String(word))).join(" ");

function shorten(key: string, value: unknown): unknown {
  if (key !== "snapshot") return value;
  const { sequence, parties } = value as InteractionSnapshot;
  return `#${sequence} ${parties.map((one) => `${one.ref}:${one.state}${one.human === false ? "!" : ""}`).join(" ")}`;
}

/** A pure function changes nothing that it is given. */
export function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null && !(value instanceof Date)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}
