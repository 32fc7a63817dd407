/** Rules as lines: when a platform shows this, then that. What is more exact wins; what fits nothing changes nothing. */
import { Button } from "../shared/button.tsx";
import type { ConnectionView, RuleView } from "./api.ts";
import { platformsOf } from "./sample-day.ts";
import { useWords } from "./speech.ts";
import { StatusFields } from "./status-fields.tsx";

type Props = { rules: RuleView[]; change(rules: RuleView[]): void; connections: ConnectionView[] };

/** What may be shown on somebody's behalf: never that they are available. */
const showable = ["busy", "do-not-disturb", "away"];
const plainBusy = { availability: "busy", activity: "none" };
const shows = (effect: string) => effect === "hold" || effect === "set-state";

export function RuleEditor({ rules, change, connections }: Props) {
  const { words } = useWords();
  const say = words.rules.rule;
  const put = (index: number, part: Partial<RuleView>) =>
    change(rules.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const places = [
    ...Object.entries(say.sides),
    ...platformsOf(connections).map(({ id, name }): [string, string] => [id, name]),
  ];
  const add = () =>
    change([
      ...rules,
      { platform: "uc", availability: "busy", activity: "*", effect: { do: "hold", show: plainBusy } },
    ]);
  return (
    <div class="stack inset">
      <ol class="stack">
        {rules.map((one, index) => {
          const label = (what: string) => say.label(index + 1, what);
          return (
            <li key={index} class="fields-line">
              <span class="quiet">{say.where}</span>
              <select
                class="select"
                aria-label={label(say.where)}
                value={one.platform}
                onChange={({ currentTarget: { value } }) => put(index, { platform: value })}
              >
                {places.map(([id, name]) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
              <span class="quiet">{say.availability}</span>
              <StatusFields
                any
                label={label}
                availability={one.availability}
                activity={one.activity}
                change={(part) => put(index, part)}
              />
              <span class="quiet">{say.effect}</span>
              <select
                class="select"
                aria-label={label(say.effect)}
                value={one.effect.do}
                onChange={({ currentTarget: { value } }) =>
                  put(index, {
                    effect: shows(value) ? { do: value, show: one.effect.show ?? plainBusy } : { do: value },
                  })
                }
              >
                {Object.entries(say.effects).map(([id, name]) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </select>
              {shows(one.effect.do) && (
                <>
                  <span class="quiet">{say.show}</span>
                  <StatusFields
                    only={showable}
                    label={(what) => label(`${say.show} ${what}`)}
                    availability={one.effect.show?.availability ?? "busy"}
                    activity={one.effect.show?.activity ?? "none"}
                    change={(part) =>
                      put(index, { effect: { ...one.effect, show: { ...plainBusy, ...one.effect.show, ...part } } })
                    }
                  />
                </>
              )}
              <Button
                appearance="subtle"
                icon="close"
                label={say.remove(index + 1)}
                press={() => change(rules.filter((_, at) => at !== index))}
              >
                {""}
              </Button>
            </li>
          );
        })}
      </ol>
      <div class="answers">
        <Button press={add}>{say.add}</Button>
      </div>
    </div>
  );
}
