/** Step one: the package, made from what the connection knows and what is said here; every fault with its fix. */
import { useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Notice } from "../shared/notice.tsx";
import { type AppView, fetchPackage, type Violation } from "./api.ts";
import { download } from "./csv.ts";
import { Said, useAct } from "./reading.tsx";
import { useWords } from "./speech.ts";

const fileName = "patchcord-teams.zip";
const further = ["appVersion", "botId", "developerName", "websiteUrl", "privacyUrl", "termsUrl"] as const;

export function PackageForm({ id, app }: { id: string; app: AppView }) {
  const { words, language } = useWords();
  const act = useAct();
  const [options, setOptions] = useState<Record<string, string>>({
    baseUrl: app.baseUrl,
    appId: app.appId,
    ...(app.botId ? { botId: app.botId } : {}),
  });
  const [violations, setViolations] = useState<Violation[]>([]);
  const set = (key: string, value: string) => setOptions((old) => ({ ...old, [key]: value }));
  const make = () =>
    act.run(async () => {
      const made = await fetchPackage(id, options);
      if (Array.isArray(made)) {
        setViolations(made);
        return undefined;
      }
      setViolations([]);
      download(fileName, made);
      const kilobytes = new Intl.NumberFormat(language, { style: "unit", unit: "kilobyte", maximumFractionDigits: 1 });
      return words.app.packaging.made(fileName, kilobytes.format(made.size / 1_000));
    });
  const field = (key: string) => (
    <Field key={key} name={key} value={options[key] ?? ""} set={set} violations={violations} />
  );
  return (
    <section class="card stack" aria-labelledby="package">
      <h3 id="package">{words.app.packaging.title}</h3>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        {field("baseUrl")}
        {field("appId")}
        <Disclosure summary={words.app.packaging.more}>
          <div class="stack">
            {further.map(field)}
            <label class="field">
              {words.app.packaging.field.manifestVersion}
              <select
                class="select"
                value={options.manifestVersion ?? ""}
                onChange={(event) => set("manifestVersion", event.currentTarget.value)}
              >
                {app.manifestVersions.map((version, index) => (
                  <option key={version} value={index === 0 ? "" : version}>
                    {index === 0 ? words.app.packaging.newest(version) : version}
                  </option>
                ))}
              </select>
            </label>
          </div>
        </Disclosure>
        {violations.length > 0 && <Violations violations={violations} />}
        <div class="answers">
          <Button appearance="primary" busy={act.busy} press={() => void make()}>
            {words.app.packaging.make}
          </Button>
          <Said act={act} />
        </div>
      </form>
      <p>
        {words.app.packaging.body}{" "}
        <a href="https://admin.teams.microsoft.com/policies/manage-apps" target="_blank" rel="noopener noreferrer">
          {words.app.packaging.center}
        </a>
      </p>
      <p class="quiet">{words.app.packaging.schema}</p>
    </section>
  );
}

type FieldProps = { name: string; value: string; set(key: string, value: string): void; violations: Violation[] };

function Field({ name, value, set, violations }: FieldProps) {
  const { words } = useWords();
  const isWrong = violations.some(({ where }) => where === name);
  return (
    <label class="field">
      {words.app.packaging.field[name]}
      <input
        class="select"
        value={value}
        aria-invalid={isWrong}
        {...(isWrong && { "aria-describedby": "violations" })}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}

/** The sentences come from the packager, which speaks English; the field is named in the reader's language. */
function Violations({ violations }: { violations: Violation[] }) {
  const { words } = useWords();
  return (
    <Notice kind="error">
      <div id="violations" role="alert">
        <p>{words.app.packaging.wrong(violations.length)}</p>
        <ul class="bullets">
          {violations.map(({ where, problem, fix }) => (
            <li key={`${where} ${problem}`}>
              <strong>{words.app.packaging.field[where] ?? where}</strong>:{" "}
              <span lang="en">
                {problem}. {fix}.
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Notice>
  );
}
