/** Customers who wait to be called back: whose turn, until when, and how it went. */
import { useId } from "preact/hooks";
import type { TabCallback } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Icon } from "../shared/icon.tsx";
import type { CallbackAct } from "./api.ts";
import { useSpeech, useTab, useTabState } from "./context.ts";

/** Theirs first; then what they may take; what a colleague is doing last. */
const order: readonly TabCallback["standing"][] = ["mine", "asked", "again", "others", "taken"];

export function Callbacks() {
  const { words } = useSpeech();
  const { view } = useTabState();
  const all = view?.callbacks ?? [];
  if (all.length === 0) return <p class="empty">{words.callbacks.none}</p>;
  const sorted = all.toSorted(
    (a, b) => order.indexOf(a.standing) - order.indexOf(b.standing) || a.dueAt.localeCompare(b.dueAt),
  );
  return (
    <ul class="requests">
      {sorted.map((one) => (
        <li key={one.id}>
          <Callback callback={one} />
        </li>
      ))}
    </ul>
  );
}

function Callback({ callback }: { callback: TabCallback }) {
  const { words, format } = useSpeech();
  const now = useNow();
  const title = useId();
  const { standing, customer, about, line, phone, dueAt, createdAt, colleague, callUrl } = callback;
  const isMine = standing === "mine";
  const say = words.callbacks;
  return (
    <article class={`card request ${isMine ? "mine" : ""}`} aria-labelledby={title}>
      <h2 id={title}>{say.title(customer ?? words.common.customer)}</h2>
      <p class="quiet">
        {[line, say.by(format.timeOfDay(dueAt, now)), say.asked(format.ago(createdAt, now))]
          .filter(Boolean)
          .join(" · ")}
      </p>
      {about && <blockquote>{about}</blockquote>}
      <p class="sentence">{say.standing[standing](colleague ?? words.common.colleague)}</p>
      <p>
        {!isMine && <Icon name="lock" size={14} />} {phone}
        {!isMine && <span class="visually-hidden">, {say.masked}</span>}
      </p>
      {isMine && callUrl && (
        <p>
          <a href={callUrl} target="_blank" rel="noopener noreferrer">
            {say.call(phone)}
          </a>
        </p>
      )}
      <Acts callback={callback} />
    </article>
  );
}

const acts: Record<TabCallback["standing"], readonly CallbackAct[]> = {
  asked: ["claim", "pass"],
  again: ["claim", "pass"],
  mine: ["reached", "not-reached", "cancelled", "pass"],
  others: ["claim"],
  taken: [],
};

function Acts({ callback: { id, standing } }: { callback: TabCallback }) {
  const { words } = useSpeech();
  const { acts: can } = useTab();
  const { busy } = useTabState();
  return (
    <div class="answers">
      {acts[standing].map((what, index) => (
        <Button
          key={what}
          appearance={index === 0 && standing !== "others" ? "primary" : "outline"}
          busy={busy.includes(id)}
          press={() => void can.callback(id, what)}
        >
          {words.callbacks.act[what]}
        </Button>
      ))}
    </div>
  );
}
