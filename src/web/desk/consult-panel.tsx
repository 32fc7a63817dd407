/** What is happening to my call? The picture, the sentence, what I can do, and the way back. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Move } from "../../consults/model.ts";
import type { CallOperation } from "../../platform/contract.ts";
import type { ConsultView, InteractionView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { CallPicture } from "../shared/call-picture.tsx";
import { useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { firstName } from "../shared/format.ts";
import type { IconName } from "../shared/icon.tsx";
import { Icon } from "../shared/icon.tsx";
import { MenuButton } from "../shared/menu.tsx";
import { Notice } from "../shared/notice.tsx";
import type { PictureParty } from "../shared/picture.ts";
import { Countback } from "../shared/ticking.tsx";
import type { Who } from "../texts/en.ts";
import { useDesk, useDeskState, useSpeech } from "./context.ts";
import { Meeting } from "./meeting.tsx";
import { Offers } from "./offers.tsx";
import { Replies } from "./replies.tsx";
import { Timeline } from "./timeline.tsx";
import {
  backHint,
  cannotReason,
  capital,
  consultSentence,
  isCall,
  lateSentence,
  namedParties,
  partyName,
  pendingSentence,
  recordingSentence,
  troubleOfConsult,
  whoOf,
} from "./wording.ts";

type Props = { consult: ConsultView; interaction: InteractionView | undefined };

export function ConsultPanel({ consult, interaction }: Props) {
  const speech = useSpeech();
  const now = useNow();
  const { words } = speech;
  const who = whoOf(consult, interaction, words);
  const trouble = troubleOfConsult(consult, who, words);
  const isLate = lateSentence(consult, speech, now) !== undefined;
  return (
    <section class="card consult" aria-label={words.consult.title(who)} tabIndex={-1} data-consult={consult.id}>
      {!isCall(consult) && consult.question && <p class="quiet asked-what">“{consult.question}”</p>}
      {isCall(consult) && interaction && <Picture consult={consult} interaction={interaction} who={who} />}
      {consult.isQuestionLate && (
        <p class="quiet" role="status">
          {words.question.late}
        </p>
      )}
      <p class="sentence">
        {isLate && (
          <span class="late-sign">
            <Icon name="warning" />
          </span>
        )}
        {consultSentence(consult, interaction, speech, now)}
      </p>
      <Countdown consult={consult} />
      {trouble && <Notice kind="warning">{trouble}</Notice>}
      <Pending consult={consult} who={who} />
      <Replies consult={consult} />
      <Meeting consult={consult} expert={who.expert} />
      {isCall(consult) ? <CallMoves consult={consult} who={who} /> : <Withdraw consult={consult} isLate={isLate} />}
      {interaction && mayHandOver(consult) && <p class="quiet">{recordingSentence(interaction, words)}</p>}
      <Offers consult={consult} />
      <Disclosure summary={words.consult.showTimeline}>
        <Timeline consult={consult} who={who} />
      </Disclosure>
    </section>
  );
}

function Picture({ consult, interaction, who }: Props & { interaction: InteractionView; who: Who }) {
  const { words } = useSpeech();
  const name = (party: PictureParty): string => {
    if (party.role === "agent") return words.common.you;
    if (party.role === "customer") return who.customer;
    return partyName(party, words);
  };
  return (
    <CallPicture
      parties={[...namedParties(interaction.parties, consult), ...asked(consult, interaction)]}
      nameOf={name}
    />
  );
}

/** Those who are being asked stand by until a phone rings. */
function asked({ offers, state }: ConsultView, { parties }: InteractionView): PictureParty[] {
  if (state !== "offering" || parties.some(({ role }) => role === "expert")) return [];
  return offers
    .filter((offer) => offer.state === "asked")
    .map(({ id, name, askedAt }) => ({
      ref: id,
      role: "expert",
      state: "asked",
      name,
      hears: [],
      music: false,
      ...(askedAt && { since: askedAt }),
    }));
}

