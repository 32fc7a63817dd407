/** The morning: everybody logs in, takes a call and is free again, each at times of their own. */
import { externalId } from "../company.ts";
import { createRandom } from "../random.ts";
import { eventOf } from "./pushes.ts";

export type Arrivals = {
  people: number;
  /** Everybody has logged in after so long, by the wall clock. */
  spanMs: number;
  /** Between two changes of one person at most; at least a tenth of it. */
  pauseMsMax: number;
  seed: number;
};
/** `number` is the person's number times three, and which of their three changes it is. */
export type Arrival = { number: number; dueMs: number };

const steps = ["available", "on-call", "available"];
export const changesEach = steps.length;
/** One in so many has a customer whom the contact center tells about too. */
const callEvery = 50;

export const statusOf = (number: number) => `Status ${number}`;
export const personOf = (number: number) => Math.floor(number / changesEach);
export const lastOf = (person: number) => person * changesEach + changesEach - 1;

/** In the order in which they happen; the same seed gives the same morning. */
export function arrivalsOf({ people, spanMs, pauseMsMax, seed }: Arrivals): Arrival[] {
  const random = createRandom(seed);
  const all: Arrival[] = [];
  for (let person = 0; person < people; person++) {
    let dueMs = random() * spanMs;
    for (let step = 0; step < changesEach; step++) {
      all.push({ number: person * changesEach + step, dueMs });
      dueMs += pauseMsMax * (0.1 + 0.9 * random());
    }
  }
  return all.sort((a, b) => a.dueMs - b.dueMs);
}

/** What the contact center tells: who shows what, and of some the call too, which begins and ends. */
export function eventsOf(number: number, at: Date): { eventId: string }[] {
  const person = personOf(number);
  const step = number % changesEach;
  const change = eventOf({ number, person, status: statusOf(number), means: steps[step] ?? "", at });
  return person % callEvery === 0 && step > 0 ? [change, callOf(person, step, at)] : [change];
}

function callOf(person: number, step: number, at: Date) {
  const isOver = step === changesEach - 1;
  const state = isOver ? "left" : "connected";
  const parties = [
    { ref: "customer", role: "customer", state },
    { ref: "agent", role: "agent", state, account: externalId(person) },
  ];
  const occurredAt = at.toISOString();
  const snapshot = {
    ...{ ref: `call-${person}`, state: isOver ? "ended" : "live", parties, sequence: step },
    ...{ startedAt: occurredAt, observedAt: occurredAt },
  };
  return {
    eventId: `call-${person}-${step}`,
    occurredAt,
    type: "interaction.changed",
    interaction: `call-${person}`,
    snapshot,
  };
}
