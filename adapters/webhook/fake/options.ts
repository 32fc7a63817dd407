import type { CallOperation } from "../../../src/platform/contract.ts";
import { callOperations } from "../../../src/platform/contract.ts";
import { type Clock, realClock } from "../../../src/testing/clock.ts";
import { type FakeAgent, type Status, usualStatuses } from "./agents.ts";
import type { Habits } from "./call.ts";

export type FakeOptions = Partial<Settled> & {
  secret: string;
  agents: readonly FakeAgent[];
  /** Where events go; nowhere until `sendEventsTo` when absent. */
  eventsUrl?: string;
};

type Settled = Habits & {
  clock: Clock;
  /** Carries the events. */
  fetch: typeof fetch;
  statuses: readonly Status[];
  operations: readonly CallOperation[];
  /** Of these, those that only the agent's softphone in the browser can carry out. */
  desk: readonly CallOperation[];
  /** The platforms whose users it rings without a number. */
  userPlatforms: readonly string[];
  partiesMax: number;
  /** `accepted`: 202 now, the outcome by an event. `done`: 200 with the outcome. */
  answers: "accepted" | "done";
  /** How long after an `accepted` answer a command takes effect. */
  workMs: number;
  /** From dialling until it rings. */
  dialMs: number;
  /** How long a phone rings when the command does not say. */
  ringMs: number;
  wrapUpMs: number;
  pageSize: number;
  /** Does the interaction get another id when the agent hands it over? It is still found by the old one. */
  renumbers: boolean;
};

export type Options = Settled & FakeOptions;

export const settle = (options: FakeOptions): Options => ({
  clock: realClock,
  fetch: (input, init) => fetch(input, init),
  statuses: usualStatuses,
  operations: callOperations,
  desk: [],
  userPlatforms: [],
  partiesMax: 5,
  answers: "accepted",
  workMs: 0,
  dialMs: 0,
  ringMs: 30_000,
  wrapUpMs: 10_000,
  pageSize: 100,
  renumbers: false,
  endsWithCustomer: true,
  returnsCustomer: false,
  hearsMachines: true,
  ...options,
});
