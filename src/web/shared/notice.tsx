/** One sentence in a box, with a sign that tells its kind without colour. */
import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon.tsx";

type Props = {
  kind: "warning" | "error" | "info";
  icon?: IconName;
  children: ComponentChildren;
  action?: ComponentChildren;
};

export function Notice({ kind, icon = "warning", children, action }: Props) {
  return (
    <div class={`notice notice-${kind}`}>
      <Icon name={icon} />
      <div class="notice-text">{children}</div>
      {action}
    </div>
  );
}
