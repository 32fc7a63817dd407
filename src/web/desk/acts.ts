/** What the agent can do: each act asks the service and tells the stores what came of it. */
import type { Kind, Move } from "../../consults/model.ts";
import { hasWords } from "../../has-words.ts";
import type { ConsultRequest, ConsultView } from "../../views.ts";
import { Refused } from "../shared/http.ts";
import type { Store } from "../shared/store.ts";
import { troubleOf } from "../shared/trouble.ts";
import type { DeskApi, ExpertSearch, Found } from "./api.ts";
import type { FinderEvent, FinderState } from "./finder-state.ts";
import { currentInteraction, type DeskEvent, type DeskState } from "./state.ts";

export type Stores = { desk: Store<DeskState, DeskEvent>; finder: Store<FinderState, FinderEvent> };
export type Wish = Pick<ConsultRequest, "kind" | "personIds" | "skill" | "mode" | "abreast">;
export type Acts = ReturnType<typeof createActs>;

/** The first key is searched for at once; of those that follow faster than this, the last. */
const typingMs = 80;
/** A list that is out of date is read again after this long, together with all that changed meanwhile. */
const settleMs = 1500;

export function createActs({ desk, finder }: Stores, api: DeskApi, refused: () => void) {
  let search = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let typedAt = 0;
  let refresh: ReturnType<typeof setTimeout> | undefined;

  const troubled = (error: unknown) => {
    if (error instanceof Refused && error.status === 401) refused();
    return troubleOf(error);
  };

  async function load() {
    const askedAt = Date.now();
    desk.send({ type: "loading" });
    try {
      const view = await api.desk();
      desk.send({ type: "loaded", desk: view, at: Date.now(), askedAt });
      void loadContext();
    } catch (error) {
      desk.send({ type: "load-failed", trouble: troubled(error) });
    }
  }

  async function loadContext() {
    const shown = currentInteraction(desk.get());
    if (shown?.state !== "live") return;
    const interaction = shown.id;
    const { status } = desk.get().contexts[interaction] ?? {};
    if (status === "ready" || status === "loading") return;
    desk.send({ type: "context", interaction, context: { status: "loading" } });
    try {
      const view = await api.context(interaction);
      desk.send({ type: "context", interaction, context: { status: "ready", view } });
    } catch {
      desk.send({ type: "context", interaction, context: { status: "failed" } });
    }
  }

  function lookedFor(): ExpertSearch {
    const { tab, query } = finder.get();
    const interaction = currentInteraction(desk.get());
    const search = { query: query.trim(), interaction: interaction?.id };
    if (tab === "reachable") return { ...search, reachable: true };
    return tab === "suggested" && !search.query ? { ...search, skill: interaction?.skill } : search;
  }

  async function look(signal: AbortSignal): Promise<Found> {
    const { tab, query } = finder.get();
    if (tab !== "mine" || query.trim()) return api.experts(lookedFor(), signal);
    const { favourites, recent } = await api.colleagues();
    return { items: [...favourites, ...recent].map((person) => ({ ...person, score: 0, why: [] })) };
  }

  /** Reads the list; an answer that is overtaken by a newer question is dropped. */
  async function find({ asked }: { asked: boolean }) {
    clearTimeout(timer);
    search.abort();
    search = new AbortController();
    const { signal } = search;
    finder.send({ type: "searching" });
    try {
      const { items, next } = await look(signal);
      if (!signal.aborted) finder.send({ type: "found", hits: items, ...(next && { next }), asked });
    } catch (error) {
      if (signal.aborted) return;
      troubled(error);
      finder.send({ type: "search-failed" });
    }
  }

  async function findMore() {
    const cursor = finder.get().next;
    if (!cursor) return;
    const { signal } = search;
    try {
      const { items, next } = await api.experts({ ...lookedFor(), cursor }, signal);
      if (!signal.aborted) finder.send({ type: "found-more", hits: items, ...(next && { next }) });
    } catch (error) {
      if (!signal.aborted) troubled(error);
    }
  }

  /** The first view. Facts that bring a customer have the list asked for already. */
  async function begin() {
    const before = search;
    await load();
    if (desk.get().phase === "ready" && search === before) void find({ asked: true });
  }

  finder.watch(() => {
    const { outdated, inside } = finder.get();
    if (!outdated || inside || refresh) return;
    refresh = setTimeout(() => {
      refresh = undefined;
      if (finder.get().outdated) void find({ asked: false });
    }, settleMs);
  });

  /** Another customer in front of the agent, or news of what they need: other details to share, others to suggest. */
  let facing = currentInteraction(desk.get());
  desk.watch(() => {
    const current = currentInteraction(desk.get());
    const [isOther, isAboutOther] = [current?.id !== facing?.id, current?.skill !== facing?.skill];
    facing = current;
    if (isOther) void loadContext();
    if ((isOther || isAboutOther) && desk.get().phase === "ready") void find({ asked: true });
  });

  async function request(key: string, wish: Wish) {
    const state = desk.get();
    const interaction = currentInteraction(state);
    if (!interaction || state.asking.includes(key)) return;
    const question = questionOf(state, interaction.id);
    if (wish.kind === "question" && !hasWords(question)) return desk.send({ type: "wordless" });
    desk.send({ type: "ask", key });
    try {
      const consult = await api.requestConsult({
        interactionId: interaction.id,
        ...(question && { question }),
        ...wish,
      });
      desk.send({ type: "asked", key, consult });
      finder.send({ type: "pick-none" });
    } catch (error) {
      desk.send({ type: "asked", key, trouble: troubled(error) });
    }
  }

  /** `heard`: the agent confirms that a person is on the line. `personId`: whom to add, or which of several to drop. */
  async function move(consult: string, move: Move, heard = false, personId?: string) {
    if (desk.get().moving[consult]) return;
    desk.send({ type: "move", consult, move });
    try {
      desk.send({
        type: "moved",
        consult,
        view: await api.move(consult, { move, ...(heard && { heard }), ...(personId && { personId }) }),
      });
    } catch (error) {
      desk.send({ type: "moved", consult, trouble: troubled(error) });
    }
  }

  /** A question beside the one in the box. Resolves to whether it went out. */
  async function askFurther(interactionId: string, personId: string, question: string): Promise<boolean> {
    desk.send({ type: "ask", key: personId });
    try {
      const consult = await api.requestConsult({ interactionId, kind: "question", personIds: [personId], question });
      desk.send({ type: "asked", key: personId, consult });
      return true;
    } catch (error) {
      desk.send({ type: "asked", key: personId, trouble: troubled(error) });
      return false;
    }
  }

  async function remind(consult: string) {
    const key = `remind:${consult}`;
    if (desk.get().asking.includes(key)) return;
    desk.send({ type: "ask", key });
    try {
      desk.send({ type: "asked", key, consult: await api.remind(consult) });
    } catch (error) {
      desk.send({ type: "asked", key, trouble: troubled(error) });
    }
  }

  /** The same question for somebody else: it goes into the box, unless the agent is writing another one there. */
  function askElsewhere({ interactionId, question }: ConsultView) {
    if (question && !hasWords(desk.get().questions[interactionId] ?? ""))
      desk.send({ type: "question", interaction: interactionId, question });
  }

  async function keepFavourite(person: string, keep: boolean) {
    const { favourites } = desk.get();
    const others = favourites.filter((each) => each !== person);
    desk.send({ type: "favourites", favourites: keep ? [...others, person] : others });
    try {
      desk.send({ type: "favourites", ...(await api.keepFavourite(person, keep)) });
    } catch (error) {
      desk.send({ type: "favourites", favourites });
      desk.send({ type: "trouble", trouble: troubled(error) });
    }
  }

  const signInFailed = (error: unknown) => {
    desk.send({ type: "signed-out" });
    desk.send({ type: "trouble", trouble: troubleOf(error) });
  };

  return {
    signInFailed,
    begin,
    load,
    loadContext,
    find,
    findMore,
    move,
    keepFavourite,
    askFurther,
    remind,
    askElsewhere,
    type(query: string) {
      finder.send({ type: "query", query });
      clearTimeout(timer);
      const look = () => {
        typedAt = Date.now();
        void find({ asked: true });
      };
      const waitMs = typedAt + typingMs - Date.now();
      if (waitMs <= 0) look();
      else timer = setTimeout(look, Math.min(waitMs, typingMs));
    },
    tab(tab: FinderState["tab"]) {
      finder.send({ type: "tab", tab });
      void find({ asked: true });
    },
    choose: (interaction: string | undefined) => desk.send({ type: "choose", interaction }),
    callFor: api.caller,
    askPerson: (personId: string, kind: Kind, mode?: "ring") =>
      request(personId, { kind, personIds: [personId], ...(mode && { mode }) }),
    askSkill: (skill: string, kind: Kind) => request("skill", { kind, skill }),
    askSeveral: (personIds: readonly string[], kind: Kind) =>
      request("several", { kind, personIds: [...personIds], abreast: personIds.length }),
  };
}

/** The agent's own words, else what the service would ask, else what the customer came for. */
export function questionOf(state: DeskState, interaction: string): string {
  const context = state.contexts[interaction];
  const suggested = context?.status === "ready" ? context.view.question : "";
  const intent = state.interactions.find(({ id }) => id === interaction)?.intent ?? "";
  return state.questions[interaction] ?? (suggested || intent);
}
