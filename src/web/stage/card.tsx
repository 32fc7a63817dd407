/** The very card that the bot sent, drawn by Microsoft's own renderer in the colours of the window around it. */
import { useEffect, useRef } from "preact/hooks";
import type { Theme } from "../../desk/protocol.ts";
import { useStageState } from "./context.ts";

type Props = { content: Record<string, unknown>; press(verb: string, data: Record<string, unknown>): void };

export function Card({ content, press }: Props) {
  const { theme } = useStageState();
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(press);
  latest.current = press;
  // Every view of the world brings an equal card anew; what somebody has begun to type in it must survive that.
  const wire = JSON.stringify(content);
  useEffect(() => {
    let gone = false;
    void draw(wire, theme, (verb, data) => latest.current(verb, data)).then((drawn) => {
      if (!gone && drawn) place.current?.replaceChildren(drawn);
    });
    return () => {
      gone = true;
    };
  }, [wire, theme]);
  return <div ref={place} class="adaptive-card" />;
}

async function draw(wire: string, theme: Theme, press: Props["press"]): Promise<HTMLElement | undefined> {
  const { AdaptiveCard, ExecuteAction, HostConfig, OpenUrlAction, SubmitAction } = await import("adaptivecards");
  const { hostConfig } = await import("./card-style.ts");
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = escapeHtml(withoutEscapes(text));
    result.didProcess = true;
  };
  const card = new AdaptiveCard();
  card.hostConfig = new HostConfig(hostConfig(theme));
  card.onExecuteAction = (action) => {
    if (action instanceof ExecuteAction) press(action.verb, { ...asRecord(action.data) });
    else if (action instanceof SubmitAction)
      press(String(asRecord(action.data).verb ?? ""), { ...asRecord(action.data) });
    else if (action instanceof OpenUrlAction && action.url) open(action.url, "_blank", "noopener");
  };
  card.parse(JSON.parse(wire));
  return card.render();
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** The bot escapes what customers and agents wrote so that it is never read as mark-up. */
const withoutEscapes = (text: string): string => text.replace(/\\([\\*_~`[\]#>])/g, "$1");

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`).replaceAll("\n", "<br>");
