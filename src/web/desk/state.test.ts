import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeskView } from "../../views.ts";
import { consult, interaction, party } from "./samples.ts";
import {
  answersWaiting,
  consultsOf,
  currentInteraction,
  type DeskEvent,
  type DeskState,
  initialDesk,
  reduceDesk,
  shownInteractions,
} from "./state.ts";

const at = Date.parse("2026-03-02T12:00:10.000Z");
const deskView = (change: Partial<DeskView> = {}): DeskView => ({
  agent: {
    personId: "per_ana",
    name: "Ana",
    reachability: {
      state: "later",
      availability: "busy",
      activity: "on-call",
      reasons: [],
      skipped: [],
      presences: [],
    },
  },
  interactions: [interaction()],
  consults: [],
  skills: [],
  favourites: [],
  serverTime: "2026-03-02T12:00:12.000Z",
  ...change,
});
const run = (events: DeskEvent[], from: DeskState = initialDesk()) => events.reduce(reduceDesk, from);
const ready = (change: Partial<DeskView> = {}) => run([{ type: "loaded", desk: deskView(change), at }]);

describe("loading", () => {
  test("shows what the service knows, by the service's clock", () => {
    const state = ready();
    expect(state).toMatchObject({ phase: "ready", clockOffsetMs: 2000 });
    expect(currentInteraction(state)?.id).toBe("int_1");
  });

  test("forgets what is over and keeps what live news has overtaken", () => {
    const before = run([
      { type: "consult", consult: consult({ id: "cst_old" }) },
      { type: "consult", consult: consult({ version: 7, state: "consulting" }) },
    ]);
    const state = run([{ type: "loaded", desk: deskView({ consults: [consult({ version: 6 })] }), at }], before);
    expect(state.consults.map(({ id, version }) => [id, version])).toEqual([["cst_1", 7]]);
  });

  test("keeps what was heard of after it had been asked for, and forgets what was over before", () => {
    const news = interaction({ id: "int_new", ref: "call-new" });
    const known = run([{ type: "interaction", interaction: news, at: at + 5 }], ready());
    const late = run([{ type: "loaded", desk: deskView(), at: at + 9, askedAt: at + 1 }], known);
    expect(late.interactions.map(({ id }) => id)).toEqual(["int_1", "int_new"]);
    const later = run([{ type: "loaded", desk: deskView(), at: at + 20, askedAt: at + 10 }], late);
    expect(later.interactions.map(({ id }) => id)).toEqual(["int_1"]);
  });

  test("takes no answer that was asked for before the one it has", () => {
    const newer = run([{ type: "loaded", desk: deskView(), at: at + 9, askedAt: at + 5 }], ready());
    const older: DeskEvent = { type: "loaded", desk: deskView({ interactions: [] }), at: at + 10, askedAt: at + 1 };
    expect(run([older], newer).interactions).toHaveLength(1);
  });

  test("that fails later on leaves the desk as it was", () => {
    expect(run([{ type: "load-failed", trouble: { code: "offline" } }], ready()).phase).toBe("ready");
    expect(run([{ type: "load-failed", trouble: { code: "offline" } }]).phase).toBe("failed");
  });
});

describe("news", () => {
  test("of a consult never goes back to an older version, in any order", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5], { minLength: 1 }), (versions) => {
        const state = run(versions.map((version) => ({ type: "consult", consult: consult({ version }) })));
        expect(state.consults[0]?.version).toBe(Math.max(...versions));
      }),
    );
  });

  test("of the call inside a consult counts for the interaction", () => {
    const held = interaction({
      observedAt: "2026-03-02T12:00:05.000Z",
      parties: [party("customer", { music: true, state: "held" }), party("agent")],
    });
    const state = run([{ type: "consult", consult: consult({ interaction: held }) }], ready());
    expect(currentInteraction(state)?.parties[0]?.music).toBe(true);
    const late = run([{ type: "interaction", interaction: interaction() }], state);
    expect(currentInteraction(late)?.parties[0]?.music).toBe(true);
  });
});

