/** The whole page: may colleagues ask me, who needs me, and what stands behind it. */

import { Announcer } from "../shared/announcer.tsx";
import { Button } from "../shared/button.tsx";
import { ClockOffset, useNow } from "../shared/clock.tsx";
import { firstName } from "../shared/format.ts";
import { Notice } from "../shared/notice.tsx";
import { SignIn } from "../shared/sign-in.tsx";
import { Tabs } from "../shared/tabs.tsx";
import { troubleSentence } from "../shared/trouble.ts";
import { Accepting } from "./accepting.tsx";
import { Answers } from "./answers.tsx";
import { Callbacks } from "./callbacks.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";
import { Earlier } from "./earlier.tsx";
import { HoursSection } from "./hours.tsx";
import { Now } from "./now.tsx";
import { Shown } from "./shown.tsx";
import { Skills } from "./skills.tsx";
import { type Section, sectionsFor } from "./state.ts";

export function App() {
  const { clockOffsetMs } = useTabState();
  return (
    <ClockOffset.Provider value={clockOffsetMs}>
      <div class="tab-page">
        <Phase />
      </div>
    </ClockOffset.Provider>
  );
}

function Phase() {
  const { words } = useSpeech();
  const { phase } = useTabState();
  switch (phase) {
    case "signing-in":
      return <Lone sentence={words.signIn.waiting} busy />;
    case "loading":
      return <Lone sentence={words.common.loading} busy />;
    case "outside":
      return window.parent === window ? <Outside /> : <Lone sentence={words.signIn.outside} />;
    case "refused":
    case "unknown":
      return <Lone sentence={words.signIn[phase]} />;
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

/** In a plain browser the organization's own sign-in serves as well. */
function Outside() {
  const { words } = useSpeech();
  return <SignIn title={words.signIn.title} words={words.signIn} back="/tab" whose="expert" />;
}

function Failed() {
  const speech = useSpeech();
  const { acts } = useTab();
  const { trouble } = useTabState();
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

const panelId = "section";
const bodies: Record<Section, () => preact.JSX.Element | null> = {
  now: Now,
  callbacks: Callbacks,
  earlier: Earlier,
  hours: HoursSection,
  skills: Skills,
  answers: Answers,
  shown: Shown,
};

function Ready() {
  const { words, format } = useSpeech();
  const { acts } = useTab();
  const state = useTabState();
  const { section, view } = state;
  const Body = bodies[section];
  const counts: Partial<Record<Section, number>> = {
    now: view?.now.length ?? 0,
    callbacks: view?.callbacks.length ?? 0,
  };
  const label = (key: Section) =>
    counts[key] ? `${words.sections[key]} (${format.number(counts[key])})` : words.sections[key];
  return (
    <main>
      <Accepting />
      <Lost />
      <Troubles />
      <Tabs
        label={words.sections.label}
        panel={panelId}
        tabs={sectionsFor(state).map((key) => ({ key, label: label(key) }))}
        chosen={section}
        choose={acts.section}
      />
      <div id={panelId} class="section" role="tabpanel" tabIndex={-1} aria-label={words.sections[section]}>
        <Body />
      </div>
      <Said />
    </main>
  );
}

/** A break that mends itself at once is not worth a word. */
const graceMs = 3000;

function Lost() {
  const { words, format } = useSpeech();
  const { lostAt } = useTabState();
  const now = useNow();
  if (lostAt === undefined || now - lostAt < graceMs) return null;
  return (
    <Notice kind="warning" icon="offline">
      {words.lost(format.timeOfDay(new Date(lostAt).toISOString(), now))}
    </Notice>
  );
}

function Troubles() {
  const speech = useSpeech();
  const { tab } = useTab();
  const { trouble, late } = useTabState();
  if (!trouble && !late) return null;
  const close = (
    <Button appearance="subtle" press={() => tab.send({ type: "trouble-seen" })}>
      {speech.words.common.close}
    </Button>
  );
  return (
    <Notice kind={late ? "info" : "error"} action={close}>
      {trouble ? troubleSentence(trouble, speech) : speech.words.now.late}
    </Notice>
  );
}

/** What screen readers hear: requests and troubles at once, what was saved when there is a pause. */
function Said() {
  const speech = useSpeech();
  const { view, trouble, late, saved } = useTabState();
  const back = view?.callbacks.find(({ standing }) => standing === "asked" || standing === "again");
  const call = back ? speech.words.callbacks.title(back.customer ?? speech.words.common.customer) : "";
  const asked = view?.now.find(({ isMine, offer }) => !isMine && offer.state === "asked");
  const need = asked ? speech.words.now.topic(firstName(asked.agent), asked.topic ?? asked.context.question) : "";
  const problem = trouble ? troubleSentence(trouble, speech) : late ? speech.words.now.late : "";
  // A character that is not heard makes the same word news again.
  const done = saved > 0 ? speech.words.saved + "\u200b".repeat(saved % 2) : "";
  return <Announcer polite={done} assertive={[need, call, problem]} />;
}
