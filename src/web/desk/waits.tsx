/** Answers about other customers than the one in front of the agent: nobody waits in vain. */
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { firstName } from "../shared/format.ts";
import { Icon } from "../shared/icon.tsx";
import { useDesk, useDeskState, useSpeech } from "./context.ts";
import { answeredAt, answersWaiting, currentInteraction } from "./state.ts";
import { customerName } from "./wording.ts";

export function AnswersElsewhere() {
  const { words, format } = useSpeech();
  const { acts } = useDesk();
  const state = useDeskState();
  const now = useNow();
  const current = currentInteraction(state)?.id;
  const waiting = answersWaiting(state).filter(({ interaction }) => interaction.id !== current);
  if (waiting.length === 0) return null;
  return (
    <aside aria-label={words.answer.elsewhere}>
      <ul class="answers-elsewhere">
        {waiting.map(({ consult, interaction }) => (
          <li key={consult.id} class="notice notice-info">
            <Icon name="chat" />
            <span class="notice-text">
              {words.answer.about({
                expert: firstName(consult.replies.at(-1)?.by ?? ""),
                customer: customerName(interaction, words),
              })}{" "}
              <span class="quiet">{format.ago(answeredAt(consult), now)}</span>
            </span>
            <Button press={() => acts.choose(interaction.id)}>{words.answer.show}</Button>
          </li>
        ))}
      </ul>
    </aside>
  );
}
