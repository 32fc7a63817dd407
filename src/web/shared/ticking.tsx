/** Times that tick by themselves, so that only they are drawn again each second. */
import { useNow } from "./clock.tsx";
import { stopwatch } from "./format.ts";
import { useSpeech } from "./language.ts";

/** `3 sec`: how long ago `at` was. */
export function Age({ at }: { at: string }) {
  const now = useNow();
  return <span class="ticking">{useSpeech().format.age(now - Date.parse(at))}</span>;
}

/** `4:32` until `to`; stays at zero. */
export function Countback({ to }: { to: string }) {
  const now = useNow();
  return <span class="ticking">{stopwatch(Date.parse(to) - now)}</span>;
}

/** `0:42` since `from`. `as`: the element, for text within drawings. */
export function Stopwatch({ from, as: Element = "span" }: { from: string; as?: "span" | "tspan" }) {
  const now = useNow();
  return <Element class="ticking">{stopwatch(now - Date.parse(from))}</Element>;
}
