/** Presence as Teams draws it: the shape tells it as well as the colour does. Always shown beside its word. */
import type { Activity, Availability } from "../../platform/contract.ts";

export type GlyphShape = Availability | "out-of-office";

export const shapeOf = (availability: Availability, activity: Activity): GlyphShape =>
  activity === "out-of-office" ? "out-of-office" : availability;

/** White marks on a disc, or dark ones on an empty ring. */
const marks: Record<GlyphShape, string> = {
  available: "M3.4 6.2l1.8 1.8 3.4-3.6",
  busy: "",
  "do-not-disturb": "M3.5 6h5",
  away: "M6 3.3V6l1.8 1.3",
  offline: "M4.2 4.2l3.6 3.6M7.8 4.2L4.2 7.8",
  "out-of-office": "M8.2 6H3.8M5.6 4.2L3.8 6l1.8 1.8",
  unknown: "M4.8 4.9a1.2 1.2 0 1 1 1.7 1.1Q6 6.3 6 6.9M6 8.3v.01",
};
const hollow: readonly GlyphShape[] = ["offline", "out-of-office", "unknown"];

type Props = { availability: Availability; activity: Activity; stale?: boolean; size?: number };

export function Glyph({ availability, activity, stale = false, size = 12 }: Props) {
  const shape = shapeOf(availability, activity);
  const style = hollow.includes(shape) || stale ? "hollow" : "full";
  return (
    <svg
      class={`glyph glyph-${shape} ${style} ${stale ? "stale" : ""}`}
      width={size}
      height={size}
      viewBox="0 0 12 12"
      aria-hidden="true"
    >
      <circle cx="6" cy="6" r={style === "full" ? 6 : 5.25} />
      <path d={marks[shape]} />
    </svg>
  );
}
