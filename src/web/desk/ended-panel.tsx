/** What came of it: one sentence, who was asked, what happened when. Stays until it is put away. */
import type { ConsultView, InteractionView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { firstName, stopwatch } from "../shared/format.ts";
import { Icon } from "../shared/icon.tsx";
import { Answer, FollowUp } from "./answer.tsx";
import { useDesk, useDeskState, useSpeech } from "./context.ts";
import { Offers } from "./offers.tsx";
import { Replies } from "./replies.tsx";
import { isAnswer, isMine } from "./state.ts";
import { Timeline } from "./timeline.tsx";
import { consultSentence, troubleOfConsult, whoOf } from "./wording.ts";

const good: readonly ConsultView["result"][] = ["transferred", "returned", "answered"];

/** A no is a no; these may go another way a moment later. */
const mayWorkNow: readonly ConsultView["result"][] = ["cancelled", "unanswered", "failed", "unreachable"];

/**
 * Taken back by mistake, or not answered in time: the same once more, while the customer is still there. Who has said that
 * they answer in writing is asked in writing.
 */
function AskAgain({ consult, interaction }: Props) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const { asking } = useDeskState();
  const [person, ...others] = consult.offers;
  if (!person || others.length > 0 || !interaction || !isMine(interaction)) return null;
  if (person.state === "chat" && consult.kind !== "question")
    return (
      <Button
        appearance="primary"
        icon="chat"
        busy={asking.includes(person.personId)}
        press={() => void acts.askPerson(person.personId, "question")}
      >
        {words.kind.question.label}
      </Button>
    );
  if (!consult.result || !mayWorkNow.includes(consult.result)) return null;
  return (
    <Button
      appearance="primary"
      icon="reset"
      busy={asking.includes(person.personId)}
      press={() => void acts.askPerson(person.personId, consult.kind)}
    >
      {words.consult.askAgain({ ...whoOf(consult, interaction, words), expert: firstName(person.name) })}
    </Button>
  );
}

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
      {isAnswer(consult) ? (
        <>
          {consult.question && <p class="quiet asked-what">“{consult.question}”</p>}
          <Answer consult={consult} interaction={interaction} />
        </>
      ) : (
        <Replies consult={consult} />
      )}
      <Offers consult={consult} />
      <Disclosure summary={words.consult.showTimeline}>
        <Timeline consult={consult} who={who} />
      </Disclosure>
      <div class="moves-row">
        <AskAgain consult={consult} interaction={interaction} />
        {isAnswer(consult) && <FollowUp consult={consult} interaction={interaction} />}
        <Button press={() => desk.send({ type: "dismiss", consult: consult.id })}>{words.consult.dismiss}</Button>
      </div>
    </section>
  );
}
