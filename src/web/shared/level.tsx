/** How well something is: a sign and its colour, always beside words. */
import type { SetUpLevel } from "../../views.ts";
import { Icon, type IconName } from "./icon.tsx";

const icons: Record<SetUpLevel, IconName> = { green: "check", amber: "warning", red: "close", unknown: "more" };

export const Level = ({ level, size = 14 }: { level: SetUpLevel; size?: number }) => (
  <span class={`level level-${level}`}>
    <Icon name={icons[level]} size={size} />
  </span>
);
