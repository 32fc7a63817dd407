/** The customer, always in sight: who they are, what they came for, where they are now. */
import type { InteractionView } from "../../views.ts";
import { Avatar } from "../shared/avatar.tsx";
import { Icon } from "../shared/icon.tsx";
import { type CustomerPlace, customerPlace } from "../shared/picture.ts";
import { Stopwatch } from "../shared/ticking.tsx";
import type { Who, Words } from "../texts/en.ts";
import { useDesk, useDeskState, useSpeech } from "./context.ts";
import { answersWaiting, consultsOf, currentInteraction, shownInteractions } from "./state.ts";
import { namedParties, partyName } from "./wording.ts";

export function Customer({ interaction }: { interaction: InteractionView }) {
  const { words, format } = useSpeech();
  const { customer, intent, channel, startedAt, recording, state } = interaction;
  const name = customer.name ?? words.header.noName;
  return (
    <section class="card customer" aria-label={name}>
      <Avatar size={36} name={name} />
      <div class="customer-who">
        <h1 title={name}>{name}</h1>
        {customer.tier && <span class="tag">{customer.tier}</span>}
      </div>
      {intent && <p class="customer-intent">{intent}</p>}
      <p class="customer-facts">
        <Whereabouts interaction={interaction} />
        <span>
          {words.channel[channel]}
          {state === "live" && (
            <>
              {" "}
              <Stopwatch from={startedAt} />
            </>
          )}
        </span>
        {customer.language && <span>{format.language(customer.language)}</span>}
        {(channel === "voice" || channel === "video") && (
          <span class={`recording recording-${recording}`}>
            <Icon name={recording === "paused" ? "pause" : "record"} size={14} />
            {words.recording[recording]}
          </span>
        )}
      </p>
    </section>
  );
}

/** A shape and a sentence for where the customer is. */
function Whereabouts({ interaction }: { interaction: InteractionView }) {
  const { words, format } = useSpeech();
  const desk = useDeskState();
  const { id, observedAt, state } = interaction;
  const parties = namedParties(interaction.parties, consultsOf(desk, id)[0]);
  const place = state === "ended" ? "left" : customerPlace(parties);
  const customer = parties.find(({ role }) => role === "customer");
  const experts = parties.filter(({ role, state }) => role === "expert" && state === "connected");
  const names = experts.map((expert) => partyName(expert, words));
  const who = { expert: format.list(names), customer: "" };
  return (
    <strong class={`place place-${place}`}>
      <span class="place-sign" aria-hidden="true">
        {place === "held" && <Icon name="note" size={12} />}
      </span>
      <span>
        {placeSentence(place, who, words)}
        {place === "held" && (
          <>
            {" "}
            <Stopwatch from={customer?.since ?? observedAt} />
          </>
        )}
      </span>
    </strong>
  );
}

function placeSentence(place: CustomerPlace, who: Who, { header }: Words): string {
  switch (place) {
    case "with-agent":
      return header.withYou;
    case "with-expert":
      return header.withExpert(who);
    case "with-both":
      return header.withBoth(who);
    case "held":
      return header.onHold;
    case "ringing":
      return header.ringing;
    case "alone":
      return header.listening;
    case "left":
      return header.left;
  }
}

/** What is open about a customer who is not in front of the agent: questions out, answers come. */
function Asked({ interaction }: { interaction: string }) {
  const { words } = useSpeech();
  const state = useDeskState();
  const answers = answersWaiting(state).filter((one) => one.interaction.id === interaction).length;
  const open = consultsOf(state, interaction).filter((one) => one.state !== "ended").length;
  if (answers + open === 0) return null;
  return (
    <span class={`tag ${answers > 0 ? "tag-news" : ""}`}>
      {answers > 0 ? words.answer.answers(answers) : words.answer.open(open)}
    </span>
  );
}

/** Shown only when there is more than one. */
export function CustomerTabs() {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const state = useDeskState();
  const shown = shownInteractions(state);
  if (shown.length < 2) return null;
  const chosen = currentInteraction(state)?.id;
  return (
    <nav class="customers" aria-label={words.header.choose}>
      {shown.map(({ id, customer, channel }) => (
        <button
          key={id}
          type="button"
          class="customer-tab"
          aria-current={id === chosen ? "true" : undefined}
          onClick={() => acts.choose(id)}
        >
          <Icon name={channel === "voice" ? "phone" : channel === "video" ? "video" : "chat"} size={14} />
          <span>{customer.name ?? words.header.noName}</span>
          <Asked interaction={id} />
        </button>
      ))}
    </nav>
  );
}
