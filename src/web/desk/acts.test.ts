import { expect, test, vi } from "vitest";
import type { DeskView } from "../../views.ts";
import { createStore } from "../shared/store.ts";
import { createActs } from "./acts.ts";
import type { DeskApi, ExpertSearch } from "./api.ts";
import { initialFinder, reduceFinder } from "./finder-state.ts";
import { peopleOnScreen } from "./live.ts";
import { consult, hit, interaction } from "./samples.ts";
import { initialDesk, reduceDesk } from "./state.ts";

const view: DeskView = {
  agent: { personId: "per_ana", name: "Ana", reachability: hit("per_ana").reachability },
  interactions: [],
  consults: [],
  skills: [],
  favourites: [],
  serverTime: "2026-03-02T12:00:12.000Z",
};

function makeDesk() {
  const desk = createStore(reduceDesk, initialDesk());
  const finder = createStore(reduceFinder, initialFinder);
  const asked: ExpertSearch[] = [];
  const moved: unknown[] = [];
  const requested: unknown[] = [];
  const api = {
    desk: async () => view,
    context: async () => ({ question: "", fields: [], links: [] }),
    experts: async (search: ExpertSearch) => {
      asked.push(search);
      return { items: [hit(search.skill ?? "anybody")] };
    },
    requestConsult: async (request: unknown) => {
      requested.push(request);
      return consult();
    },
    move: async (_consult: string, request: unknown) => {
      moved.push(request);
      return consult();
    },
  } as unknown as DeskApi;
  return { desk, finder, asked, moved, requested, acts: createActs({ desk, finder }, api, () => {}) };
}

test("people are suggested for the customer who comes after the first search, and for a topic that comes later still", async () => {
  const { desk, finder, asked, acts } = makeDesk();
  await acts.load();
  await acts.find({ asked: true });
  expect(asked.at(-1)?.skill).toBeUndefined();
  desk.send({ type: "interaction", interaction: interaction() });
  await expect.poll(() => asked).toHaveLength(2);
  desk.send({
    type: "interaction",
    interaction: interaction({ skill: "invoicing", observedAt: "2026-03-02T12:00:01.000Z" }),
  });
  await expect.poll(() => finder.get().hits.map(({ personId }) => personId)).toEqual(["invoicing"]);
  expect(asked).toHaveLength(3);
});

test("the first key is looked for at once, of those that follow hard upon it only the last", async () => {
  vi.useFakeTimers();
  try {
    const { asked, acts } = makeDesk();
    for (const query of ["m", "ma", "mar"]) acts.type(query);
    expect(asked.map(({ query }) => query)).toEqual(["m"]);
    await vi.advanceTimersByTimeAsync(500);
    expect(asked.map(({ query }) => query)).toEqual(["m", "mar"]);
    acts.type("mart");
    expect(asked.at(-1)?.query).toBe("mart");
  } finally {
    vi.useRealTimers();
  }
});

test("a question without words is not sent, and nothing that was typed is lost; a call may go without", async () => {
  const { desk, requested, acts } = makeDesk();
  desk.send({ type: "interaction", interaction: interaction() });
  desk.send({ type: "question", interaction: "int_1", question: " \u200b?" });
  await acts.askPerson("per_jonas", "question");
  await acts.askSkill("invoicing", "question");
  expect(requested).toEqual([]);
  expect(desk.get()).toMatchObject({ wordless: true, questions: { int_1: " \u200b?" }, asking: [] });
  desk.send({ type: "question", interaction: "int_1", question: "Twice?" });
  expect(desk.get().wordless).toBe(false);
  await acts.askPerson("per_jonas", "question");
  desk.send({ type: "question", interaction: "int_1", question: "" });
  await acts.askPerson("per_jonas", "consult");
  expect(requested).toMatchObject([{ kind: "question", question: "Twice?" }, { kind: "consult" }]);
});

test("somebody else is asked the same, unless another question is being written", () => {
  const { desk, acts } = makeDesk();
  const late = consult({ kind: "question", question: "Is it a duplicate?" });
  desk.send({ type: "question", interaction: "int_1", question: "" });
  acts.askElsewhere(late);
  expect(desk.get().questions).toEqual({ int_1: "Is it a duplicate?" });
  desk.send({ type: "question", interaction: "int_1", question: "And the next thing?" });
  acts.askElsewhere(late);
  expect(desk.get().questions).toEqual({ int_1: "And the next thing?" });
});

test("the agent's ear is passed on with the hand-over only", async () => {
  const { moved, acts } = makeDesk();
  await acts.move("cst_1", "all-together");
  await acts.move("cst_1", "hand-over", true);
  expect(moved).toEqual([{ move: "all-together" }, { move: "hand-over", heard: true }]);
});

test("the feed is asked for the agent, those in the list and those in a consult, in whatever order they stand", () => {
  const { desk, finder } = makeDesk();
  desk.send({ type: "loaded", desk: { ...view, consults: [consult()] }, at: 0 });
  finder.send({ type: "found", hits: [hit("per_b"), hit("per_a")], asked: true });
  const people = peopleOnScreen(desk.get(), finder.get());
  expect(people).toBe("per_a,per_ana,per_b,per_jonas");
  finder.send({ type: "found", hits: [hit("per_a"), hit("per_b")], asked: true });
  expect(peopleOnScreen(desk.get(), finder.get())).toBe(people);
});
