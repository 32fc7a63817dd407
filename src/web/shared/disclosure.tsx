/** A line that opens what lies under it. */
import type { ComponentChildren } from "preact";
import { useId, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

type Props = {
  summary: ComponentChildren;
  action?: string;
  children: ComponentChildren;
  open?: boolean;
  opened?: () => void;
};

export function Disclosure({ summary, action, children, open = false, opened }: Props) {
  const [isOpen, setOpen] = useState(open);
  const id = useId();
  const toggle = () => {
    if (!isOpen) opened?.();
    setOpen(!isOpen);
  };
  return (
    <div class="disclosure">
      <button type="button" class="disclosure-line" aria-expanded={isOpen} aria-controls={id} onClick={toggle}>
        <span>{summary}</span>
        {action && <span class="disclosure-action">{action}</span>}
        <span class={`disclosure-sign ${isOpen ? "open" : ""}`}>
          <Icon name="right" size={12} />
        </span>
      </button>
      <div id={id} hidden={!isOpen}>
        {isOpen && children}
      </div>
    </div>
  );
}
