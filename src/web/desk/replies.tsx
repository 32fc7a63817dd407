/** What the expert wrote, ready to be used. */

import { useState } from "preact/hooks";
import type { ConsultView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { firstName } from "../shared/format.ts";
import { useSpeech } from "./context.ts";

export function Replies({ consult: { replies } }: { consult: ConsultView }) {
  const { words, format } = useSpeech();
  if (replies.length === 0) return null;
  return (
    <ul class="replies" aria-live="polite">
      {replies.map(({ at, by, text }) => (
        <li key={at} class="reply">
          <p class="quiet">
            {words.reply.from(firstName(by))} <time dateTime={at}>{format.exactTime(at)}</time>
          </p>
          <blockquote>{text}</blockquote>
          <Copy text={text} label={words.reply.copy} />
        </li>
      ))}
    </ul>
  );
}

export function Copy({ text, label }: { text: string; label: string }) {
  const { words } = useSpeech();
  const [isCopied, setCopied] = useState(false);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <Button icon={isCopied ? "check" : "copy"} press={copy}>
      <span role="status">{isCopied ? words.reply.copied : label}</span>
    </Button>
  );
}