/** Somebody has said "in 5 minutes": how long until they are asked again. */
function Countdown({ consult: { state, offers } }: { consult: ConsultView }) {
  const { words } = useSpeech();
  const later = offers.find((offer) => offer.state === "later" && offer.againAt);
  if (state !== "waiting" || !later?.againAt) return null;
  return (
    <p class="quiet countdown">
      <Icon name="bell" size={14} /> {words.consult.againIn} <Countback to={later.againAt} />
    </p>
  );
}

/** Said only when it takes noticeably long; uncertainty is said at once. */
const noticeableMs = 700;
/** How long "done" stays to be read. */
const doneMs = 4000;

function Pending({ consult, who }: { consult: ConsultView; who: Who }) {
  const { words } = useSpeech();
  const now = useNow();
  const done = useDone(consult);
  const sentence = pendingSentence(consult, who, words);
  if (!consult.pending && done)
    return (
      <p class="pending quiet">
        <Icon name="check" size={14} /> {words.pending.done(words.pending.operation[done](who))}
      </p>
    );
  if (!sentence || !consult.pending) return null;
  if (consult.pending.state === "unknown") return <Notice kind="warning">{sentence}</Notice>;
  if (now - Date.parse(consult.pending.askedAt) < noticeableMs) return null;
  return (
    <p class="pending quiet">
      <fluent-spinner size="extra-tiny" aria-hidden /> {sentence}
    </p>
  );
}

/** What was just asked of the phone system and has happened, for as long as it takes to read it. */
function useDone({ pending, trouble }: ConsultView): CallOperation | undefined {
  const [done, setDone] = useState<CallOperation>();
  const before = useRef(pending?.operation);
  useEffect(() => {
    const was = before.current;
    before.current = pending?.operation;
    if (pending || !was) return;
    setDone(trouble ? undefined : was);
    const timer = setTimeout(() => setDone(undefined), doneMs);
    return () => clearTimeout(timer);
  }, [pending?.operation, trouble]);
  return done;
}

const front: readonly Move[] = ["all-together", "hand-over"];
const icons: Record<Move, IconName> = {
  "all-together": "together",
  "hand-over": "hand",
  "talk-to-customer": "phone",
  "talk-to-expert": "phone",
  "add-expert": "people",
  "drop-expert": "close",
  cancel: "close",
};

function CallMoves({ consult, who }: { consult: ConsultView; who: Who }) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const { moving } = useDeskState();
  const underWay = moving[consult.id];
  const offered = consult.moves.filter(({ move, reason }) => reason !== "already" && move !== "add-expert");
  const added = consult.offers.filter(
    ({ joins, state }) => joins && joins !== "left" && ["asked", "accepted"].includes(state),
  );
  const mustBeHeard = offered.some(({ move, reason }) => move === "hand-over" && reason === "not-proven");
  const buttons = offered.filter(({ move }) => front.includes(move) && !(mustBeHeard && move === "hand-over"));
  const rest = offered.filter(({ move }) => !front.includes(move) && move !== backMove(consult));
  const primary = buttons.find(({ possible }) => possible)?.move;
  const blocked = buttons.find(({ possible }) => !possible);
  const press = (move: Move) => void acts.move(consult.id, move);
  return (
    <fieldset class="moves" aria-label={words.consult.moves}>
      <div class="moves-row">
        {buttons.map(({ move, possible, reason }) => (
          <Button
            key={move}
            appearance={move === primary ? "primary" : "outline"}
            icon={icons[move]}
            busy={underWay === move}
            reason={possible ? undefined : cannotReason(reason, words)}
            press={() => press(move)}
          >
            {words.move[move](who)}
          </Button>
        ))}
        {(rest.some(({ possible }) => possible) || added.length > 0) && (
          <MenuButton
            label={words.common.more}
            items={[
              ...rest.map(({ move, possible, reason }) => ({
                key: move as string,
                label: words.move[move](who),
                icon: icons[move],
                disabled: !possible,
                ...(!possible && { hint: capital(cannotReason(reason, words)) }),
                run: () => press(move),
              })),
              ...added.map(({ id, personId, name }) => ({
                key: id,
                label: words.move["drop-expert"]({ ...who, expert: firstName(name) }),
                icon: icons["drop-expert"],
                run: () => void acts.move(consult.id, "drop-expert", false, personId),
              })),
            ]}
          >
            <Icon name="more" />
          </MenuButton>
        )}
      </div>
      {mustBeHeard && (
        <Heard
          who={who}
          busy={underWay === "hand-over"}
          handOver={() => void acts.move(consult.id, "hand-over", true)}
        />
      )}
      {blocked && <p class="quiet">{capital(`${cannotReason(blocked.reason, words)}.`)}</p>}
      <Button
        class="back"
        icon="back"
        busy={underWay === backMove(consult)}
        title={backHint(consult, who, words)}
        press={() => press(backMove(consult))}
      >
        {words.consult.back(who.customer)}
      </Button>
      <p class="quiet">{backHint(consult, who, words)}</p>
    </fieldset>
  );
}

