/** What came of it: one sentence, who was asked, what happened when. Stays until it is put away. */
import type { ConsultView, InteractionView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { stopwatch } from "../shared/format.ts";
import { Icon } from "../shared/icon.tsx";
import { useDesk, useSpeech } from "./context.ts";
import { Offers } from "./offers.tsx";
import { Replies } from "./replies.tsx";
import { Timeline } from "./timeline.tsx";
import { consultSentence, troubleOfConsult, whoOf } from "./wording.ts";

const good: readonly ConsultView["result"][] = ["transferred", "returned", "answered"];

type Props = { consult: ConsultView; interaction: InteractionView | undefined };

export function EndedPanel({ consult, interaction }: Props) {
  const speech = useSpeech();
  const { desk } = useDesk();
  const { words } = speech;
  const who = whoOf(consult, interaction, words);
  const trouble = troubleOfConsult(consult, who, words);
  const tookMs = Date.parse(consult.endedAt ?? consult.changedAt) - Date.parse(consult.requestedAt);
  return (
    <section class="card ended" aria-label={words.ended.title} tabIndex={-1} data-consult={consult.id}>
      <p class="sentence">
        <span class={`ended-sign ${good.includes(consult.result) ? "good" : ""}`}>
          <Icon name={good.includes(consult.result) ? "check" : "back"} />
        </span>
        {consultSentence(consult, interaction, speech, 0)}
      </p>
      {trouble && !good.includes(consult.result) && <p>{trouble}</p>}
      <p class="quiet">{words.ended.took(stopwatch(tookMs))}</p>
      <Replies consult={consult} />
      <Offers consult={consult} />
      <Disclosure summary={words.consult.showTimeline}>
        <Timeline consult={consult} who={who} />
      </Disclosure>
      <Button press={() => desk.send({ type: "dismiss", consult: consult.id })}>{words.consult.dismiss}</Button>
    </section>
  );
}
