/** How a colleague would be reached, where that is not the usual way, and why not the usual way. */
import type { ExpertView } from "../../views.ts";
import type { Words } from "../texts/en.ts";
import { useSpeech } from "./context.ts";
import { shortPlatform, skipSentence } from "./wording.ts";

type Person = Pick<ExpertView, "reachability">;

/** Nothing where the first rung bears, or where now is not the time anyway. */
export function ladderLines({ reachability }: Person, words: Words): string[] {
  const { state, rung, skipped, onlyRing } = reachability;
  if (state === "later" || (skipped.length === 0 && !onlyRing)) return [];
  return [
    ...(rung ? [words.ladder[rung.kind](shortPlatform(rung.platform))] : []),
    ...skipped.map((one) => skipSentence(one, words)),
    ...(onlyRing ? [words.ladder.onlyRing] : []),
  ];
}

export function Ladder({ person }: { person: Person }) {
  const { words } = useSpeech();
  const lines = ladderLines(person, words);
  return lines.length > 0 ? <p class="person-ladder">{lines.join(". ")}.</p> : null;
}
