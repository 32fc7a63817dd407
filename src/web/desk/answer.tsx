/** An expert's answer to a question: edited if need be, put into the reply to the customer, and asked about further. */
import { useState } from "preact/hooks";
import type { ConsultView, InteractionView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { textIn } from "../shared/fluent.ts";
import { firstName } from "../shared/format.ts";
import { useDesk, useDeskState, useSpeech } from "./context.ts";
import type { Inserted } from "./reply-box.ts";
import { isMine } from "./state.ts";

type Props = { consult: ConsultView; interaction: InteractionView | undefined };
type Came = Inserted | "copied" | "not-copied";

export function Answer({ consult, interaction }: Props) {
  const { words, format } = useSpeech();
  const { desk, insert } = useDesk();
  const { drafts, canInsert } = useDeskState();
  const [came, setCame] = useState<Came>();
  const [isBusy, setBusy] = useState(false);
  const [first] = consult.replies;
  if (!first) return null;
  const said = consult.replies.map(({ text }) => text).join("\n\n");
  const text = drafts[consult.id] ?? said;
  const isUsed = () => desk.send({ type: "used", consult: consult.id });

  const copy = async (): Promise<Came> => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied) isUsed();
    return isCopied ? "copied" : "not-copied";
  };
  const run = async (work: () => Promise<Came>) => {
    setBusy(true);
    setCame(await work());
    setBusy(false);
  };
  const put = async (): Promise<Came> => {
    const outcome = interaction ? await insert(interaction.ref, text) : "refused";
    if (outcome === "done") isUsed();
    else await copy();
    return outcome;
  };
  return (
    <div class="answer">
      <p class="quiet">
        {words.reply.from(firstName(first.by))} <time dateTime={first.at}>{format.exactTime(first.at)}</time>
      </p>
      <fluent-textarea
        block
        autoResize
        value={text}
        onInput={(event: Event) => {
          desk.send({ type: "draft", consult: consult.id, text: textIn(event) });
          setCame(undefined);
        }}
      >
        <span slot="label">{words.answer.label}</span>
      </fluent-textarea>
      <div class="moves-row">
        {canInsert && interaction && isMine(interaction) && (
          <Button appearance="primary" icon="hand" busy={isBusy} press={() => void run(put)}>
            {words.answer.insert}
          </Button>
        )}
        <Button icon="copy" press={() => void run(copy)}>
          {words.reply.copy}
        </Button>
        {text !== said && (
          <Button icon="reset" press={() => desk.send({ type: "draft", consult: consult.id, text: said })}>
            {words.answer.restore}
          </Button>
        )}
      </div>
      <p class="quiet" role="status">
        {came && words.answer.came[came]}
      </p>
    </div>
  );
}

/** One thing more, of the same colleague. The answer that is there stays there. */
export function FollowUp({ consult, interaction }: Props) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const { asking } = useDeskState();
  const [text, setText] = useState<string>();
  const by = consult.expert;
  if (!by || !interaction || !isMine(interaction)) return null;
  const expert = firstName(by.name);
  if (text === undefined)
    return (
      <Button icon="chat" press={() => setText("")}>
        {words.answer.followUp(expert)}
      </Button>
    );
  const send = async () => {
    if (await acts.askFurther(interaction.id, by.personId, text.trim())) setText(undefined);
  };
  return (
    <div class="follow-up">
      <fluent-textarea block autoResize value={text} onInput={(event: Event) => setText(textIn(event))}>
        <span slot="label">{words.answer.further(expert)}</span>
      </fluent-textarea>
      <div class="moves-row">
        <Button
          appearance="primary"
          busy={asking.includes(by.personId)}
          reason={text.trim() ? undefined : words.question.placeholder}
          press={() => void send()}
        >
          {words.answer.send}
        </Button>
        <Button press={() => setText(undefined)}>{words.common.cancel}</Button>
      </div>
    </div>
  );
}
