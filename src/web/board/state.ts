/** What the board knows. Pure. */
import type { BoardView } from "../../views.ts";

export type BoardState = {
  phase: "loading" | "signed-out" | "refused" | "ready";
  view: BoardView | undefined;
  /** The last attempt failed; what is shown is older. */
  isOld: boolean;
  /** Server clock minus ours, in milliseconds. */
  clockOffsetMs: number;
};
export type BoardEvent =
  | { type: "read"; view: BoardView; at: number }
  | { type: "failed" }
  | { type: "signed-out" }
  | { type: "refused" };

export const initialBoard: BoardState = { phase: "loading", view: undefined, isOld: false, clockOffsetMs: 0 };

export function reduceBoard(state: BoardState, event: BoardEvent): BoardState {
  switch (event.type) {
    case "read":
      return {
        phase: "ready",
        view: event.view,
        isOld: false,
        clockOffsetMs: Date.parse(event.view.serverTime) - event.at,
      };
    case "failed":
      return { ...state, isOld: true };
    case "signed-out":
    case "refused":
      return { ...state, phase: event.type };
  }
}