const mayHandOver = ({ moves }: ConsultView): boolean =>
  moves.some(({ move, possible, reason }) => move === "hand-over" && possible && reason !== "already");

/** Some platforms cannot tell a person from a machine; then the agent's ear decides. */
function Heard({ who, busy, handOver }: { who: Who; busy: boolean; handOver(): void }) {
  const { words } = useSpeech();
  return (
    <div class="heard">
      <p class="quiet">{words.consult.notProven(who)}</p>
      <Button icon="hand" busy={busy} press={handOver}>
        {words.consult.heard(who)}
      </Button>
    </div>
  );
}

/** The way back is never blocked: while the expert is there it lets them go, before that it takes the request back. */
const backMove = (consult: ConsultView): Move =>
  consult.moves.some(({ move, possible }) => move === "drop-expert" && possible) ? "drop-expert" : "cancel";

function Withdraw({ consult, isLate }: { consult: ConsultView; isLate: boolean }) {
  const { words } = useSpeech();
  const { acts } = useDesk();
  const { moving, asking } = useDeskState();
  const askElsewhere = () => {
    acts.askElsewhere(consult);
    document.querySelector<HTMLElement>(".finder .search")?.focus();
  };
  return (
    <div class="moves-row">
      <Reminded consult={consult} />
      {mayRemind(consult) && (
        <Button icon="bell" busy={asking.includes(`remind:${consult.id}`)} press={() => void acts.remind(consult.id)}>
          {words.answer.remind}
        </Button>
      )}
      {isLate && (
        <Button icon="people" press={askElsewhere}>
          {words.answer.another}
        </Button>
      )}
      <Button icon="close" busy={moving[consult.id] === "cancel"} press={() => void acts.move(consult.id, "cancel")}>
        {words.move.cancel()}
      </Button>
    </div>
  );
}

/** That they were reminded, and when. */
function Reminded({ consult }: { consult: ConsultView }) {
  const { words, format } = useSpeech();
  const now = useNow();
  const last = consult.timeline.findLast(({ what }) => what === "reminded");
  if (!last) return null;
  const name = typeof last.data.name === "string" ? firstName(last.data.name) : words.common.colleague;
  return (
    <p class="quiet reminded" role="status">
      <Icon name="bell" size={14} /> {words.event.reminded({ name, detail: "" })} {format.ago(last.at, now)}
    </p>
  );
}

/** Somebody has the question, and its answer is to come. */
const mayRemind = ({ kind, state, offers }: ConsultView): boolean =>
  kind === "question" &&
  (state === "consulting" ||
    (state === "offering" && offers.some(({ state }) => state === "asked" || state === "silent")));
