/** The whole desk: what state the service and the call are in decides what is drawn. */
import { useEffect, useRef } from "preact/hooks";
import type { InteractionView } from "../../views.ts";
import { Announcer } from "../shared/announcer.tsx";
import { Button } from "../shared/button.tsx";
import { ClockOffset, useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Notice } from "../shared/notice.tsx";
import { troubleSentence } from "../shared/trouble.ts";
import { ConsultPanel } from "./consult-panel.tsx";
import { useDesk, useDeskState, useFinderState, useSpeech } from "./context.ts";
import { Customer, CustomerTabs } from "./customer.tsx";
import { EndedPanel } from "./ended-panel.tsx";
import { Finder } from "./finder.tsx";
import { Joined } from "./joining.tsx";
import { Question } from "./question.tsx";
import { Skeleton } from "./skeleton.tsx";
import { answersWaiting, consultsOf, currentInteraction, isMine } from "./state.ts";
import { AnswersElsewhere } from "./waits.tsx";
import { consultSentence, isCall, lateSentence, waitingSentence } from "./wording.ts";

export function App() {
  const { clockOffsetMs } = useDeskState();
  return (
    <ClockOffset.Provider value={clockOffsetMs}>
      <div class="desk">
        <Joined />
        <Phase />
      </div>
    </ClockOffset.Provider>
  );
}

function Phase() {
  const { words } = useSpeech();
  const { phase } = useDeskState();
  switch (phase) {
    case "signing-in":
      return <Lone sentence={words.signIn.waiting} busy />;
    case "signed-out":
      return <SignedOut sentence={words.signIn.missing} />;
    case "expired":
      return <SignedOut sentence={words.signIn.expired} />;
    case "loading":
      return <Skeleton />;
    case "failed":
      return <Failed />;
    case "ready":
      return <Ready />;
  }
}

const Lone = ({ sentence, busy = false }: { sentence: string; busy?: boolean }) => (
  <main class="lone">
    {busy && <fluent-spinner size="small" aria-hidden />}
    <p role="status">{sentence}</p>
  </main>
);

/** Where the organization has a sign-in of its own, one press away. */
function SignedOut({ sentence }: { sentence: string }) {
  const speech = useSpeech();
  const { signIn } = useDesk();
  const { canSignIn, trouble } = useDeskState();
  return (
    <main class="lone">
      <p role="status">{canSignIn ? speech.words.signIn.own : sentence}</p>
      {trouble && <p role="alert">{troubleSentence(trouble, speech)}</p>}
      {canSignIn && (
        <Button appearance="primary" press={signIn}>
          {speech.words.signIn.open}
        </Button>
      )}
      <p class="quiet">{speech.words.failed.body}</p>
    </main>
  );
}

function Failed() {
  const speech = useSpeech();
  const { acts } = useDesk();
  const { trouble } = useDeskState();
  return (
    <main class="lone">
      <h1>{speech.words.failed.title}</h1>
      {trouble && <p role="alert">{troubleSentence(trouble, speech)}</p>}
      <p class="quiet">{speech.words.failed.body}</p>
      <Button appearance="primary" press={() => void acts.load()}>
        {speech.words.common.retry}
      </Button>
    </main>
  );
}

function Ready() {
  const { words } = useSpeech();
  const state = useDeskState();
  const interaction = currentInteraction(state);
  const consults = interaction ? consultsOf(state, interaction.id) : [];
  // A question leaves the agent free to ask others; help with the call itself does not.
  const live = consults.filter((consult) => consult.state !== "ended" && isCall(consult));
  useFocusOnNews(consults[0]?.id);
  return (
    <>
      <SignInLost />
      <Connection />
      <Follows />
      <CustomerTabs />
      <AnswersElsewhere />
      <main class={`columns ${live.length > 0 ? "busy" : ""}`}>
        <div class="column">
          {interaction ? <Customer interaction={interaction} /> : <NoCustomer />}
          <TroubleNotice />
          {consults.map((consult) =>
            consult.state === "ended" ? (
              <EndedPanel key={consult.id} consult={consult} interaction={interaction} />
            ) : (
              <ConsultPanel key={consult.id} consult={consult} interaction={interaction} />
            ),
          )}
          {interaction && isMine(interaction) && (live.length === 0 || state.wordless) && (
            <Question key={interaction.id} interaction={interaction} />
          )}
        </div>
        <div class="column">
          {live.length > 0 ? (
            <div class="card folded">
              <Disclosure summary={words.finder.elsewhere}>
                <Finder interaction={interaction} />
              </Disclosure>
            </div>
          ) : (
            <Finder interaction={interaction} />
          )}
        </div>
      </main>
      <Said interaction={interaction} />
    </>
  );
}

