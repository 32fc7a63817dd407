/** What every part of the page can reach. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Store, useStore } from "../shared/store.ts";
import type { Acts } from "./acts.ts";
import type { Speech } from "./speech.ts";
import type { TabEvent, TabState } from "./state.ts";

export type Tab = { tab: Store<TabState, TabEvent>; acts: Acts; speech: Speech };
export const TabContext = createContext<Tab | undefined>(undefined);

export function useTab(): Tab {
  const tab = useContext(TabContext);
  if (!tab) throw new Error("drawn outside of TabContext");
  return tab;
}

export const useTabState = (): TabState => useStore(useTab().tab, all);
export const useSpeech = (): Speech => useTab().speech;
const all = <State>(state: State): State => state;
