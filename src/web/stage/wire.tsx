/** What went over the wire to the platform, with what came back and how long it took. */
import type { WireCommand } from "../../sandbox/protocol.ts";
import { Icon, type IconName } from "../shared/icon.tsx";
import { useSpeech } from "../shared/language.ts";
import { useStage } from "./context.ts";

const signs: Record<WireCommand["state"], IconName> = {
  asked: "more",
  accepted: "check",
  done: "check",
  refused: "close",
  unknown: "warning",
};
/** A bar of full length. */
const longMs = 1000;

export function Wire({ commands }: { commands: WireCommand[] }) {
  const { words } = useStage();
  const { format } = useSpeech();
  if (commands.length === 0) return <p class="empty">{words.call.wireNone}</p>;
  return (
    <ol class="wire">
      {commands.toReversed().map(({ id, operation, state, latencyMs, at, reason }) => (
        <li key={id} class={`wire-${state}`}>
          <time class="quiet" dateTime={at}>
            {format.exactTime(at)}
          </time>
          <span>
            <code>{operation}</code> <span class="quiet">{words.call.operations[operation]}</span>
          </span>
          <span class="wire-outcome">
            <Icon name={signs[state]} size={14} /> {words.call.outcomes[state]}
            {reason && <span class="quiet"> · {reason}</span>}
          </span>
          <span class="wire-latency">
            {latencyMs !== undefined && (
              <>
                <i style={{ width: `${Math.min(100, (latencyMs / longMs) * 100)}%` }} />
                <span>{words.call.ms(format.number(Math.round(latencyMs)))}</span>
              </>
            )}
          </span>
        </li>
      ))}
    </ol>
  );
}
