/** What I was asked before, newest first. */
import { useNow } from "../shared/clock.tsx";
import { firstName } from "../shared/format.ts";
import { useSpeech, useTabState } from "./context.ts";
import { earlierSentence } from "./wording.ts";

export function Earlier() {
  const speech = useSpeech();
  const { words, format } = speech;
  const { view } = useTabState();
  const now = useNow();
  if (!view || view.earlier.length === 0) return <p class="empty">{words.earlier.empty}</p>;
  return (
    <ol class="earlier card">
      {view.earlier.map((one) => (
        <li key={one.offerId}>
          <time dateTime={one.askedAt} class="quiet">
            {format.day(one.askedAt, now)}
          </time>
          <span>{[firstName(one.agent), words.earlier.kind[one.kind], one.topic].filter(Boolean).join(" · ")}</span>
          <span class={one.result ? "" : "quiet"}>{earlierSentence(one, speech)}</span>
        </li>
      ))}
    </ol>
  );
}
