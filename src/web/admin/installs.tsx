/** Step three: the app for every enrolled expert, with progress while it goes on and a result for each. */
import { useEffect } from "preact/hooks";
import type { SetUpLevel } from "../../views.ts";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Level } from "../shared/level.tsx";
import { type AppView, api, type InstallsView } from "./api.ts";
import { downloadCsv } from "./csv.ts";
import { Reading, Said, useAct, useRead } from "./reading.tsx";
import { useWords } from "./speech.ts";

const levels: Record<string, SetUpLevel> = {
  installed: "green",
  wanted: "amber",
  missing: "amber",
  failed: "red",
  blocked: "red",
};
const order = ["failed", "blocked", "wanted", "missing", "unknown", "installed"];
const readMs = 2_000;

export function Installs({ id, app }: { id: string; app: AppView }) {
  const { words } = useWords();
  const read = useRead(() => api.installs(id), id);
  return (
    <section class="card stack" aria-labelledby="install">
      <h3 id="install">{words.app.install.title}</h3>
      {!app.catalogAppId && <p>{words.app.install.noCatalog}</p>}
      <Reading read={read}>
        {(installs) =>
          installs.items.length === 0 ? (
            <p class="empty">{words.app.install.none}</p>
          ) : (
            <Progress id={id} installs={installs} again={read.again} may={app.catalogAppId !== undefined} />
          )
        }
      </Reading>
    </section>
  );
}

type Props = { id: string; installs: InstallsView; again(): Promise<void>; may: boolean };

function Progress({ id, installs, again, may }: Props) {
  const { words } = useWords();
  const act = useAct();
  const { progress, items } = installs;
  const say = words.app.install;
  const all = Object.values(progress).reduce((sum, n) => sum + n, 0);
  const done = progress.installed ?? 0;
  const isUnderWay = (progress.wanted ?? 0) > 0;
  useEffect(() => {
    if (!isUnderWay) return;
    const timer = setInterval(() => void again(), readMs);
    return () => clearInterval(timer);
  }, [isUnderWay, again]);
  const start = () =>
    act.run(async () => {
      const { asked } = await api.install(id);
      await again();
      return say.started(asked);
    });
  const reasonOf = ({ app, code }: InstallsView["items"][number]) =>
    app === "failed" && code ? (say.reason[code] ?? say.elseReason(code)) : "";
  const sorted = items.toSorted((a, b) => order.indexOf(a.app) - order.indexOf(b.app) || a.name.localeCompare(b.name));
  const csv = () =>
    downloadCsv("patchcord-installs.csv", [
      [words.experts.name, say.result, words.experts.what],
      ...sorted.map((one) => [one.name, say.state[one.app] ?? one.app, reasonOf(one)]),
    ]);
  return (
    <>
      <p role="status">{say.progress(done, all)}</p>
      <progress value={done} max={all} aria-label={say.progress(done, all)} />
      <div class="answers">
        <Button
          appearance="primary"
          busy={act.busy}
          reason={!may ? say.noCatalog : done === all ? say.started(0) : undefined}
          press={() => void start()}
        >
          {say.start(all - done)}
        </Button>
        <Button press={csv}>{words.list.csv}</Button>
        <Said act={act} />
      </div>
      <ul class="rows">
        {sorted.map((one) => (
          <Result key={one.personId} install={one} reason={reasonOf(one)} />
        ))}
      </ul>
    </>
  );
}

function Result({ install: { name, app, at }, reason }: { install: InstallsView["items"][number]; reason: string }) {
  const { words, format } = useWords();
  const now = useNow();
  return (
    <li class="line">
      <Level level={levels[app] ?? "unknown"} />
      <span>
        <strong>{name}</strong> {words.app.install.state[app] ?? app} {reason}
      </span>
      {at && <span class="quiet">{format.ago(at, now)}</span>}
    </li>
  );
}
