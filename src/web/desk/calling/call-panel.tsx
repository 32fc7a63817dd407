/** The call that this panel itself is in: what is so, who is there, and what the agent can do. Loaded when first wanted. */
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { CallerView } from "../../../views.ts";
import { Button } from "../../shared/button.tsx";
import { Disclosure } from "../../shared/disclosure.tsx";
import { Icon } from "../../shared/icon.tsx";
import { Notice } from "../../shared/notice.tsx";
import { useStore } from "../../shared/store.ts";
import { Stopwatch } from "../../shared/ticking.tsx";
import { troubleSentence } from "../../shared/trouble.ts";
import type { CallingWords } from "../../texts/calling/en.ts";
import { useSpeech } from "../context.ts";
import type { Joining } from "../joining.tsx";
import "./call-panel.css";
import { type CallState, isOver, isUnderWay } from "./call-state.ts";
import { type Calling, createCalling } from "./calling.ts";
import { Controls, DeviceChoice } from "./controls.tsx";
import { openAgent } from "./open-agent.ts";
import { Captions, People, Pictures } from "./others.tsx";

type Props = {
  joining: Joining;
  words: CallingWords;
  askToken(): Promise<CallerView>;
  /** The call has begun or ended: the rest of the desk offers no other meanwhile. */
  busy(isBusy: boolean): void;
  close(): void;
};

export function CallPanel({ joining, words, askToken, busy, close }: Props) {
  const { language } = useSpeech();
  const calling = useMemo(() => createCalling({ openAgent, askToken, language }), [joining.consult, joining.way]);
  const state = useStore(calling.store, whole);
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.focus({ preventScroll: true });
    void calling.prepare();
    // A page that is put away for coming back later is as gone as one that is closed.
    addEventListener("pagehide", calling.vanish);
    return () => {
      removeEventListener("pagehide", calling.vanish);
      calling.vanish();
    };
  }, [calling]);
  const isBusy = isUnderWay(state);
  useEffect(() => busy(isBusy), [isBusy]);
  // A button that has done its work goes, and would take the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) section.current?.focus({ preventScroll: true });
  }, [state.phase]);
  return (
    <section
      ref={section}
      class="card calling"
      aria-label={words.title(joining.expert)}
      tabIndex={-1}
      data-phase={state.phase}
    >
      <h2 class="calling-title">
        <Icon name={joining.way === "person" ? "phone" : "video"} /> {words.title(joining.expert)}
        {state.inSince !== undefined && isBusy && <Stopwatch from={new Date(state.inSince).toISOString()} />}
      </h2>
      <p class="sentence" role="status">
        {sentenceOf(state, words, joining.expert)}
      </p>
      <Trouble state={state} words={words} />
      {state.isLineBroken && <Notice kind="warning">{words.broken}</Notice>}
      {state.phase === "ready" && <Before calling={calling} state={state} words={words} joining={joining} />}
      {isBusy && <During calling={calling} state={state} words={words} />}
      <Ways calling={calling} state={state} words={words} joining={joining} close={close} />
    </section>
  );
}
const whole = (state: CallState) => state;

function sentenceOf({ phase, ending }: CallState, words: CallingWords, expert: string): string {
  return phase === "over" && ending ? words.ending[ending](expert) : words.phase[phase](expert);
}

function Trouble({ state: { trouble }, words }: { state: CallState; words: CallingWords }) {
  const speech = useSpeech();
  if (!trouble) return null;
  const sentence = trouble.code === "service" ? troubleSentence(trouble.trouble, speech) : words.trouble[trouble.code];
  return (
    <div role="alert">
      <Notice kind="error">{sentence}</Notice>
    </div>
  );
}

export type Part = { calling: Calling; state: CallState; words: CallingWords };

/** Nobody is heard or seen before they have pressed. */
function Before({ calling, state, words, joining }: Part & { joining: Joining }) {
  return (
    <>
      <Check on={state.isMicrophoneOn} label={words.microphone.label} set={calling.setMicrophone} />
      <Check on={state.isCameraOn} label={words.camera.label} set={calling.setCamera} />
      <DeviceChoice calling={calling} state={state} words={words} />
      <Button
        appearance="primary"
        icon={joining.way === "person" ? "phone" : "video"}
        press={() => void calling.join()}
      >
        {joining.way === "person" ? words.ring(joining.expert) : words.join}
      </Button>
    </>
  );
}

function Check({ on, label, set }: { on: boolean; label: string; set(on: boolean): void }) {
  return (
    <label class="calling-check">
      <input type="checkbox" checked={on} onChange={(event) => set(event.currentTarget.checked)} /> {label}
    </label>
  );
}

function During({ calling, state, words }: Part) {
  return (
    <>
      <Pictures pictures={state.pictures} words={words} />
      {state.phase === "in" && <People people={state.people} words={words} />}
      {state.captions === "on" && <Captions said={state.said} words={words} />}
      {state.isScreenShown && (
        <p class="quiet">
          <Icon name="video" size={14} /> {words.screen.shown}
        </p>
      )}
      {state.phase === "in" && <Controls calling={calling} state={state} words={words} />}
      <Disclosure summary={words.devices}>
        <DeviceChoice calling={calling} state={state} words={words} />
      </Disclosure>
    </>
  );
}

/** The way out is always there; after the end, the ways back in. */
function Ways({ calling, state, words, joining, close }: Part & { joining: Joining; close(): void }) {
  const { link } = joining;
  if (!isOver(state)) {
    const isIn = isUnderWay(state);
    const out = () => void calling.leave().then(() => !isIn && close());
    return (
      <Button class="calling-out" icon="close" busy={state.phase === "leaving"} press={out}>
        {isIn ? words.leave : words.cancel}
      </Button>
    );
  }
  return (
    <div class="moves-row">
      <Button
        appearance={state.ending === "left" ? "outline" : "primary"}
        icon="reset"
        press={() => void calling.prepare()}
      >
        {words.again}
      </Button>
      {link && (
        <Button icon="link" press={() => open(link, "_blank", "noopener")}>
          {words.openLink}
        </Button>
      )}
      <Button appearance="subtle" press={close}>
        {words.close}
      </Button>
    </div>
  );
}
