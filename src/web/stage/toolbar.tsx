/** The bar over the stage: what to do next, what can be broken, how it looks and speaks. */
import { faults, type WorldView } from "../../sandbox/protocol.ts";
import { Button } from "../shared/button.tsx";
import { Icon } from "../shared/icon.tsx";
import { type Language, languages, ownNames, useSpeech } from "../shared/language.ts";
import { MenuButton, type MenuItem } from "../shared/menu.tsx";
import { useStage, useStageState } from "./context.ts";
import { nextStep } from "./next-step.ts";

export function Toolbar({ world }: { world: WorldView | undefined }) {
  const { words, world: outside, stage } = useStage();
  const { theme } = useStageState();
  const other = theme === "light" ? "dark" : "light";
  return (
    <header class="toolbar">
      <div class="brand">
        <h1>{words.title}</h1>
        <p class="quiet">{words.madeUp}</p>
      </div>
      {world && <Next world={world} />}
      <div class="tools">
        {world && <BreakMenu world={world} />}
        <Button icon="reset" press={() => void outside.act({ action: "reset" })}>
          {words.reset}
        </Button>
        <Button icon="sun" label={words.theme.switch} press={() => stage.send({ type: "theme", theme: other })}>
          {words.theme[other]}
        </Button>
        <LanguagePicker />
      </div>
    </header>
  );
}

function Next({ world }: { world: WorldView }) {
  const { words, world: outside, stage } = useStage();
  const { suggested } = useStageState();
  const { key, name, action, person } = nextStep(world, suggested);
  const doIt = () => {
    if (person) stage.send({ type: "person", person });
    if (action) void outside.act(action);
  };
  return (
    <div class="next" role="status">
      <strong class="next-label">{words.next.label}</strong>
      <p>{words.next.steps[key](name)}</p>
      {action && (
        <Button appearance="subtle" press={doIt}>
          {words.next.doIt}
        </Button>
      )}
    </div>
  );
}

function BreakMenu({ world }: { world: WorldView }) {
  const { words, world: outside } = useStage();
  const { format } = useSpeech();
  const active = new Map(world.faults.map(({ what, hits }) => [what, hits]));
  const items: MenuItem[] = faults.map((what) => {
    const hits = active.get(what);
    const { label, hint } = words.break.faults[what];
    return {
      key: what,
      label,
      hint: hits ? `${hint} · ${words.break.hits(format.number(hits))}` : hint,
      checked: hits !== undefined,
      run: () => void outside.act(hits === undefined ? { action: "break", what } : { action: "mend", what }),
    };
  });
  const kill: MenuItem = {
    key: "kill",
    icon: "warning",
    ...words.break.kill,
    disabled: !world.service.up,
    run: () => void outside.act({ action: "kill-service" }),
  };
  const mend: MenuItem = {
    key: "mend",
    icon: "check",
    label: words.break.mend.label,
    disabled: active.size === 0,
    run: () => void outside.act({ action: "mend" }),
  };
  return (
    <MenuButton
      label={words.break.label}
      items={[...items, kill, mend]}
      class={active.size > 0 ? "menu-on labelled" : "labelled"}
      wide
    >
      <span class="button-inner">
        <Icon name="wrench" />
        <span>{words.break.label}</span>
        {active.size > 0 && <span class="count">{active.size}</span>}
      </span>
    </MenuButton>
  );
}

function LanguagePicker() {
  const { words, speak } = useStage();
  const { language } = useSpeech();
  return (
    <select
      class="select"
      aria-label={words.language}
      value={language}
      onChange={(event) => speak(event.currentTarget.value as Language)}
    >
      {languages.map((each) => (
        <option key={each} value={each} lang={each}>
          {ownNames[each]}
        </option>
      ))}
    </select>
  );
}
