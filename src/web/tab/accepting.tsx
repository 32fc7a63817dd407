/** The one switch: colleagues may ask me, and until when not. */

import type { TabView } from "../../views.ts";
import { useNow } from "../shared/clock.tsx";
import { Glyph } from "../shared/glyph.tsx";
import { Icon } from "../shared/icon.tsx";
import { MenuButton } from "../shared/menu.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";
import { pauseEnd, pauses } from "./pause.ts";
import type { Speech } from "./speech.ts";
import { statusOf } from "./wording.ts";

export function Accepting() {
  const speech = useSpeech();
  const { acts } = useTab();
  const { view, busy } = useTabState();
  const now = useNow();
  if (!view) return null;
  const { me, enrolment } = view;
  if (!enrolment) return <NotEnrolled />;
  const paused = enrolment.pausedUntil !== undefined && Date.parse(enrolment.pausedUntil) > now;
  const on = enrolment.accepting && !paused;
  const { accept, see } = speech.words;
  const press = () => void acts.change({ accepting: !on });
  return (
    <header class="card accepting">
      <h1 class="visually-hidden">{me.name}</h1>
      <button
        type="button"
        role="switch"
        class="switch"
        aria-checked={on}
        aria-describedby="accepting-state"
        disabled={busy.includes("enrolment")}
        onClick={press}
      >
        <span class="switch-track" aria-hidden="true">
          <span class="switch-thumb" />
        </span>
        <span>{accept.label}</span>
      </button>
      {on && (
        <MenuButton
          label={accept.pause}
          wide
          items={pauses.map((key) => ({
            key,
            label: accept[key],
            run: () => void acts.change({ accepting: true, pausedUntil: pauseEnd(key, new Date(now)).toISOString() }),
          }))}
        >
          <span class="button-inner">
            <Icon name="pause" />
            <span>{accept.pause}</span>
          </span>
        </MenuButton>
      )}
      <p id="accepting-state" class="accepting-state">
        {stateSentence(enrolment, paused, speech, now)}
      </p>
      <p class="quiet seen-as">
        {see}: <Glyph {...me.reachability} /> {statusOf(me, speech, now)}
      </p>
    </header>
  );
}

function stateSentence(
  { accepting, pausedUntil, onRoster }: NonNullable<TabView["enrolment"]>,
  paused: boolean,
  { words: { accept }, format }: Speech,
  now: number,
): string {
  if (paused && pausedUntil) return accept.paused(format.timeOfDay(pausedUntil, now));
  if (!accepting) return accept.off;
  return onRoster.on ? accept.on : accept.offRoster(onRoster.until ? format.timeOfDay(onRoster.until, now) : "");
}

function NotEnrolled() {
  const { words } = useSpeech();
  return (
    <header class="card">
      <h1>{words.notEnrolled.title}</h1>
      <p>{words.notEnrolled.body}</p>
    </header>
  );
}
