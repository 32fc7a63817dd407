/** Two choices: how available, and doing what. */
import { useWords } from "./speech.ts";

type Props = {
  label(what: string): string;
  availability: string;
  activity: string;
  change(part: { availability?: string; activity?: string }): void;
  /** Those that can be chosen; default: all. */
  only?: readonly string[];
  /** For rules: `*` fits everything. */
  any?: boolean;
};

export function StatusFields({ label, availability, activity, change, only, any = false }: Props) {
  const { words } = useWords();
  const availabilities = Object.entries(words.availability).filter(([key]) => !only || only.includes(key));
  return (
    <>
      <select
        class="select"
        aria-label={label(words.rules.rule.availability)}
        value={availability}
        onChange={({ currentTarget: { value } }) => change({ availability: value })}
      >
        {any && <option value="*">{words.rules.rule.any}</option>}
        {availabilities.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
      <select
        class="select"
        aria-label={label(words.rules.rule.activity)}
        value={activity}
        onChange={({ currentTarget: { value } }) => change({ activity: value })}
      >
        {any && <option value="*">{words.rules.rule.any}</option>}
        {Object.entries(words.activity).map(([key, name]) => (
          <option key={key} value={key}>
            {name || "–"}
          </option>
        ))}
      </select>
    </>
  );
}
