import type { Availability } from "../../platform/contract.ts";
import { Glyph } from "../shared/glyph.tsx";

/** The platforms' own words for how somebody is; anything else is drawn as not known. */
const shapes: Record<string, Availability> = {
  Available: "available",
  Busy: "busy",
  DoNotDisturb: "do-not-disturb",
  Away: "away",
  BeRightBack: "away",
  Offline: "offline",
};

export function PlatformGlyph({ presence }: { presence: { availability: string; activity: string } }) {
  const outOfOffice = presence.activity === "OutOfOffice";
  return (
    <Glyph
      availability={shapes[presence.availability] ?? "unknown"}
      activity={outOfOffice ? "out-of-office" : "none"}
    />
  );
}
