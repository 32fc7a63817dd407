/** What the agent wants to know, and exactly what goes out with it. */
import { useEffect, useRef } from "preact/hooks";
import type { ContextView, InteractionView } from "../../views.ts";
import { Disclosure } from "../shared/disclosure.tsx";
import { textIn } from "../shared/fluent.ts";
import { Icon } from "../shared/icon.tsx";
import { Notice } from "../shared/notice.tsx";
import { questionOf } from "./acts.ts";
import { useDesk, useDeskState, useSpeech } from "./context.ts";

const questionMax = 2000;

export function Question({ interaction }: { interaction: InteractionView }) {
  const { words } = useSpeech();
  const { desk, acts } = useDesk();
  const state = useDeskState();
  const context = state.contexts[interaction.id];
  const box = useRef<HTMLElement>(null);
  useEffect(() => void acts.loadContext(), [interaction.id]);
  useEffect(() => {
    if (state.wordless) box.current?.focus();
  }, [state.wordless]);

  return (
    <section class="card question">
      <fluent-textarea
        ref={box}
        block
        autoResize
        maxlength={questionMax}
        placeholder={words.question.placeholder}
        value={questionOf(state, interaction.id)}
        onInput={(event: Event) =>
          desk.send({ type: "question", interaction: interaction.id, question: textIn(event) })
        }
      >
        <span slot="label">{words.question.label}</span>
      </fluent-textarea>
      {state.wordless && (
        <div role="alert">
          <Notice kind="error">{words.question.empty}</Notice>
        </div>
      )}
      {context?.status === "ready" && <Shared view={context.view} />}
      {context?.status === "failed" && <p class="quiet">{words.question.failed}</p>}
      {context?.status === "loading" && <p class="skeleton-line" aria-hidden="true" />}
    </section>
  );
}

function Shared({ view }: { view: ContextView }) {
  const { words } = useSpeech();
  const { fields, links } = view;
  const masked = fields.filter((field) => field.masked).length;
  if (fields.length === 0 && links.length === 0) return <p class="quiet">{words.question.sharesNothing}</p>;
  return (
    <Disclosure summary={words.question.shares(fields.length, masked)} action={words.question.see}>
      <h3 class="quiet">{words.question.preview}</h3>
      <dl class="details">
        {fields.map(({ key, label, value, masked }) => (
          <div key={key}>
            <dt>{fieldName(key, label, words.field)}</dt>
            <dd>
              {value}
              {masked && (
                <span class="quiet masked">
                  <Icon name="lock" size={12} /> {words.question.masked}
                </span>
              )}
            </dd>
          </div>
        ))}
        {links.length > 0 && (
          <div>
            <dt>{words.question.links}</dt>
            <dd>{links.map(({ title }) => title).join(", ")}</dd>
          </div>
        )}
      </dl>
    </Disclosure>
  );
}

const fieldName = (key: string, label: string, names: Partial<Record<string, string>>): string =>
  (Object.hasOwn(names, key) ? names[key] : undefined) ?? label;
