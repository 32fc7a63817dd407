/** The service's time, for everything that ticks. One timer for the whole page. */
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";

/** Server clock minus ours, in milliseconds. */
export const ClockOffset = createContext(0);

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function onTick(tick: () => void): () => void {
  watchers.add(tick);
  timer ??= setInterval(() => {
    for (const each of watchers) each();
  }, 1000);
  return () => {
    watchers.delete(tick);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since the epoch by the server's clock, new every second. */
export function useNow(): number {
  const offset = useContext(ClockOffset);
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => onTick(() => setNow(Date.now())), []);
  return now + offset;
}
