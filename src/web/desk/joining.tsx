/**
 * Joining help from this very panel. What carries the call is large, so it is loaded when the agent first wants it; here is
 * only the door. The call outlives whatever else the desk shows.
 */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { CallerView } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { createStore, useStore } from "../shared/store.ts";
import type { CallingWords } from "../texts/calling/en.ts";
import { useDesk, useSpeech } from "./context.ts";
import type { Speech } from "./speech.ts";

export type Joining = {
  consult: string;
  way: CallerView["place"]["way"];
  expert: string;
  /** Where the meeting is joined without us. */
  link?: string | undefined;
};
export type JoiningState = { wanted?: Joining; isBusy: boolean };
export type JoiningEvent = { type: "join"; wanted: Joining } | { type: "busy"; isBusy: boolean } | { type: "close" };

export const createJoining = () => createStore<JoiningState, JoiningEvent>(reduceJoining, { isBusy: false });

/** One call at a time: while one goes on, another wish is not heard. */
export function reduceJoining(state: JoiningState, event: JoiningEvent): JoiningState {
  switch (event.type) {
    case "join":
      return state.isBusy ? state : { wanted: event.wanted, isBusy: false };
    case "busy":
      return state.isBusy === event.isBusy ? state : { ...state, isBusy: event.isBusy };
    case "close":
      return { isBusy: false };
  }
}

/** Says at build time whether the optional library is there. */
declare const __CALLS_INSTALLED__: boolean;
export const isInstalled = typeof __CALLS_INSTALLED__ === "undefined" || __CALLS_INSTALLED__;

type Panel = ComponentType<{
  joining: Joining;
  words: CallingWords;
  askToken(): Promise<CallerView>;
  busy(isBusy: boolean): void;
  close(): void;
}>;
type Loaded = { Panel: Panel; words: CallingWords };

const wordLoaders: Record<Speech["language"], () => Promise<{ calling: CallingWords }>> = {
  en: () => import("../texts/calling/en.ts"),
  es: () => import("../texts/calling/es.ts"),
  sv: () => import("../texts/calling/sv.ts"),
  fr: () => import("../texts/calling/fr.ts"),
};

async function load(language: Speech["language"]): Promise<Loaded> {
  const [{ CallPanel }, { calling }] = await Promise.all([import("./calling/call-panel.tsx"), wordLoaders[language]()]);
  return { Panel: CallPanel, words: calling };
}

const whole = (state: JoiningState) => state;

export function Joined() {
  const { joining, acts } = useDesk();
  const { language, words } = useSpeech();
  const { wanted } = useStore(joining, whole);
  const [loaded, setLoaded] = useState<Loaded>();
  const [hasFailed, setFailed] = useState(false);
  const get = () => {
    setFailed(false);
    load(language).then(setLoaded, () => setFailed(true));
  };
  useEffect(() => {
    if (wanted) get();
  }, [wanted, language]);
  if (!wanted) return null;
  const close = () => {
    joining.send({ type: "close" });
    // Where it was opened from, as far as that is still there.
    document
      .querySelector<HTMLElement>(`[data-consult="${CSS.escape(wanted.consult)}"]`)
      ?.focus({ preventScroll: true });
  };
  if (loaded)
    return (
      <loaded.Panel
        key={`${wanted.consult} ${wanted.way}`}
        joining={wanted}
        words={loaded.words}
        askToken={() => acts.callFor(wanted.consult, wanted.way)}
        busy={(isBusy) => joining.send({ type: "busy", isBusy })}
        close={close}
      />
    );
  return (
    <section class="card" aria-busy={!hasFailed}>
      <p role="status">{hasFailed ? words.offline : words.common.loading}</p>
      {hasFailed && (
        <div class="moves-row">
          <Button press={get}>{words.common.retry}</Button>
          <Button press={close}>{words.common.close}</Button>
        </div>
      )}
    </section>
  );
}
