/** A row of tabs over one panel, after the ARIA Authoring Practices: one stop for Tab, arrow keys within. */
import { useRef } from "preact/hooks";
import { Icon, type IconName } from "./icon.tsx";

type Props<Key extends string> = {
  label: string;
  panel: string;
  /** With an `icon` the label is only read out. */
  tabs: readonly { key: Key; label: string; icon?: IconName }[];
  chosen: Key;
  choose(key: Key): void;
};

export function Tabs<Key extends string>({ label, panel, tabs, chosen, choose }: Props<Key>) {
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ key }) => key === chosen);
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -at, End: tabs.length - 1 - at }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const index = (at + step + tabs.length) % tabs.length;
    const tab = tabs[index];
    if (!tab) return;
    choose(tab.key);
    (row.current?.children[index] as HTMLElement | undefined)?.focus();
  };
  return (
    <div ref={row} class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map(({ key, label: name, icon }) => (
        <button
          key={key}
          type="button"
          role="tab"
          class="tab"
          {...(icon && { "aria-label": name, title: name })}
          aria-selected={key === chosen}
          aria-controls={panel}
          tabIndex={key === chosen ? 0 : -1}
          onClick={() => choose(key)}
        >
          {icon ? <Icon name={icon} /> : name}
        </button>
      ))}
    </div>
  );
}
