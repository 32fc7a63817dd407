/** Colleagues' pictures: fetched when the list has come to rest, in one request, and never waited for. */
import type { DeskApi } from "./api.ts";

export type Photos = ReturnType<typeof createPhotos>;

/** The list of people changes in steps. */
const settleMs = 300;
/** The service looks for what it does not have. */
const againMs = 2500;
const tries = 3;
/** As many as one request may name. */
const atOnce = 40;

export function createPhotos(api: Pick<DeskApi, "photos">, waitMs = { settleMs, againMs }) {
  const known = new Map<string, string>();
  /** How often each was asked for in vain. */
  const asked = new Map<string, number>();
  const wanted = new Set<string>();
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const again = (ms: number) => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = undefined;
      void fetchWanted();
    }, ms);
  };

  async function fetchWanted() {
    const people = [...wanted].slice(0, atOnce);
    for (const id of people) {
      wanted.delete(id);
      asked.set(id, (asked.get(id) ?? 0) + 1);
    }
    if (people.length === 0) return;
    try {
      const { photos, pending } = await api.photos(people);
      for (const { personId, source } of photos) known.set(personId, source);
      if (photos.length > 0) for (const tell of listeners) tell();
      const waiting = pending.filter((id) => (asked.get(id) ?? 0) < tries);
      for (const id of waiting) wanted.add(id);
      if (wanted.size > 0) again(waiting.length === wanted.size ? waitMs.againMs : waitMs.settleMs);
    } catch {
      // Initials do. Whoever is seen again is asked for again.
      for (const id of people) asked.delete(id);
    }
  }

  return {
    of: (personId: string): string | undefined => known.get(personId),
    want(personId: string) {
      if (known.has(personId) || asked.has(personId) || wanted.has(personId)) return;
      wanted.add(personId);
      again(waitMs.settleMs);
    },
    watch(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
