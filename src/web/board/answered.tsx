/** How requests were answered: one strip for all, and the share of yeses as a figure. */
import type { BoardService } from "../../views.ts";
import { stopwatch } from "../shared/format.ts";
import { useWords } from "./speech.ts";

export function Answered({ service }: { service: BoardService }) {
  const { words, language } = useWords();
  const { asked, yes, prompt, later, declined, silent, open, dropped, promptMs, medianMs } = service;
  const answered = yes + later + declined + silent;
  const share = new Intl.NumberFormat(language, { style: "percent" }).format(answered > 0 ? yes / answered : 0);
  const parts = [
    { key: "call", label: words.service.prompt(promptMs / 1000), number: prompt },
    { key: "chat", label: words.service.other, number: yes - prompt },
    { key: "later", label: words.service.later, number: later },
    { key: "declined", label: words.service.declined, number: declined },
    { key: "no", label: words.service.silent, number: silent },
    { key: "open", label: words.service.open, number: open },
    { key: "dropped", label: words.service.dropped, number: dropped },
  ].filter(({ number }) => number > 0);
  return (
    <section class="card">
      <h2>{words.service.title}</h2>
      {asked === 0 ? (
        <p class="empty">{words.service.none}</p>
      ) : (
        <>
          {answered > 0 && <p class="figure">{words.service.yes(share)}</p>}
          <span class="strip tall" aria-hidden="true">
            {parts.map(({ key, number }) => (
              <i key={key} class={`part part-${key}`} style={{ flexGrow: number }}>
                {number}
              </i>
            ))}
          </span>
          <ul class="legend quiet">
            {parts.map(({ key, label, number }) => (
              <li key={key}>
                <i class={`part part-${key}`} /> {number} {label}
              </li>
            ))}
          </ul>
          {medianMs !== undefined && <p class="quiet">{words.service.median(stopwatch(medianMs))}</p>}
        </>
      )}
    </section>
  );
}
