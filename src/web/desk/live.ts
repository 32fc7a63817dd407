/**
 * Keeps the stores up to date from the service's feed of changes. Presence that does not change is no change, so the feed
 * is told who is on the screen: their views then come again and again, and their age stays true.
 */
import type { LiveEvents } from "../../views.ts";
import { follow, type ServerEvent } from "../shared/events.ts";
import { credentials } from "../shared/http.ts";
import type { Store } from "../shared/store.ts";
import type { FinderEvent, FinderState } from "./finder-state.ts";
import type { DeskEvent, DeskState } from "./state.ts";

type Options = {
  desk: Store<DeskState, DeskEvent>;
  finder: Store<FinderState, FinderEvent>;
  token: () => string | undefined;
  /** Everything must be read again. */
  reload: () => void;
  refused: () => void;
};

const peopleMax = 100;
/** The list of people changes in steps; the feed follows when it has come to rest. */
const settleMs = 400;
/** Who becomes reachable without being on the screen is found by looking again. */
const lookAgainMs = 15_000;
/** A timer that is this late has slept with its machine; those of pages out of sight are a minute late. */
const sleptMs = 120_000;
/** What happened between the first view's facts and the feed is caught up with after this. */
const firstReloadMs = 1_000;

export function followService({ desk, finder, token, reload, refused }: Options) {
  let wasLost = false;
  let again: ReturnType<typeof setTimeout> | undefined;

  const takers: { [Topic in keyof LiveEvents]: (data: LiveEvents[Topic]) => void } = {
    hello: ({ serverTime }) => desk.send({ type: "clock", serverTime, at: Date.now() }),
    consult: (consult) => desk.send({ type: "consult", consult, at: Date.now() }),
    interaction: (interaction) => desk.send({ type: "interaction", interaction, at: Date.now() }),
    presence: (person) => {
      desk.send({ type: "person", person });
      finder.send({ type: "presence", person });
    },
    reset: reload,
  };

  const take = ({ event, data }: ServerEvent) => {
    const taker = (takers as Record<string, ((data: never) => void) | undefined>)[event];
    taker?.(JSON.parse(data) as never);
  };

  let watched = peopleOnScreen(desk.get(), finder.get());
  const feed = follow(() => `/v1/live?${new URLSearchParams({ people: watched })}`, {
    headers: () => credentials(token()),
    event: take,
    open(resumed) {
      desk.send({ type: "connection", state: "live", at: Date.now() });
      // A restart of the service may have lost something.
      if (wasLost) reload();
      // What we have was read before the feed began; reading again does not hold up the first view.
      else if (!resumed) again = setTimeout(reload, firstReloadMs);
      wasLost = false;
    },
    lost(status) {
      wasLost = true;
      desk.send({ type: "connection", state: "lost", at: Date.now() });
      if (status === 401) refused();
    },
  });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const notice = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      const people = peopleOnScreen(desk.get(), finder.get());
      if (people === watched) return;
      watched = people;
      feed.renew();
    }, settleMs);
  };
  const ignore = [desk.watch(notice), finder.watch(notice)];
  // The machine woke up or the network is back: no reason to wait for the next attempt.
  const wake = () => document.visibilityState === "visible" && feed.wake();
  addEventListener("online", wake);
  document.addEventListener("visibilitychange", wake);
  // After a sleep what is open may be dead without anybody saying so: another stream goes on from the same place.
  const awake = () => feed.renew();
  document.addEventListener("resume", awake);
  let lookedAt = Date.now();
  const looking = setInterval(() => {
    const sinceMs = Date.now() - lookedAt;
    lookedAt = Date.now();
    if (sinceMs > sleptMs) awake();
    finder.send({ type: "stale" });
  }, lookAgainMs);
  return {
    stop() {
      clearTimeout(timer);
      clearInterval(looking);
      clearTimeout(again);
      removeEventListener("online", wake);
      document.removeEventListener("visibilitychange", wake);
      document.removeEventListener("resume", awake);
      for (const end of ignore) end();
      feed.stop();
    },
  };
}

/** The agent, those in the list, and those in a consult; in an order that does not depend on the list's. */
export function peopleOnScreen({ agent, consults }: DeskState, { hits, waiting }: FinderState): string {
  const helping = consults.flatMap(({ state, offers }) =>
    state === "ended" ? [] : offers.map(({ personId }) => personId),
  );
  const listed = [...hits, ...(waiting?.hits ?? [])].map(({ personId }) => personId);
  const all = [...(agent ? [agent.personId] : []), ...helping, ...listed];
  return [...new Set(all)].slice(0, peopleMax).toSorted().join(",");
}
