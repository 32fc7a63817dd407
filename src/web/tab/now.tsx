/** Who needs me, what about, and what I can say to it. */
import { useId, useState } from "preact/hooks";
import type { Answer } from "../../consults/model.ts";
import type { TabRequest } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { CallPicture } from "../shared/call-picture.tsx";
import { useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { textIn } from "../shared/fluent.ts";
import { firstName } from "../shared/format.ts";
import { Icon } from "../shared/icon.tsx";
import { Stopwatch } from "../shared/ticking.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";
import { inOrder } from "./state.ts";
import { requestSentence, titleOf, twoOf } from "./wording.ts";

export function Now() {
  const { words } = useSpeech();
  const { view } = useTabState();
  if (!view || view.now.length === 0)
    return (
      <div class="empty">
        <p>{words.now.empty}</p>
        <p class="quiet">{words.now.emptyHint}</p>
      </div>
    );
  return (
    <ul class="requests">
      {inOrder(view.now).map((request) => (
        <li key={request.offer.id}>
          <RequestCard request={request} />
        </li>
      ))}
    </ul>
  );
}

function RequestCard({ request }: { request: TabRequest }) {
  const speech = useSpeech();
  const now = useNow();
  const title = useId();
  const { words } = speech;
  return (
    <article class={`card request ${request.isMine ? "mine" : ""}`} aria-labelledby={title}>
      <h2 id={title}>{titleOf(request, speech)}</h2>
      <Facts request={request} />
      {request.context.question && <blockquote aria-label={words.now.question}>{request.context.question}</blockquote>}
      <p class="sentence">{requestSentence(request, speech, now)}</p>
      <Picture request={request} />
      <Reply request={request} />
      <Acts request={request} />
      <Context request={request} />
      <Steps request={request} />
    </article>
  );
}

function Facts({ request: { customer, channel, requestedAt } }: { request: TabRequest }) {
  const { words, format } = useSpeech();
  const facts = [
    customer.name,
    customer.tier,
    customer.language && format.language(customer.language),
    words.channel[channel],
  ];
  return (
    <p class="quiet">
      {facts.filter(Boolean).join(" · ")} · {words.now.waits} <Stopwatch from={requestedAt} />
    </p>
  );
}

function Picture({ request }: { request: TabRequest }) {
  const speech = useSpeech();
  const { parties } = request;
  if (parties.length === 0 || request.kind === "question" || request.kind === "meeting") return null;
  const two = twoOf(request, speech);
  const names = { customer: two.customer, agent: two.agent, expert: speech.words.common.you, system: "" };
  return <CallPicture parties={parties} nameOf={({ role, name }) => names[role] || firstName(name ?? "")} />;
}

function Acts({ request: { offer, isMine, kind, joinUrl } }: { request: TabRequest }) {
  const { words } = useSpeech();
  const { acts } = useTab();
  const { busy } = useTabState();
  if (joinUrl)
    return (
      <Button appearance="primary" icon="video" press={() => open(joinUrl, "_blank", "noopener")}>
        {words.now.join}
      </Button>
    );
  if (isMine) return null;
  const offered: readonly Answer[] = answersFor(kind, offer.state);
  return (
    <div class="answers">
      {offered.map((answer) => (
        <Button
          key={answer}
          appearance={answer === "now" ? "primary" : "outline"}
          busy={busy.includes(offer.id)}
          press={() => void acts.answer(offer.id, answer)}
        >
          {words.now.answers[answer]}
        </Button>
      ))}
    </div>
  );
}

const all: readonly Answer[] = ["now", "later", "chat", "no"];

/** A question is taken by answering it. Who has said "later" can still change their mind both ways. */
function answersFor(kind: TabRequest["kind"], state: TabRequest["offer"]["state"]): readonly Answer[] {
  if (state === "later" || state === "chat") return kind === "question" ? ["no"] : ["now", "no"];
  return kind === "question" ? ["later", "no"] : all;
}

function Reply({ request: { offer, canReply, replies } }: { request: TabRequest }) {
  const { words, format } = useSpeech();
  const { acts } = useTab();
  const { busy } = useTabState();
  const [text, setText] = useState("");
  const send = async () => {
    if (text.trim() && (await acts.reply(offer.id, text))) setText("");
  };
  return (
    <>
      {replies.map((reply) => (
        <div key={reply.at} class="reply">
          <p class="quiet">
            {words.now.sent} <time dateTime={reply.at}>{format.exactTime(reply.at)}</time>
          </p>
          <blockquote>{reply.text}</blockquote>
        </div>
      ))}
      {canReply && (
        <div class="reply-form">
          <fluent-textarea
            block
            autoResize
            resize="vertical"
            maxlength={4000}
            placeholder={words.now.replyHint}
            value={text}
            aria-label={words.now.reply}
            onInput={(event: Event) => setText(textIn(event))}
          >
            <span slot="label">{words.now.reply}</span>
          </fluent-textarea>
          <Button
            appearance="primary"
            icon="chat"
            busy={busy.includes(offer.id)}
            reason={text.trim() ? undefined : words.now.replyHint}
            press={() => void send()}
          >
            {words.now.send}
          </Button>
        </div>
      )}
    </>
  );
}

function Context({ request: { context } }: { request: TabRequest }) {
  const { words } = useSpeech();
  const { fields, links } = context;
  if (context.isLate) return <p class="quiet">{words.now.follows}</p>;
  if (fields.length === 0 && links.length === 0) return null;
  return (
    <>
      <dl class="fields" aria-label={words.now.details}>
        {fields.map(({ key, label, value, masked }) => (
          <div key={key}>
            <dt>{label}</dt>
            <dd>
              {masked && <Icon name="lock" size={14} />} {value}
              {masked && <span class="visually-hidden">, {words.now.masked}</span>}
            </dd>
          </div>
        ))}
      </dl>
      {fields.some(({ masked }) => masked) && (
        <p class="quiet">
          <Icon name="lock" size={12} /> {words.now.masked}
        </p>
      )}
      {links.length > 0 && (
        <ul class="links" aria-label={words.now.links}>
          {links.map(({ title, url }) => (
            <li key={url}>
              <a href={url} target="_blank" rel="noopener noreferrer">
                {title}
              </a>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Steps({ request: { timeline } }: { request: TabRequest }) {
  const { words, format } = useSpeech();
  if (timeline.length === 0) return null;
  return (
    <Disclosure summary={words.now.happened}>
      <ol class="steps">
        {timeline.map(({ at, what }) => (
          <li key={`${at} ${what}`}>
            <time dateTime={at}>{format.exactTime(at)}</time> {words.now.steps[what] ?? what}
          </li>
        ))}
      </ol>
    </Disclosure>
  );
}
