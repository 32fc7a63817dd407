/** Step two: the consent, each permission with the one thing that it unlocks. */
import { Button } from "../shared/button.tsx";
import { Level } from "../shared/level.tsx";
import { type AppView, api } from "./api.ts";
import { Said, useAct } from "./reading.tsx";
import { useWords } from "./speech.ts";

const levels = { granted: "green", missing: "red", unknown: "unknown" } as const;
const lookAgainMs = 3_000;

export function Consent({ id, app, again }: { id: string; app: AppView; again(): Promise<void> }) {
  const { words } = useWords();
  const act = useAct();
  const say = words.app.consent;
  const check = () =>
    act.run(async () => {
      await api.check(id);
      setTimeout(() => void again(), lookAgainMs);
      return words.health.checking;
    });
  return (
    <section class="card stack" aria-labelledby="consent">
      <h3 id="consent">{say.title}</h3>
      <p>{say.body}</p>
      <table>
        <thead>
          <tr>
            {[say.permission, say.unlocks, say.level, say.state].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {app.permissions.map(({ name, feature, writes, isUsed, state }) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              <td>{say.feature[feature] ?? feature}</td>
              <td>{writes ? say.writes : say.reads}</td>
              <td>
                <Level level={isUsed ? levels[state] : "unknown"} /> {isUsed ? say[state] : say.unused}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="quiet">{say.readOnly}</p>
      <div class="answers">
        {app.consentUrl && (
          <a class="link-button" href={app.consentUrl} target="_blank" rel="noopener noreferrer">
            {say.give}
          </a>
        )}
        <Button busy={act.busy} press={() => void check()}>
          {say.check}
        </Button>
        <Said act={act} />
      </div>
    </section>
  );
}
