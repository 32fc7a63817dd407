/** Can requests reach me: each thing that has to be in order, and how it is mended. */
import { useEffect } from "preact/hooks";
import { Button } from "../shared/button.tsx";
import { useNow } from "../shared/clock.tsx";
import { Disclosure } from "../shared/disclosure.tsx";
import { Level } from "../shared/level.tsx";
import { useSpeech, useTab, useTabState } from "./context.ts";

export function SetUp() {
  const { words, language } = useSpeech();
  const { acts } = useTab();
  const { setUp } = useTabState().more;
  useEffect(() => void acts.readSetUp(language), [language, acts]);
  if (!setUp) return null;
  return (
    <section class="card" aria-labelledby="set-up">
      <h2 id="set-up">{words.setUp.title}</h2>
      <p>
        <Level level={setUp.level} /> {words.setUp.all[setUp.level]}
      </p>
      <Disclosure summary={words.setUp.lines}>
        <Lines />
      </Disclosure>
    </section>
  );
}

function Lines() {
  const { words, format, language } = useSpeech();
  const { acts } = useTab();
  const { more, busy } = useTabState();
  const now = useNow();
  const { lines = [], checkedAt } = more.setUp ?? {};
  return (
    <>
      <ul class="set-up">
        {lines.map(({ check, platform, level, says, fix }) => (
          <li key={`${platform ?? ""} ${check} ${says}`}>
            <Level level={level} />
            <div>
              <p>
                <span class="visually-hidden">{words.setUp.level[level]}: </span>
                {says}
              </p>
              {fix && level !== "green" && <p class="quiet">{fix}</p>}
            </div>
          </li>
        ))}
      </ul>
      <p class="quiet">
        {words.setUp.whose} {checkedAt && words.setUp.checked(format.when(checkedAt, now))}
      </p>
      <div class="answers">
        <Button busy={busy.includes("set-up")} press={() => void acts.checkSetUp(language)}>
          {words.setUp.again}
        </Button>
      </div>
    </>
  );
}
