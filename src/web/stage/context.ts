/** What every part of the stage can reach. */
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Language } from "../shared/language.ts";
import { type Store, useStore } from "../shared/store.ts";
import type { StageWords } from "../texts/stage/en.ts";
import type { StageEvent, StageState } from "./state.ts";
import type { World } from "./world.ts";

export type Stage = {
  stage: Store<StageState, StageEvent>;
  world: World;
  words: StageWords;
  /** Changes the language of the stage and of the desk in it. */
  speak(language: Language): void;
};
export const StageContext = createContext<Stage | undefined>(undefined);

export function useStage(): Stage {
  const stage = useContext(StageContext);
  if (!stage) throw new Error("drawn outside of StageContext");
  return stage;
}

export const useStageState = (): StageState => useStore(useStage().stage, all);
const all = <State>(state: State): State => state;
