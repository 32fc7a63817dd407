/** The chat in which the bot's cards arrive. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage, ExpertPlatform, UserView } from "../../sandbox/protocol.ts";
import { Button } from "../shared/button.tsx";
import { textIn } from "../shared/fluent.ts";
import { useSpeech } from "../shared/language.ts";
import { Card } from "./card.tsx";
import { useStage } from "./context.ts";

export function Chat({ user, platform }: { user: UserView; platform: ExpertPlatform }) {
  const { words } = useStage();
  const { messages } = user.chat;
  const chat = useRef<HTMLDivElement>(null);
  useEffect(() => chat.current?.scrollTo({ top: chat.current.scrollHeight }), [messages.length, user.id]);
  return (
    <div ref={chat} class="chat">
      <h3 class="visually-hidden">{words.expert.chat}</h3>
      {messages.length === 0 && <p class="empty">{words.expert.empty}</p>}
      <ol class="messages" aria-live="polite">
        {messages.map((message) => (
          <li key={message.id} class={`message message-${message.from}`}>
            <Message message={message} user={user} platform={platform} />
          </li>
        ))}
      </ol>
      {platform === "teams" && <Compose user={user} />}
    </div>
  );
}

function Message({ message, user, platform }: { message: ChatMessage; user: UserView; platform: ExpertPlatform }) {
  const { words, world } = useStage();
  const { format } = useSpeech();
  const press = (verb: string, data: Record<string, unknown>) =>
    void world.act({ action: "press-card", platform, user: user.id, message: message.id, verb, data });
  return (
    <>
      <p class="quiet">
        {message.from === "bot" ? "Patchcord" : user.name}{" "}
        <time dateTime={message.at}>{format.exactTime(message.at)}</time>
        {message.edited && ` · ${words.expert.edited}`}
      </p>
      {message.text && <p class="bubble">{message.text}</p>}
      {message.card && <Card content={message.card} press={press} />}
    </>
  );
}

function Compose({ user }: { user: UserView }) {
  const { words, world } = useStage();
  const [text, setText] = useState("");
  const send = () => {
    if (!text.trim()) return;
    void world.act({ action: "say-to-bot", user: user.id, text: text.trim() });
    setText("");
  };
  return (
    <div class="compose">
      <fluent-text-input
        placeholder={words.expert.say}
        value={text}
        onInput={(event: Event) => setText(textIn(event))}
        onKeyDown={(event: KeyboardEvent) => event.key === "Enter" && send()}
      >
        <span class="visually-hidden">{words.expert.say}</span>
      </fluent-text-input>
      <Button press={send}>{words.expert.send}</Button>
    </div>
  );
}
