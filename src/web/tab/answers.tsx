/** What I have answered and is kept for the next time: colleagues find it once I have approved it. */
import { useEffect, useState } from "preact/hooks";
import type { SavedAnswerView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { textIn } from "../shared/fluent.ts";
import { useSpeech, useTab, useTabState } from "./context.ts";

const states = ["proposed", "approved", "retired"] as const;

export function Answers() {
  const { words } = useSpeech();
  const { acts } = useTab();
  const { answers } = useTabState().more;
  useEffect(() => void acts.readAnswers(), [acts]);
  if (!answers) return <p class="empty">{words.common.loading}</p>;
  if (answers.length === 0) return <p class="empty">{words.answers.empty}</p>;
  return (
    <>
      <p class="quiet">{words.answers.intro}</p>
      {states.map((state) => (
        <Group key={state} state={state} answers={answers.filter((one) => one.state === state)} />
      ))}
    </>
  );
}

function Group({ state, answers }: { state: SavedAnswerView["state"]; answers: readonly SavedAnswerView[] }) {
  const { words } = useSpeech();
  if (answers.length === 0) return null;
  return (
    <section class="card" aria-labelledby={`answers-${state}`}>
      <h2 id={`answers-${state}`}>{words.answers.group[state]}</h2>
      <ul class="saved">
        {answers.map((one) => (
          <Saved key={one.id} saved={one} />
        ))}
      </ul>
    </section>
  );
}

function Saved({ saved }: { saved: SavedAnswerView }) {
  const { words } = useSpeech();
  const { acts } = useTab();
  const { busy } = useTabState();
  const [isOpen, setOpen] = useState(false);
  const { id, question, answer, state, skill, uses } = saved;
  const isBusy = busy.includes(id);
  const approve = () => void acts.changeAnswer(id, { state: "approved" });
  const used = state === "proposed" ? undefined : words.answers.uses(uses);
  return (
    <li>
      <h3>{question}</h3>
      {isOpen ? <Editor saved={saved} close={() => setOpen(false)} /> : <blockquote>{answer}</blockquote>}
      {(skill || used) && <p class="quiet">{[skill, used].filter(Boolean).join(" · ")}</p>}
      {!isOpen && (
        <div class="answers">
          {state !== "approved" && (
            <Button
              appearance="primary"
              icon="check"
              busy={isBusy}
              label={words.answers.about(words.answers.approve, question)}
              press={approve}
            >
              {words.answers.approve}
            </Button>
          )}
          <Button label={words.answers.about(words.answers.edit, question)} press={() => setOpen(true)}>
            {words.answers.edit}
          </Button>
          {state !== "retired" && (
            <Button
              appearance="subtle"
              busy={isBusy}
              label={words.answers.about(words.answers.retire, question)}
              press={() => void acts.changeAnswer(id, { state: "retired" })}
            >
              {words.answers.retire}
            </Button>
          )}
        </div>
      )}
    </li>
  );
}

/** Saving is approving: nobody else may put words into their mouth. */
function Editor({ saved, close }: { saved: SavedAnswerView; close(): void }) {
  const { words } = useSpeech();
  const { acts } = useTab();
  const { busy } = useTabState();
  const [question, setQuestion] = useState(saved.question);
  const [answer, setAnswer] = useState(saved.answer);
  const isWhole = question.trim() !== "" && answer.trim() !== "";
  const save = async () => {
    if (await acts.changeAnswer(saved.id, { state: "approved", question, answer })) close();
  };
  return (
    <div class="reply-form">
      <Field label={words.answers.question} value={question} most={2_000} change={setQuestion} />
      <Field label={words.answers.answer} value={answer} most={4_000} change={setAnswer} />
      <p class="quiet">{words.answers.redacted}</p>
      <div class="answers">
        <Button
          appearance="primary"
          busy={busy.includes(saved.id)}
          reason={isWhole ? undefined : words.answers.whole}
          press={() => void save()}
        >
          {words.answers.save}
        </Button>
        <Button press={close}>{words.common.cancel}</Button>
      </div>
    </div>
  );
}

type FieldProps = { label: string; value: string; most: number; change(text: string): void };
const Field = ({ label, value, most, change }: FieldProps) => (
  <fluent-textarea
    block
    autoResize
    resize="vertical"
    maxlength={most}
    value={value}
    aria-label={label}
    onInput={(event: Event) => change(textIn(event))}
  >
    <span slot="label">{label}</span>
  </fluent-textarea>
);
