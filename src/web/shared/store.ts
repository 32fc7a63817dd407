/** State in one place, changed only by a pure reducer. */
import { useEffect, useState } from "preact/hooks";

export type Store<State, Event> = {
  get(): State;
  send(event: Event): void;
  /** Calls back after every change; returns how to stop. */
  watch(changed: () => void): () => void;
};

export function createStore<State, Event>(reduce: (state: State, event: Event) => State, initial: State) {
  let state = initial;
  const watchers = new Set<() => void>();
  const store: Store<State, Event> = {
    get: () => state,
    send(event) {
      const next = reduce(state, event);
      if (next === state) return;
      state = next;
      for (const changed of watchers) changed();
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
  return store;
}

/** The part of the state that `select` picks; the component is drawn again only when that part changes. */
export function useStore<State, Event, Part>(store: Store<State, Event>, select: (state: State) => Part): Part {
  const [part, setPart] = useState(() => select(store.get()));
  useEffect(() => {
    const look = () => setPart(() => select(store.get()));
    look();
    return store.watch(look);
  }, [store, select]);
  return part;
}
