/** Step one: the package, made from what the connection knows and what is said here, to Teams or as a file; every fault with its fix. */
import { useState } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Notice } from "../shared/notice.tsx";
import { type AppView, beginUpload, fetchPackage, type Violation } from "./api.ts";
import { download } from "./csv.ts";
import { Said, useAct } from "./reading.tsx";
import { useWords } from "./speech.ts";
import { LastUpload } from "./upload.tsx";

const fileName = "patchcord-teams.zip";
const further = ["botId", "developerName", "websiteUrl", "privacyUrl", "termsUrl"] as const;

/** What was filled in comes back with the browser from the sign-in, where pages may keep something. */
const keptUnder = (id: string) => `patchcord.package.${id}`;

function kept(id: string): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(keptUnder(id)) ?? "{}");
  } catch {
    return {};
  }
}

function keep(id: string, options: Record<string, string>): void {
  try {
    sessionStorage.setItem(keptUnder(id), JSON.stringify(options));
  } catch {} // then it is filled in again
}

export function PackageForm({ id, app }: { id: string; app: AppView }) {
  const { words, language } = useWords();
  const act = useAct();
  const [options, setOptions] = useState<Record<string, string>>(() => ({
    baseUrl: app.baseUrl,
    appId: app.appId,
    ...(app.botId ? { botId: app.botId } : {}),
    ...kept(id),
    appVersion: app.appVersion,
  }));
  const [isReviewed, setReviewed] = useState(false);
  const [violations, setViolations] = useState<Violation[]>([]);
  const set = (key: string, value: string) => setOptions((old) => ({ ...old, [key]: value }));
  const make = () =>
    act.run(async () => {
      const made = await fetchPackage(id, options, language);
      if (Array.isArray(made)) {
        setViolations(made);
        return undefined;
      }
      setViolations([]);
      download(fileName, made);
      const kilobytes = new Intl.NumberFormat(language, { style: "unit", unit: "kilobyte", maximumFractionDigits: 1 });
      return words.app.packaging.made(fileName, kilobytes.format(made.size / 1_000));
    });
  const upload = () =>
    act.run(async () => {
      const begun = await beginUpload(id, options, language, isReviewed);
      if (Array.isArray(begun)) {
        setViolations(begun);
        return undefined;
      }
      keep(id, options);
      location.assign(begun);
      return words.app.upload.leaving;
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
          void upload();
        }}
      >
        {field("baseUrl")}
        {field("appId")}
        {field("appVersion")}
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
        <label class="tick">
          <input type="checkbox" checked={isReviewed} onChange={(event) => setReviewed(event.currentTarget.checked)} />{" "}
          {words.app.upload.reviewed}
        </label>
        {violations.length > 0 && <Violations violations={violations} />}
        {app.upload && violations.length === 0 && <LastUpload upload={app.upload} />}
        <p class="quiet">{words.app.upload.who}</p>
        <div class="answers">
          <Button appearance="primary" busy={act.busy} press={() => void upload()}>
            {words.app.upload.go}
          </Button>
          <Button busy={act.busy} press={() => void make()}>
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

function Violations({ violations }: { violations: Violation[] }) {
  const { words } = useWords();
  return (
    <Notice kind="error">
      <div id="violations" role="alert">
        <p>{words.app.packaging.wrong(violations.length)}</p>
        <ul class="bullets">
          {violations.map(({ where, problem, fix }) => (
            <li key={`${where} ${problem}`}>
              <strong>{words.app.packaging.field[where] ?? where}</strong>: {problem}. {fix}.
            </li>
          ))}
        </ul>
      </div>
    </Notice>
  );
}
