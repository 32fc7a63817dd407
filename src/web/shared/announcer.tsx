/** Speaks to screen readers: politely for what can wait, at once for what happens to the call. */
import { useEffect, useRef, useState } from "preact/hooks";

export function Announcer({ polite, assertive }: { polite: string; assertive: readonly string[] }) {
  return (
    <div class="visually-hidden">
      <div role="status">
        <Said text={polite} />
      </div>
      {assertive.map((text, index) => (
        <div key={index} role="alert">
          <Said text={text} />
        </div>
      ))}
    </div>
  );
}

/** What was there when the page appeared is read with the page and not announced again. */
function Said({ text }: { text: string }) {
  const first = useRef(text);
  const [said, setSaid] = useState("");
  useEffect(() => {
    if (text === first.current) return;
    first.current = "";
    setSaid(text);
  }, [text]);
  return <>{said}</>;
}