describe("the customer in front of the agent", () => {
  const two = () => ready({ interactions: [interaction(), interaction({ id: "int_2" })] });

  test("stays the same when the platform gives the call another id on its way", () => {
    const other = interaction({ id: "int_2", ref: "call-2", rootRef: "call-2" });
    const chosen = run([{ type: "choose", interaction: "call-2" }], ready({ interactions: [interaction(), other] }));
    expect(currentInteraction(chosen)?.id).toBe("int_2");
    const renumbered = { ...other, ref: "call-9", rootRef: "call-9", observedAt: "2026-03-02T12:01:00.000Z" };
    expect(currentInteraction(run([{ type: "interaction", interaction: renumbered }], chosen))?.id).toBe("int_2");
  });

  test("is found by the name that the host page gave before the call was known here", () => {
    const early = run([{ type: "choose", interaction: "call-2" }], ready());
    expect(currentInteraction(early)?.id).toBe("int_1");
    const news = interaction({ id: "int_2", ref: "call-7", rootRef: "call-2" });
    expect(currentInteraction(run([{ type: "interaction", interaction: news }], early))?.id).toBe("int_2");
  });

  test("is the chosen one while it is there", () => {
    const chosen = run([{ type: "choose", interaction: "int_2" }], two());
    expect(currentInteraction(chosen)?.id).toBe("int_2");
    const over = run(
      [
        {
          type: "interaction",
          interaction: interaction({ id: "int_2", state: "ended", observedAt: "2026-03-02T12:01:00.000Z" }),
        },
      ],
      chosen,
    );
    expect(currentInteraction(over)?.id).toBe("int_1");
  });

  test("goes with the hand-over, once the outcome has been put away", () => {
    const without = interaction({
      observedAt: "2026-03-02T12:02:00.000Z",
      parties: [party("customer"), party("expert")],
    });
    const done = consult({
      state: "ended",
      result: "transferred",
      endedAt: "2026-03-02T12:02:00.000Z",
      interaction: without,
    });
    const state = run([{ type: "consult", consult: done }], ready());
    expect(currentInteraction(state)?.id).toBe("int_1");
    expect(currentInteraction(run([{ type: "dismiss", consult: done.id }], state))).toBeUndefined();
  });
});

test("of what is over only the last is still shown, after what goes on", () => {
  const over = ["int_2", "int_3", "int_4"].map((id) => interaction({ id, ref: id, state: "ended" }));
  const ended = over.map(({ id }, index) =>
    consult({ id: `cst_${id}`, interactionId: id, state: "ended", endedAt: `2026-03-02T12:0${index}:00.000Z` }),
  );
  const events = ended.map((one): DeskEvent => ({ type: "consult", consult: one }));
  const state = run(events, ready({ interactions: [...over, interaction()] }));
  expect(shownInteractions(state).map(({ id }) => id)).toEqual(["int_1", "int_4"]);
});

describe("consults of a customer", () => {
  test("are the live ones, else the newest that ended and was not put away", () => {
    const ended = (id: string, endedAt: string) => consult({ id, state: "ended", endedAt });
    const events: DeskEvent[] = [
      { type: "consult", consult: ended("cst_a", "2026-03-02T12:01:00.000Z") },
      { type: "consult", consult: ended("cst_b", "2026-03-02T12:02:00.000Z") },
    ];
    const state = run(events, ready());
    expect(consultsOf(state, "int_1").map(({ id }) => id)).toEqual(["cst_b"]);
    expect(consultsOf(run([{ type: "dismiss", consult: "cst_b" }], state), "int_1").map(({ id }) => id)).toEqual([
      "cst_a",
    ]);
    expect(
      consultsOf(run([{ type: "consult", consult: consult({ id: "cst_c" }) }], state), "int_1").map(({ id }) => id),
    ).toEqual(["cst_c"]);
  });
});

