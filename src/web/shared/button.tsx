/** Fluent's button with our manners: what cannot be pressed says why, what is under way cannot be pressed twice. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Props = {
  press(): void;
  children: ComponentChildren;
  appearance?: "primary" | "outline" | "subtle" | "transparent";
  icon?: IconName;
  /** Why it cannot be pressed now. It stays reachable by keyboard so that this can be heard. */
  reason?: string | undefined;
  busy?: boolean;
  /** Read out in place of what is written on it. */
  label?: string;
  title?: string;
  class?: string;
  expanded?: boolean;
  controls?: string;
};

export function Button({
  press,
  children,
  appearance = "outline",
  icon,
  reason,
  busy = false,
  label,
  title,
  class: className,
  expanded,
  controls,
}: Props) {
  const blocked = reason !== undefined || busy;
  return (
    <fluent-button
      role="button"
      class={className ?? ""}
      appearance={appearance}
      disabledFocusable={blocked}
      title={reason ?? title}
      {...(label && { "aria-label": label })}
      {...(blocked && { "aria-disabled": true })}
      {...(busy && { "aria-busy": true })}
      {...(expanded !== undefined && { "aria-expanded": expanded })}
      {...(controls && { "aria-controls": controls })}
      onClick={() => !blocked && press()}
    >
      <span class="button-inner">
        {busy ? <fluent-spinner size="extra-tiny" aria-hidden /> : icon && <Icon name={icon} />}
        <span>{children}</span>
      </span>
    </fluent-button>
  );
}
