/** Every connection: how it is, since when, what to do about it, and asking the platform now. */
import { useEffect } from "preact/hooks";
import type { SetUpLevel } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Level } from "../shared/level.tsx";
import { api, type ConnectionView, needsSomebody } from "./api.ts";
import { Said, useAct } from "./reading.tsx";
import { useWords } from "./speech.ts";

const levels: Record<string, SetUpLevel> = {
  well: "green",
  starting: "unknown",
  degraded: "amber",
  "needs-attention": "red",
};
/** Health changes by itself; this page follows. */
const readMs = 10_000;

export function Health({ connections, again }: { connections: ConnectionView[]; again(): Promise<void> }) {
  const { words } = useWords();
  useEffect(() => {
    const timer = setInterval(() => void again(), readMs);
    return () => clearInterval(timer);
  }, [again]);
  const troubles = connections.filter(needsSomebody).length;
  if (connections.length === 0) return <p class="empty">{words.health.none}</p>;
  const worstFirst = connections.toSorted((a, b) => Number(needsSomebody(b)) - Number(needsSomebody(a)));
  return (
    <>
      <p class="figure" role="status">
        {troubles === 0 ? words.health.well : words.health.trouble(troubles)}
      </p>
      <ul class="stack">
        {worstFirst.map((connection) => (
          <li key={connection.id}>
            <Connection connection={connection} again={again} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Connection({ connection, again }: { connection: ConnectionView; again(): Promise<void> }) {
  const { words, format } = useWords();
  const now = useNow();
  const act = useAct();
  const { health, enabled, name, platform } = connection;
  const state = enabled ? health.state : "off";
  const title = `connection-${connection.id}`;
  const check = () =>
    act.run(async () => {
      await api.check(connection.id);
      setTimeout(() => void again(), 3_000);
      return words.health.checking;
    });
  const age = (at: string | null, say: (age: string) => string) =>
    at ? say(format.age(now - Date.parse(at))) : undefined;
  return (
    <article class="card stack" aria-labelledby={title}>
      <div class="line">
        <Level level={levels[state] ?? "unknown"} size={18} />
        <h3 id={title}>
          <strong>{name}</strong> {platform !== name && <span class="quiet">{platform}</span>}
        </h3>
        <span>
          {words.health.state[state] ?? state}{" "}
          {health.since && state !== "starting" && (
            <span class="quiet">{words.health.since(format.age(now - Date.parse(health.since)))}</span>
          )}
        </span>
      </div>
      {needsSomebody(connection) && <Trouble connection={connection} />}
      <p class="quiet">
        {[age(connection.sweptAt, words.health.swept), age(connection.directorySyncedAt, words.health.synced)]
          .filter(Boolean)
          .join(" · ") || words.health.never}
      </p>
      <Address url={connection.hookUrl} name={name} />
      <div class="answers">
        <Button busy={act.busy} reason={enabled ? undefined : words.health.state.off} press={() => void check()}>
          {words.health.check}
        </Button>
        <Said act={act} />
      </div>
    </article>
  );
}

function Trouble({ connection: { health } }: { connection: ConnectionView }) {
  const { words } = useWords();
  const { code = "", sentence, fix, missing = [] } = health;
  const said = [sentence, fix === sentence ? undefined : fix].filter(Boolean).join(" ");
  return (
    <>
      <p>{words.health.code[code] ?? sentence ?? words.health.state[health.state]}</p>
      <p>
        <strong>{words.health.fix[code] ?? words.health.elseFix}</strong>
      </p>
      {missing.length > 0 && (
        <>
          <p>{words.health.missing}:</p>
          <ul class="bullets">
            {missing.map((name) => (
              <li key={name}>
                <code>{name}</code>
              </li>
            ))}
          </ul>
          <p>
            <a href="#app">{words.health.consent}</a>
          </p>
        </>
      )}
      {said && (
        <Disclosure summary={words.health.says}>
          <p lang="en">{said}</p>
        </Disclosure>
      )}
    </>
  );
}

function Address({ url, name }: { url: string; name: string }) {
  const { words } = useWords();
  const act = useAct();
  const copy = () =>
    act.run(async () => {
      await navigator.clipboard.writeText(url);
      return words.health.copied;
    });
  return (
    <div class="line">
      <span class="quiet">{words.health.address}</span> <code class="address">{url}</code>
      <Button appearance="subtle" icon="copy" label={`${words.health.copy}: ${name}`} press={() => void copy()}>
        {words.health.copy}
      </Button>
      <Said act={act} />
    </div>
  );
}
