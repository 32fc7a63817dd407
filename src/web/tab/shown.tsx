/** What Patchcord shows on my accounts, why, and what my platforms say about me. */
import { useEffect } from "preact/hooks";
import type { TabHold } from "../../views.ts";
import { useNow } from "../shared/clock.tsx";
import { Glyph } from "../shared/glyph.tsx";
import { Age } from "../shared/ticking.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";
import { capital, shortPlatform, statusWord } from "./wording.ts";

export function Shown() {
  const { words } = useSpeech();
  const { view } = useTabState();
  useWhy();
  if (!view) return null;
  const { presences } = view.me.reachability;
  return (
    <>
      <section class="card">
        <p>{words.shown.intro}</p>
        {view.holds.length === 0 ? (
          <p class="empty">{words.shown.none}</p>
        ) : (
          <>
            <ul class="holds">
              {view.holds.map((hold) => (
                <HoldLine key={hold.account} hold={hold} />
              ))}
            </ul>
            <p class="quiet">{words.shown.how}</p>
          </>
        )}
      </section>
      <Why />
      <section class="card" aria-labelledby="seen">
        <h2 id="seen">{words.shown.seen}</h2>
        {presences.length === 0 && <p class="empty">{words.shown.unseen}</p>}
        <ul class="presences">
          {presences.map((presence) => (
            <PresenceLine key={presence.account} presence={presence} />
          ))}
        </ul>
      </section>
    </>
  );
}

/** Reasons change with every change of presence. */
function useWhy() {
  const { language } = useSpeech();
  const { acts } = useTab();
  const at = useTabState().view?.serverTime;
  useEffect(() => {
    if (at) void acts.readWhy(language);
  }, [at, language, acts]);
}

function Why() {
  const { words } = useSpeech();
  const { why = [] } = useTabState().more;
  if (why.length === 0) return null;
  return (
    <section class="card" aria-labelledby="why">
      <h2 id="why">{words.shown.why}</h2>
      <ul class="presences">
        {why.map(({ account, code, sentence }) => (
          <li key={`${account} ${code}`}>{sentence}</li>
        ))}
      </ul>
    </section>
  );
}

function HoldLine({ hold }: { hold: TabHold }) {
  const speech = useSpeech();
  const { words, format } = speech;
  const now = useNow();
  const { because, until } = hold;
  const why = because && words.shown.because(statusWord(because, speech), shortPlatform(because.platform));
  return (
    <li>
      <p>
        <Glyph availability={hold.availability} activity={hold.activity} /> <strong>{statusWord(hold, speech)}</strong>{" "}
        · {shortPlatform(hold.platform)} · {words.shown.state[hold.state]}
      </p>
      {why && <p>{capital(why)}</p>}
      {until && hold.state === "held" && (
        <p class="quiet">{capital(words.shown.until(format.timeOfDay(until, now)))}</p>
      )}
      {hold.reason && <p class="quiet">{hold.reason}</p>}
    </li>
  );
}

type Presence = NonNullable<ReturnType<typeof useTabState>["view"]>["me"]["reachability"]["presences"][number];

function PresenceLine({ presence }: { presence: Presence }) {
  const speech = useSpeech();
  const now = useNow();
  const { availability, activity, stale, observedAt, platform } = presence;
  return (
    <li>
      <Glyph availability={availability} activity={activity} stale={stale} /> {shortPlatform(platform)}:{" "}
      {statusWord(presence, speech)}{" "}
      <span class="quiet">
        {stale ? speech.words.presence.stale(speech.format.timeOfDay(observedAt, now)) : <Age at={observedAt} />}
      </span>
    </li>
  );
}
