/** Who needs help now: a bar for each request, as long as it has lasted; the longest first. */
import type { BoardConsult } from "../../views.ts";
import { useNow } from "../shared/clock.tsx";
import { stopwatch } from "../shared/format.ts";
import { useWords } from "./speech.ts";

/** Shorter than this is not worth a long bar. */
const fullMs = 60_000;

export function Now({ consults }: { consults: BoardConsult[] }) {
  const { words } = useWords();
  const now = useNow();
  const ages = consults.map(({ requestedAt }) => Math.max(0, now - Date.parse(requestedAt)));
  const longest = Math.max(fullMs, ...ages);
  return (
    <section class="card">
      <h2>{words.now.title}</h2>
      {consults.length === 0 ? (
        <p class="empty">{words.now.none}</p>
      ) : (
        <>
          <p class="figure">
            {words.now.count(consults.length)} <span class="quiet">{words.now.longest(stopwatch(ages[0] ?? 0))}</span>
          </p>
          <ol class="bars">
            {consults.map((consult, index) => (
              <li key={consult.id} class="bar-row">
                <span>{words.now.asks(consult.agent, consult.expert)}</span>
                <span class="quiet">
                  {[words.kind[consult.kind], consult.skill, words.state[consult.state]].filter(Boolean).join(" · ")}
                </span>
                <span class="bar" aria-hidden="true">
                  <i style={{ width: `${(100 * (ages[index] ?? 0)) / longest}%` }} />
                </span>
                <strong class="ticking">{stopwatch(ages[index] ?? 0)}</strong>
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}
