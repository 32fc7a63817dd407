/** Changes of presence as they come from platforms: a few people change all the time, some twice, some late. */
import { createRandom, createZipf } from "../random.ts";

export type Change = { person: number; sequence: number; at: Date };

export type Shape = {
  people: number;
  /** So many things happen; with those that are told twice there are a tenth more. */
  changes: number;
  seed: number;
  /** Nobody's sequence starts again from one round to the next. */
  firstSequence: number;
  startedAt: Date;
};

const duplicateShare = 0.1;
const lateShare = 0.1;
/** How far behind its place a late one comes. */
const lateBy = 2_000;

/** A platform has a few dozen words, whoever they are about. */
const words = 50;
export const nativeOf = (sequence: number) => `Status ${sequence % words}`;

/** The same shape gives the same changes. One in ten is told again, one in ten comes late. */
export function changesOf({ people, changes, seed, firstSequence, startedAt }: Shape): Change[] {
  const random = createRandom(seed);
  const draw = createZipf(people, random);
  const placed: { change: Change; place: number }[] = [];
  for (let index = 0; index < changes; index++) {
    const sequence = firstSequence + index;
    const change = { person: draw(), sequence, at: new Date(startedAt.getTime() + index) };
    const isLate = random() < lateShare;
    placed.push({ change, place: index + (isLate ? random() * lateBy : 0) });
    if (random() < duplicateShare) placed.push({ change, place: index + random() * lateBy });
  }
  return placed.sort((a, b) => a.place - b.place).map(({ change }) => change);
}

/** What each person must show in the end. */
export function lastOf(changes: readonly Change[]): Map<number, number> {
  const last = new Map<number, number>();
  for (const { person, sequence } of changes) last.set(person, Math.max(sequence, last.get(person) ?? 0));
  return last;
}
