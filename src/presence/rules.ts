/** Policy as data: what follows from what an account shows. Pure. */
import { z } from "zod";
import {
  type Activity,
  type Adapter,
  type Availability,
  activities,
  availabilities,
  type Presence,
} from "../platform/contract.ts";

export type Side = Adapter["side"];

/** What we may show for somebody. Never "available": that is theirs to say. */
const shown = z.object({ availability: z.enum(["busy", "do-not-disturb", "away"]), activity: z.enum(activities) });

const effect = z.discriminatedUnion("do", [
  /** Show this on the person's accounts of the other side, for as long as the rule matches. */
  z.object({
    do: z.literal("hold"),
    show: shown,
    /** Only on these platforms. Default: all of the other side. */
    on: z.array(z.string()).min(1).optional(),
  }),
  /** The same, on contact centers only, where agents who are on queue are left alone unless said otherwise. */
  z.object({ do: z.literal("set-state"), show: shown, evenOnQueue: z.boolean().optional() }),
  /** Offer them no work while it matches; nothing is written anywhere. */
  z.object({ do: z.literal("do-not-route") }),
  z.object({ do: z.literal("ignore") }),
]);
export type Effect = z.output<typeof effect>;

export const rule = z.object({
  /** An adapter's id, a side (`uc`, `contact-center`), or `*`. */
  platform: z.string().min(1),
  availability: z.enum(["*", ...availabilities]),
  activity: z.enum(["*", ...activities]),
  effect,
});
export type Rule = z.output<typeof rule>;

const inCall = { availability: "busy", activity: "on-call" } as const;
/** Not "on a call": a call of their own in the contact center stays tellable from what we show there. */
const busy = { availability: "busy", activity: "none" } as const;
const undisturbed = { availability: "do-not-disturb", activity: "none" } as const;

const noDisturbing: Rule = {
  platform: "*",
  availability: "do-not-disturb",
  activity: "*",
  effect: { do: "do-not-route" },
};
const on = (platform: Side, availability: Availability | "*", activity: Activity | "*", effect: Effect): Rule => ({
  platform,
  availability,
  activity,
  effect,
});

export const presets = {
  /** A call on one side shows on the other; nothing else does. */
  "in-call-both-ways": [
    on("contact-center", "*", "on-call", { do: "hold", show: inCall }),
    on("uc", "*", "on-call", { do: "set-state", show: busy }),
    noDisturbing,
  ],
  /** Busy, undisturbed and breaks show on the other side too. Being away or offline in the office tools does not. */
  "full-two-way": [
    on("contact-center", "busy", "*", { do: "hold", show: inCall }),
    on("contact-center", "do-not-disturb", "*", { do: "hold", show: undisturbed }),
    on("contact-center", "away", "break", { do: "hold", show: { availability: "away", activity: "none" } }),
    on("uc", "busy", "*", { do: "set-state", show: busy }),
    on("uc", "do-not-disturb", "*", { do: "set-state", show: undisturbed }),
  ],
  /** Nothing is ever written. */
  "read-only": [on("uc", "*", "on-call", { do: "do-not-route" }), noDisturbing],
} as const satisfies Record<string, readonly Rule[]>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as PresetName[];

/** The rules that hold for one person, the most personal layer first; the first layer with a match decides. */
export type Policy = readonly (readonly Rule[])[];

/** More of the rule named by name wins: the platform, then the activity, then the availability. */
function weight({ platform, availability, activity }: Rule): number {
  const place = platform === "*" ? 0 : isSide(platform) ? 4 : 8;
  return place + (activity === "*" ? 0 : 2) + (availability === "*" ? 0 : 1);
}
export const isSide = (platform: string): platform is Side => platform === "uc" || platform === "contact-center";

const fits = (wanted: string, ...values: string[]) => wanted === "*" || values.includes(wanted);

/** What follows from this presence; undefined when no rule says. "Unknown" says nothing, so nothing follows from it. */
export function effectOf(
  policy: Policy,
  from: { platform: string; side: Side },
  presence: Presence,
): Effect | undefined {
  if (presence.availability === "unknown") return undefined;
  for (const layer of policy) {
    const matching = layer.filter(
      (one) =>
        fits(one.platform, from.platform, from.side) &&
        fits(one.availability, presence.availability) &&
        fits(one.activity, presence.activity),
    );
    const [best] = matching.sort((a, b) => weight(b) - weight(a));
    if (best) return best.effect;
  }
  return undefined;
}

/** May this effect show something on that platform? */
export function showsOn(effect: Effect | undefined, target: { platform: string; side: Side }) {
  if (effect?.do === "hold" && (!effect.on || effect.on.includes(target.platform))) return effect;
  if (effect?.do === "set-state" && target.side === "contact-center") return effect;
  return undefined;
}
