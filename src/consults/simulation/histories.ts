import fc from "fast-check";
import { answers, kinds, moves } from "../model.ts";
import { type Act, calmAtMs, type Fate, type History, type Look, type Person, type Push } from "./history.ts";
import type { Phone, Quirks } from "./platform.ts";

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
/** In one story of so many. */
const inOne = <T>(many: number, arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: many - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const ms = (max: number) => fc.integer({ min: 0, max });
/** Leaves out what is undefined, as exact optional properties want it. */
const compact = <T>(arbitrary: fc.Arbitrary<{ [K in keyof T]: T[K] | undefined }>): fc.Arbitrary<T> =>
  arbitrary.map((value) => Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T);

const fate = compact<Fate>(
  fc.record({
    answers: fc.constantFrom("done", "done-and-shows", "accepted", "refused", "unknown", "nothing"),
    effect: fc.constantFrom("at-once", "late", "never"),
    afterMs: ms(900),
    lateMs: ms(3_500),
    againAfterMs: optional(ms(5_000)),
  }),
);
const push = compact<Push>(fc.record({ afterMs: ms(1_500), isLost: fc.boolean(), againAfterMs: optional(ms(4_000)) }));
/** Looking takes time: what is seen was asked for before. */
const look: fc.Arbitrary<Look> = fc.record({ afterMs: fc.integer({ min: 1, max: 800 }), isLost: fc.boolean() });

const phone = compact<Phone>(
  fc.record({
    does: fc.constantFrom(
      "answer",
      "answer-unknown",
      "voicemail",
      "voicemail-late",
      "voicemail-unknown",
      "busy",
      "ring-on",
      "decline",
    ),
    afterMs: ms(6_000),
    hangsUpAfterMs: optional(ms(15_000)),
  }),
);
const seldom = fc.integer({ min: 0, max: 9 }).map((n) => n === 9);
const person = compact<Person>(
  fc.record({
    answer: optional(fc.constantFrom(...answers, "now" as const)),
    afterMs: ms(10_000),
    againAfterMs: optional(ms(15_000)),
    later: optional(fc.record({ answer: fc.constantFrom(...answers), afterMs: ms(20_000) })),
    freeAfterMs: inOne(6, ms(calmAtMs)),
    isUndeliverable: seldom,
    hasPhone: seldom.map((isSo) => !isSo),
    phone,
  }),
);
/** Most stories are about somebody who comes and helps. */
const helper = compact<Person>(
  fc.record({
    answer: fc.constant("now" as const),
    afterMs: ms(2_000),
    againAfterMs: optional(ms(15_000)),
    later: fc.constant(undefined),
    freeAfterMs: inOne(12, ms(20_000)),
    isUndeliverable: fc.constant(false),
    hasPhone: fc.constant(true),
    phone: compact<Phone>(
      fc.record({
        does: fc.constantFrom("answer", "answer", "answer-unknown", "voicemail-late"),
        afterMs: ms(3_000),
        hangsUpAfterMs: fc.option(ms(30_000), { nil: undefined, freq: 3 }),
      }),
    ),
  }),
);

const acts: Act[] = [
  ...moves,
  "talk-to-customer",
  "talk-to-expert",
  "all-together",
  "hand-over",
  "hand-over-heard",
  "add-expert",
  "drop-second",
  "agent-hangs-up",
  "agent-holds",
  "agent-resumes",
  "agent-merges",
  "agent-drops-expert",
  "customer-hangs-up",
  "customer-hangs-up",
  "replied",
  "start",
  "tick",
];
const quirks: fc.Arbitrary<Quirks> = fc.record({
  numbers: fc.boolean(),
  clockSkewMs: fc.integer({ min: -5_000, max: 1_900 }),
  forgetsTheLeft: fc.boolean(),
  keepsHoldAfterLoss: fc.boolean(),
  keepsHoldAfterCommand: fc.boolean(),
  endsWithCustomer: fc.boolean(),
});

/** Mostly calls; questions and meetings have little that can go wrong. */
const kind = fc.constantFrom(...kinds, "consult" as const, "transfer" as const, "conference" as const);
const atMs = fc.oneof(ms(12_000), ms(calmAtMs));
const someActs = fc.array(fc.record({ atMs, does: fc.constantFrom(...acts) }), { maxLength: 7 });

const story = {
  kind,
  mode: fc.constantFrom("ask", "ring"),
  abreast: fc.integer({ min: 1, max: 3 }),
  people: fc.array(fc.oneof(helper, person), { minLength: 1, maxLength: 3 }),
  guests: fc.array(fc.oneof(helper, person), { minLength: 1, maxLength: 2 }),
} as const;

/** Everything that can go wrong does, in any order. */
export const anyHistory: fc.Arbitrary<History> = fc.record({
  ...story,
  quirks,
  acts: someActs,
  fates: fc.array(fate, { maxLength: 12 }),
  pushes: fc.array(push, { maxLength: 25 }),
  looks: fc.array(look, { maxLength: 10 }),
});

/** People do as they like; wires and platforms do as they should. */
export const smoothHistory: fc.Arbitrary<History> = fc.record({
  ...story,
  quirks: quirks.map((some) => ({ ...some, keepsHoldAfterCommand: false })),
  acts: someActs,
  fates: fc.constant([]),
  pushes: fc.constant([]),
  looks: fc.constant([]),
});

const at = (fromMs: number, toMs: number) => fc.integer({ min: fromMs, max: toMs });
/** Somebody helps, and the agent adds somebody else. */
const adding = {
  ...story,
  kind: fc.constantFrom("conference", "conference", "consult"),
  people: fc.array(helper, { minLength: 1, maxLength: 2 }),
  acts: fc
    .tuple(
      fc.record({ atMs: at(3_000, 9_000), does: fc.constant("all-together" as const) }),
      fc.record({ atMs: at(5_000, 15_000), does: fc.constant("add-expert" as const) }),
      fc.record({ atMs: at(9_000, 30_000), does: fc.constantFrom("add-expert" as const, "drop-second" as const) }),
      someActs,
    )
    .map(([together, first, second, others]) => [together, first, second, ...others.slice(0, 4)]),
} as const;

export const addingHistory: fc.Arbitrary<History> = fc.record({
  ...adding,
  quirks,
  fates: fc.array(fate, { maxLength: 12 }),
  pushes: fc.array(push, { maxLength: 25 }),
  looks: fc.array(look, { maxLength: 10 }),
});
export const smoothAddingHistory: fc.Arbitrary<History> = fc.record({
  ...adding,
  quirks: quirks.map((some) => ({ ...some, keepsHoldAfterCommand: false })),
  fates: fc.constant([]),
  pushes: fc.constant([]),
  looks: fc.constant([]),
});
