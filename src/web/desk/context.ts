/** What every part of the desk can reach: the stores and the acts. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { type Store, useStore } from "../shared/store.ts";
import type { Acts, Stores } from "./acts.ts";
import type { FinderState } from "./finder-state.ts";
import type { JoiningEvent, JoiningState } from "./joining.tsx";
import type { Photos } from "./photos.ts";
import type { ReplyBox } from "./reply-box.ts";
import type { Speech } from "./speech.ts";
import type { DeskState } from "./state.ts";

export type Desk = Stores & {
  acts: Acts;
  speech: Speech;
  takeLead(): void;
  insert: ReplyBox["insert"];
  photos: Photos;
  /** Opens the organization's own sign-in. */
  signIn(): void;
  joining: Store<JoiningState, JoiningEvent>;
};
export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("drawn outside of DeskContext");
  return desk;
}

export const useSpeech = (): Speech => useDesk().speech;
export const useDeskState = (): DeskState => useStore(useDesk().desk, all);
export const useFinderState = (): FinderState => useStore(useDesk().finder, all);
/** Drawn again only when what is picked has changed. */
export const useDeskPart = <Part>(select: (state: DeskState) => Part): Part => useStore(useDesk().desk, select);
export const useFinderPart = <Part>(select: (state: FinderState) => Part): Part => useStore(useDesk().finder, select);
const all = <State>(state: State): State => state;
