import type { ConsultView } from "../../views.ts";
import type { Who } from "../texts/en.ts";
import { useSpeech } from "./context.ts";
import { eventSentence } from "./wording.ts";

/** What happened, oldest first, with the time to the second. */
export function Timeline({ consult, who }: { consult: ConsultView; who: Who }) {
  const { words, format } = useSpeech();
  const lines = consult.timeline.flatMap((entry) => {
    const sentence = eventSentence(entry, consult, who, words);
    return sentence ? [{ at: entry.at, sentence }] : [];
  });
  return (
    <ol class="timeline">
      {lines.map(({ at, sentence }, index) => (
        <li key={`${at}-${index}`}>
          <time dateTime={at}>{format.exactTime(at)}</time>
          <span>{sentence}</span>
        </li>
      ))}
    </ol>
  );
}
