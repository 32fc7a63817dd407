/** The agent's side: a contact center drawn around the real desk, which runs in a frame as it would anywhere. */
import { useEffect, useRef, useState } from "preact/hooks";
import { deskAddress, parseDeskMessage, toDesk } from "../../desk/protocol.ts";
import type { AgentView, WorldView } from "../../sandbox/protocol.ts";
import { Button } from "../shared/button.tsx";
import { Icon } from "../shared/icon.tsx";
import { useSpeech } from "../shared/language.ts";
import { MenuButton } from "../shared/menu.tsx";
import { Stopwatch } from "../shared/ticking.tsx";
import { useStage, useStageState } from "./context.ts";

export function HostFrame({ world }: { world: WorldView }) {
  const { words, stage, world: outside } = useStage();
  const { agent: account } = useStageState();
  const agent = world.agents.find((each) => each.account === account);
  if (!agent) return null;
  return (
    <section class="window host" aria-label={words.host.title}>
      <header class="window-bar">
        <h2>{words.host.title}</h2>
        {world.agents.length > 1 && (
          <select
            class="select"
            aria-label={words.host.agent}
            value={agent.account}
            onChange={(event) => stage.send({ type: "agent", agent: event.currentTarget.value })}
          >
            {world.agents.map(({ account, name }) => (
              <option key={account} value={account}>
                {name}
              </option>
            ))}
          </select>
        )}
        {world.agents.length === 1 && <span>{agent.name}</span>}
        <select
          class="select"
          aria-label={words.host.status}
          value={agent.status}
          onChange={(event) =>
            void outside.act({ action: "agent-status", agent: agent.account, status: event.currentTarget.value })
          }
        >
          {[...new Set([agent.status, ...agent.statuses])].map((status) => (
            <option key={status}>{status}</option>
          ))}
        </select>
      </header>
      <CallControls world={world} agent={agent} />
      <DeskFrame key={agent.account} agent={agent} />
    </section>
  );
}

function CallControls({ world, agent }: { world: WorldView; agent: AgentView }) {
  const { words, world: outside } = useStage();
  const call = world.calls.find(({ state, agent: account }) => state !== "ended" && account === agent.account);
  const customer = call?.parties.find(({ role }) => role === "customer");
  const agentIsThere = call?.parties.some(({ role, state }) => role === "agent" && state !== "left") ?? false;
  const start = (id: string) => void outside.act({ action: "start-call", customer: id, agent: agent.account });
  return (
    <div class="call-controls">
      <span class="call-state">
        <Icon name="phone" />
        {call && customer ? (
          <span>
            {customer.name} <Stopwatch from={call.startedAt} />
          </span>
        ) : (
          <span class="quiet">{words.host.noCall}</span>
        )}
      </span>
      {call ? (
        <>
          <Button press={() => void outside.act({ action: "customer-hangs-up", call: call.ref })}>
            {words.host.customerHangsUp}
          </Button>
          {agentIsThere && (
            <Button press={() => void outside.act({ action: "agent-hangs-up", call: call.ref })}>
              {words.host.agentHangsUp}
            </Button>
          )}
        </>
      ) : (
        <MenuButton
          label={words.host.start}
          appearance="primary"
          wide
          items={world.customers.map(({ id, name, intent, tier }) => ({
            key: id,
            label: words.host.startFrom(name, intent),
            ...(tier && { hint: tier }),
            run: () => start(id),
          }))}
        >
          <span class="button-inner">
            <Icon name="phone" />
            <span>{words.host.start}</span>
            <Icon name="chevron" size={12} />
          </span>
        </MenuButton>
      )}
    </div>
  );
}

/** Hands the token over when the desk asks for it, and keeps theme and language in step. */
function DeskFrame({ agent }: { agent: AgentView }) {
  const { words, world: outside } = useStage();
  const { theme } = useStageState();
  const { language } = useSpeech();
  const frame = useRef<HTMLIFrameElement>(null);
  const [source, setSource] = useState<string>();
  const origin = source && new URL(source).origin;
  // Later changes of theme and language go by message: a new address would reload the desk.
  useEffect(() => {
    const show = ({ deskUrl }: { deskUrl: string }) =>
      setSource(deskAddress(deskUrl, { host: location.origin, language, theme }));
    outside.deskToken(agent.account).then(show, () => undefined);
  }, [agent.account]);

  useEffect(() => {
    const heard = async (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow || event.origin !== origin) return;
      const message = parseDeskMessage(event.data);
      if (message?.type !== "ready" && message?.type !== "renew-token") return;
      const { token } = await outside.deskToken(agent.account);
      frame.current?.contentWindow?.postMessage(toDesk({ type: "token", token }), origin);
    };
    addEventListener("message", heard);
    return () => removeEventListener("message", heard);
  }, [agent.account, origin, outside]);

  useEffect(() => {
    if (origin) frame.current?.contentWindow?.postMessage(toDesk({ type: "theme", theme }), origin);
  }, [origin, theme]);
  useEffect(() => {
    if (origin) frame.current?.contentWindow?.postMessage(toDesk({ type: "locale", locale: language }), origin);
  }, [origin, language]);

  return source ? (
    <iframe ref={frame} class="desk-frame" title={words.host.frame} src={source} />
  ) : (
    <div class="desk-frame" />
  );
}
