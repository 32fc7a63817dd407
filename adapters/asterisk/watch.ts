import { isBridgeError } from "../../src/errors.ts";
import type { InteractionSnapshot, PlatformEvent } from "../../src/platform/contract.ts";
import { readAgents } from "./agents.ts";
import { readGone, toSnapshot } from "./call.ts";
import { belongingOf, endVariable, interactionOfRoom, isLeg } from "./names.ts";
import { note } from "./rooms.ts";
import type { Asterisk } from "./settings.ts";
import { isAttended, settle } from "./settle.ts";
import type { WireChannel, WireEvent } from "./wire.ts";
import { endOf } from "./words.ts";

export type Report = (events: PlatformEvent[]) => Promise<void>;

/** Events come in bursts. */
const soonMs = 30;
/** Asterisk tells of an end before it has come: looked at once more. */
const againMs = 1_000;
/** Both legs of a call are handed over together. */
const lateMs = 5_000;

const telling = [
  "StasisStart",
  "StasisEnd",
  "ChannelStateChange",
  "ChannelDestroyed",
  "ChannelEnteredBridge",
  "ChannelLeftBridge",
];

export type Watch = ReturnType<typeof createWatch>;

/**
 * Which interactions have to be looked at, and when. An event only says where to look: what is done and reported comes
 * from what Asterisk has then.
 */
export function createWatch(c: Asterisk, report: Report) {
  const interactionOf = new Map<string, string>();
  const due = new Map<string, { atMs: number; again: boolean }>();
  const agentsDue = new Set<string>();
  const ends = new Map<string, { interaction: string; value: string }>();
  const shown = new Map<string, InteractionSnapshot>();
  const aloneSince = new Map<string, number>();
  const nowMs = () => c.now().getTime();

  const lookAt = (interaction: string, inMs: number, again: boolean): void => {
    const atMs = nowMs() + inMs;
    const before = due.get(interaction);
    due.set(interaction, { atMs: Math.min(atMs, before?.atMs ?? atMs), again: again || before?.again === true });
  };

  const learn = (channel: WireChannel): string | undefined => {
    const found = belongingOf(c.settings.app, channel)?.interaction ?? interactionOf.get(channel.id);
    if (found) interactionOf.set(channel.id, found);
    return found;
  };

  const takeAgent = (endpoint: string): void => {
    const agent = c.settings.agents.find((one) => one.endpoint === endpoint);
    if (agent) agentsDue.add(agent.id);
  };

  const takeEnd = ({ channel, cause, tech_cause }: WireEvent, interaction: string): void => {
    if (!channel) return;
    const { state, reason } = endOf(channel.state === "Up", cause, tech_cause);
    if (isLeg(channel.id)) ends.set(channel.id, { interaction, value: `${state} ${reason}` });
    interactionOf.delete(channel.id);
  };

  const look = async (interaction: string, again: boolean): Promise<void> => {
    for (const [leg, { interaction: of, value }] of ends)
      if (of === interaction) {
        await note(c, interaction, endVariable(leg), value);
        ends.delete(leg);
      }
    const mine = [...interactionOf].filter(([, of]) => of === interaction).map(([channel]) => channel);
    const since = aloneSince.get(interaction);
    const call = await settle(c, interaction, mine, since !== undefined && nowMs() - since >= lateMs);
    const isAlone = call !== undefined && !isAttended(call);
    if (isAlone) aloneSince.set(interaction, since ?? nowMs());
    else aloneSince.delete(interaction);
    if (again || isAlone) lookAt(interaction, againMs, false);
    await tell(interaction, call && toSnapshot(call, await readGone(c, call)));
  };

  const tell = async (interaction: string, snapshot: InteractionSnapshot | undefined): Promise<void> => {
    const before = shown.get(interaction);
    const now = snapshot ?? (before && ended(before, c.now()));
    if (!now || (before && isSame(before, now))) return;
    await report([{ kind: "interaction", eventId: newEventId(), snapshot: now }]);
    if (snapshot) shown.set(interaction, snapshot);
    else shown.delete(interaction);
  };

  const lookAtAgents = async (): Promise<void> => {
    const accounts = [...agentsDue];
    if (accounts.length === 0) return;
    const reports = await readAgents(c, accounts, "push");
    await report(reports.map((one) => ({ kind: "presence", eventId: newEventId(), report: one })));
    for (const account of accounts) agentsDue.delete(account);
  };

  return {
    take(event: WireEvent): void {
      const { type, channel, bridge, endpoint } = event;
      if (endpoint) takeAgent(`${endpoint.technology}/${endpoint.resource}`);
      if (channel) takeAgent(channel.name.replace(/-[0-9a-f]+(;[12])?$/, ""));
      const interaction = (channel && learn(channel)) ?? (bridge && interactionOfRoom(bridge.id));
      if (!interaction || !telling.includes(type)) return;
      if (type === "ChannelDestroyed") takeEnd(event, interaction);
      lookAt(interaction, soonMs, true);
    },
    /** What there is when we come: calls go on without us, and events of the time between are lost. */
    async begin(channels: readonly WireChannel[], bridges: readonly string[]): Promise<void> {
      for (const channel of channels) learn(channel);
      const open = bridges.map(interactionOfRoom).filter((one) => one !== undefined);
      for (const interaction of new Set([...interactionOf.values(), ...open, ...shown.keys()]))
        lookAt(interaction, 0, true);
      await report([{ kind: "attention", eventId: newEventId(), what: "gap" }]);
    },
    /** Looks at what is due. What cannot be looked at or reported now is tried again in a second. */
    async work(): Promise<void> {
      for (const [interaction, { atMs, again }] of [...due]) {
        if (atMs > nowMs()) continue;
        due.delete(interaction);
        await look(interaction, again).catch((error) => {
          if (isBridgeError(error) && error.code === "platform_unauthorized") throw error;
          lookAt(interaction, againMs, again);
        });
      }
      await lookAtAgents().catch(() => c.log.warn("agents could not be read"));
    },
    /** How long there is nothing to do. */
    idleMs: (): number =>
      agentsDue.size > 0
        ? soonMs
        : Math.max(0, Math.min(againMs, ...[...due.values()].map(({ atMs }) => atMs - nowMs()))),
  };
}

const newEventId = () => `ari-${crypto.randomUUID()}`;

const isSame = (one: InteractionSnapshot, other: InteractionSnapshot): boolean =>
  JSON.stringify({ ...one, observedAt: 0 }) === JSON.stringify({ ...other, observedAt: 0 });

const ended = (snapshot: InteractionSnapshot, observedAt: Date): InteractionSnapshot => ({
  ...snapshot,
  state: "ended",
  observedAt,
  parties: snapshot.parties.map((party) => ({ ...party, state: party.state === "failed" ? "failed" : "left" })),
});
