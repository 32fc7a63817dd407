/** What the expert can do: each act asks the service and tells the store what came of it. */
import type { Answer } from "../../consults/model.ts";
import type { SavedAnswerChange, TabChange, TabView } from "../../views.ts";
import { Refused } from "../shared/http.ts";
import type { Store } from "../shared/store.ts";
import { troubleOf } from "../shared/trouble.ts";
import type { CallbackAct, TabApi } from "./api.ts";
import type { More, Section, TabEvent, TabState } from "./state.ts";

export type Acts = ReturnType<typeof createActs>;

/** News come in crowds; one reading serves them all. */
const settleMs = 250;
/** Platforms have answered by then, as a rule. */
const lookAgainMs = 4_000;

/** `signInAgain`: is there another token after a refusal? */
export function createActs(tab: Store<TabState, TabEvent>, api: TabApi, signInAgain: () => Promise<boolean>) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const loaded = (view: TabView) => tab.send({ type: "loaded", view, at: Date.now() });

  let asked = 0;
  let shown = 0;
  async function load(isRepeated = false): Promise<void> {
    const mine = ++asked;
    tab.send({ type: "phase", phase: "loading" });
    try {
      const view = await api.view();
      if (mine < shown) return; // an older answer that took longer
      shown = mine;
      loaded(view);
    } catch (error) {
      if (error instanceof Refused && error.status === 401) {
        if (!isRepeated && (await signInAgain())) return load(true);
        if (tab.get().phase === "outside") return;
        return tab.send({ type: "phase", phase: tab.get().view ? "refused" : "unknown" });
      }
      if (!tab.get().view) tab.send({ type: "phase", phase: "failed", trouble: troubleOf(error) });
    }
  }

  async function act<T>(key: string, run: () => Promise<T>, done: (result: T) => Partial<TabEvent & { type: "done" }>) {
    if (tab.get().busy.includes(key)) return false;
    tab.send({ type: "begin", key });
    try {
      const result = await run();
      tab.send({ type: "done", key, ...done(result) });
      return true;
    } catch (error) {
      tab.send({ type: "done", key, trouble: troubleOf(error) });
      void load();
      return false;
    }
  }

  /** What stands on one section only. Where it cannot be read the section goes without. */
  const read = (run: () => Promise<More>) =>
    run().then(
      (more) => tab.send({ type: "read", more }),
      () => undefined,
    );
  const me = () => tab.get().view?.me.personId ?? "";

  return {
    load,
    readAnswers: () => read(async () => ({ answers: await api.answers() })),
    readWhy: (language: string) => read(async () => ({ why: await api.why(me(), language) })),
    readSetUp: (language: string) => read(async () => ({ setUp: await api.setUp(me(), language) })),
    checkSetUp: (language: string) =>
      act(
        "set-up",
        () => api.checkSetUp(me(), language),
        (setUp) => {
          tab.send({ type: "read", more: { setUp } });
          setTimeout(() => void read(async () => ({ setUp: await api.setUp(me(), language) })), lookAgainMs);
          return {};
        },
      ),
    changeAnswer: (id: string, change: SavedAnswerChange) =>
      act(
        id,
        () => api.changeAnswer(id, change),
        (changed) => {
          const answers = (tab.get().more.answers ?? []).map((one) => (one.id === id ? changed : one));
          tab.send({ type: "read", more: { answers } });
          return { saved: true };
        },
      ),
    /** Soon, together with whatever else has changed. */
    look() {
      clearTimeout(timer);
      timer = setTimeout(() => void load(), settleMs);
    },
    section: (section: Section) => tab.send({ type: "section", section }),
    change: (change: TabChange) =>
      act(
        "enrolment",
        () => api.change(change),
        (view) => {
          loaded(view);
          return { saved: true };
        },
      ),
    answer: (offer: string, answer: Answer) =>
      act(
        offer,
        () => api.answer(offer, answer),
        ({ state }) => {
          void load();
          return { late: state === "late" };
        },
      ),
    callback: (id: string, what: CallbackAct) =>
      act(
        id,
        () => api.callback(id, what),
        () => {
          void load();
          return {};
        },
      ),
    reply: (offer: string, text: string) =>
      act(
        offer,
        () => api.reply(offer, text),
        (view) => {
          loaded(view);
          return {};
        },
      ),
  };
}
