/** The Teams app in three steps: the package, the consent, the installation. */
import { useState } from "preact/hooks";
import { api, type ConnectionView } from "./api.ts";
import { Consent } from "./consent.tsx";
import { Installs } from "./installs.tsx";
import { PackageForm } from "./package-form.tsx";
import { Reading, useRead } from "./reading.tsx";
import { useWords } from "./speech.ts";

export function TeamsApp({ connections }: { connections: ConnectionView[] }) {
  const { words } = useWords();
  const all = connections.filter(({ adapter }) => adapter === "teams");
  const [chosen, setChosen] = useState(all[0]?.id);
  if (!chosen) return <p class="empty">{words.app.none}</p>;
  return (
    <>
      <p>{words.app.intro}</p>
      {all.length > 1 && (
        <label>
          {words.app.connection}{" "}
          <select class="select" value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
            {all.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <OneApp key={chosen} id={chosen} />
    </>
  );
}

function OneApp({ id }: { id: string }) {
  const read = useRead(() => api.app(id), id);
  return (
    <Reading read={read}>
      {(app) => (
        <div class="stack">
          <PackageForm id={id} app={app} />
          <Consent id={id} app={app} again={read.again} />
          <Installs id={id} app={app} />
        </div>
      )}
    </Reading>
  );
}