describe("what was pressed", () => {
  test("is under way until it is answered, and a refusal is kept to be shown", () => {
    const pressed = run([{ type: "ask", key: "per_jonas" }], ready());
    expect(pressed.asking).toEqual(["per_jonas"]);
    const refused = run([{ type: "asked", key: "per_jonas", trouble: { code: "conflict" } }], pressed);
    expect(refused).toMatchObject({ asking: [], trouble: { code: "conflict" } });
    expect(run([{ type: "ask", key: "per_jonas" }], refused).trouble).toBeUndefined();
  });

  test("a move ends with the new view", () => {
    const moving = run(
      [
        { type: "consult", consult: consult() },
        { type: "move", consult: "cst_1", move: "cancel" },
      ],
      ready(),
    );
    const moved = run([{ type: "moved", consult: "cst_1", view: consult({ version: 2, state: "ended" }) }], moving);
    expect(moved.moving).toEqual({});
    expect(moved.consults[0]?.state).toBe("ended");
  });
});

test("the moment of a lost connection is when it was first lost", () => {
  const lost = run(
    [
      { type: "connection", state: "lost", at },
      { type: "connection", state: "lost", at: at + 9000 },
    ],
    ready(),
  );
  expect(lost.connection).toEqual({ state: "lost", lostAt: at + 2000 });
  expect(run([{ type: "connection", state: "live", at }], lost).connection).toEqual({ state: "live" });
});

test("a host page may name the conversation by the platform's own id", () => {
  const both = ready({ interactions: [interaction(), interaction({ id: "int_2", ref: "call-2" })] });
  expect(currentInteraction(run([{ type: "choose", interaction: "call-2" }], both))?.id).toBe("int_2");
  expect(currentInteraction(run([{ type: "choose", interaction: "int_2" }], both))?.id).toBe("int_2");
  expect(currentInteraction(run([{ type: "choose", interaction: "call-9" }], both))?.id).toBe("int_1");
});

describe("questions in writing", () => {
  const reply = (at: string) => ({ at, by: "Jonas Sund", text: "It is one." });
  const asked = (id: string, change: Parameters<typeof consult>[0] = {}) =>
    consult({ id, kind: "question", ...change });
  const answered = (id: string, at: string, change: Parameters<typeof consult>[0] = {}) =>
    asked(id, { state: "ended", result: "answered", endedAt: at, replies: [reply(at)], ...change });
  const two = [interaction(), interaction({ id: "int_2", ref: "chat-2", rootRef: "chat-2" })];
  const known = () =>
    ready({
      interactions: two,
      consults: [
        asked("cst_open"),
        answered("cst_late", "2026-03-02T12:00:09.000Z"),
        answered("cst_early", "2026-03-02T12:00:05.000Z", { interactionId: "int_2" }),
        consult({ id: "cst_old", state: "ended", result: "cancelled", endedAt: "2026-03-02T12:00:08.000Z" }),
      ],
    });
  const waiting = (state: DeskState) => answersWaiting(state).map(({ consult }) => consult.id);

  test("stand side by side, each beside its customer, and an answer stays while others are asked", () => {
    expect(consultsOf(known(), "int_1").map(({ id }) => id)).toEqual(["cst_open", "cst_late"]);
    expect(consultsOf(known(), "int_2").map(({ id }) => id)).toEqual(["cst_early"]);
  });

  test("wait until the agent has made use of the answer or put it away, oldest first", () => {
    expect(waiting(known())).toEqual(["cst_early", "cst_late"]);
    const used = run([{ type: "used", consult: "cst_early" }], known());
    expect(waiting(used)).toEqual(["cst_late"]);
    expect(consultsOf(used, "int_2").map(({ id }) => id)).toEqual(["cst_early"]);
    expect(waiting(run([{ type: "dismiss", consult: "cst_late" }], used))).toEqual([]);
  });
});