/**
 * A consult that the agent has just begun takes the focus, which would otherwise be lost with the pressed button. Only
 * our own window is scrolled, never the page around it.
 */
function useFocusOnNews(newest: string | undefined) {
  const before = useRef(newest);
  useEffect(() => {
    if (newest && newest !== before.current) {
      const panel = document.querySelector<HTMLElement>(`[data-consult="${CSS.escape(newest)}"]`);
      panel?.focus({ preventScroll: true });
      scrollTo({ top: 0 });
    }
    before.current = newest;
  }, [newest]);
}

function NoCustomer() {
  const { words } = useSpeech();
  return (
    <section class="card no-customer">
      <h1>{words.empty.title}</h1>
      <p class="quiet">{words.empty.body}</p>
    </section>
  );
}

/** In mid-call: the call goes on, and one press asks for another sign-in. */
function SignInLost() {
  const { words } = useSpeech();
  const { signIn } = useDesk();
  const { signInLost, canSignIn } = useDeskState();
  if (!signInLost) return null;
  return (
    <section class="banner" aria-label={words.signIn.lost}>
      <Notice
        kind="warning"
        icon="lock"
        action={<Button press={signIn}>{canSignIn ? words.signIn.open : words.common.retry}</Button>}
      >
        <strong>{words.signIn.lost}</strong> {words.failed.body}
      </Notice>
    </section>
  );
}

/** What still works is said first. */
function Connection() {
  const { words, format } = useSpeech();
  const { connection, signInLost } = useDeskState();
  const now = useNow();
  if (signInLost || connection.state !== "lost" || connection.lostAt === undefined || now - connection.lostAt < graceMs)
    return null;
  const time = format.timeOfDay(new Date(connection.lostAt).toISOString(), now);
  return (
    <section class="banner" aria-label={words.connection.lost}>
      <Notice kind="warning" icon="offline">
        <strong>{words.connection.lost}</strong> {words.connection.asOf(time)} {words.connection.trying}
      </Notice>
    </section>
  );
}

/** Open twice: this window shows the same and stays quiet. */
function Follows() {
  const { words } = useSpeech();
  const { takeLead } = useDesk();
  if (useDeskState().leads) return null;
  return (
    <section class="banner" aria-label={words.connection.follows}>
      <Notice kind="info" icon="people" action={<Button press={takeLead}>{words.connection.lead}</Button>}>
        {words.connection.follows}
      </Notice>
    </section>
  );
}

/** A break that mends itself at once is not worth a word. */
const graceMs = 2000;

function TroubleNotice() {
  const speech = useSpeech();
  const { desk } = useDesk();
  const { trouble } = useDeskState();
  if (!trouble) return null;
  return (
    <Notice
      kind="error"
      action={
        <Button appearance="subtle" press={() => desk.send({ type: "trouble-seen" })}>
          {speech.words.common.close}
        </Button>
      }
    >
      {troubleSentence(trouble, speech)}
    </Notice>
  );
}

/** What screen readers hear: the call at once, lists when there is a pause. */
function Said({ interaction }: { interaction: InteractionView | undefined }) {
  useNow(); // answers that wait are told again
  const speech = useSpeech();
  const state = useDeskState();
  const { status, hits, query } = useFinderState();
  const [consult, ...others] = interaction ? consultsOf(state, interaction.id) : [];
  const call = consult ? consultSentence(consult, interaction, speech, Date.now() + state.clockOffsetMs) : "";
  const trouble = state.trouble ? troubleSentence(state.trouble, speech) : "";
  const late = others
    .map((each) => lateSentence(each, speech, Date.now() + state.clockOffsetMs))
    .filter(Boolean)
    .join(" ");
  const list = status === "ready" && query ? speech.words.finder.found(hits.length) : "";
  const connection = state.signInLost
    ? speech.words.signIn.lost
    : state.connection.state === "lost"
      ? speech.words.connection.lost
      : "";
  const answers = waitingSentence(answersWaiting(state), speech, Date.now() + state.clockOffsetMs);
  return <Announcer polite={list} assertive={state.leads ? [connection, trouble, call, late, answers] : []} />;
}
