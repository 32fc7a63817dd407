import type { Clock } from "../../../src/testing/clock.ts";
import type { WireAgent, WireAgentState } from "../wire.ts";
import type { Call } from "./call.ts";
import { isPresent, isRinging, Refusal } from "./call.ts";

/** One of the statuses that agents of this contact center can choose. */
export type Status = { status: string; means: string; routable: boolean };

export const usualStatuses: readonly Status[] = [
  { status: "On Queue", means: "available", routable: true },
  { status: "Available", means: "available", routable: false },
  { status: "Busy", means: "busy", routable: false },
  { status: "Away", means: "away", routable: false },
  { status: "Break", means: "break", routable: false },
  { status: "Meal", means: "meal", routable: false },
  { status: "Meeting", means: "meeting", routable: false },
  { status: "Training", means: "training", routable: false },
  { status: "Offline", means: "offline", routable: false },
];

/** Who works here. `status` is the chosen one at the start; "Available" unless told. */
export type FakeAgent = Omit<WireAgent, "state" | "emails" | "active"> & {
  emails?: string[];
  active?: boolean;
  status?: string;
};

type Desk = { agent: Omit<WireAgent, "state">; chosen: Status; wrapsUpUntil: number; shown: WireAgentState };

export type Agents = ReturnType<typeof createAgents>;

/** Keeps what agents show: what they chose, or what their calls make of it. `report` is told of each change. */
export function createAgents(options: {
  agents: readonly FakeAgent[];
  statuses: readonly Status[];
  wrapUpMs: number;
  clock: Clock;
  calls: () => Iterable<Call>;
  report: (id: string, state: WireAgentState) => void;
}) {
  const { clock, statuses } = options;
  const desks = new Map<string, Desk>();

  const catalogued = (word: string): Status => {
    const found = statuses.find(({ status }) => status === word);
    return found ?? { status: word, means: word, routable: false };
  };
  for (const { status = "Available", emails = [], active = true, ...rest } of options.agents) {
    const chosen = catalogued(status);
    const shown = { ...chosen, since: clock.now().toISOString(), sequence: 1 };
    desks.set(rest.id, { agent: { ...rest, emails, active }, chosen, wrapsUpUntil: 0, shown });
  }

  const desk = (id: string): Desk => {
    const found = desks.get(id);
    if (!found) throw new Refusal(404, "no_such_agent", "no agent has this id");
    return found;
  };

  const legsOf = (id: string) => [...options.calls()].flatMap((call) => call.legs.filter((leg) => leg.account === id));

  const due = (id: string, { chosen, wrapsUpUntil }: Desk): Status => {
    const legs = legsOf(id);
    if (legs.some(isPresent)) return { status: "On call", means: "on-call", routable: false };
    if (legs.some(isRinging)) return { status: "Alerting", means: "ringing", routable: false };
    if (clock.now().getTime() < wrapsUpUntil) return { status: "Wrap-up", means: "wrap-up", routable: false };
    return chosen;
  };

  /** Brings one agent's shown state up to date with their calls. */
  const refresh = (id: string): void => {
    const one = desks.get(id);
    if (!one) return;
    const wasOnCall = one.shown.means === "on-call";
    if (wasOnCall && !legsOf(id).some(isPresent) && options.wrapUpMs > 0) {
      one.wrapsUpUntil = clock.now().getTime() + options.wrapUpMs;
      clock.after(options.wrapUpMs, () => refresh(id));
    }
    const next = due(id, one);
    if (next.status === one.shown.status && next.routable === one.shown.routable) return;
    one.shown = { ...next, since: clock.now().toISOString(), sequence: (one.shown.sequence ?? 0) + 1 };
    options.report(id, one.shown);
  };

  return {
    refresh,
    has: (id: string) => desks.has(id),
    list: (): WireAgent[] => [...desks.values()].map(({ agent, shown }) => ({ ...agent, state: shown })),
    nameOf: (id: string) => desk(id).agent.name,
    /** The agent chooses a status; a word that is not in the catalogue is shown as it is. */
    choose(id: string, status: string): void {
      const one = desk(id);
      one.chosen = catalogued(status);
      one.wrapsUpUntil = 0;
      refresh(id);
    },
    /** Somebody else asks for a status: never against the queue or a call. @throws Refusal */
    move(id: string, means: string): void {
      const one = desk(id);
      if (one.chosen.routable) throw new Refusal(409, "on_queue", "an agent on queue is not moved");
      if (legsOf(id).some(isPresent)) throw new Refusal(409, "on_call", "an agent on a call is not moved");
      const wanted = statuses.find((status) => status.means === means && !status.routable);
      if (!wanted) throw new Refusal(422, "no_such_status", "no status means that");
      one.chosen = wanted;
      refresh(id);
    },
    /** Who would get the next call from a queue. */
    nextOnQueue: (): string | undefined => [...desks.entries()].find(([, { shown }]) => shown.routable)?.[0],
  };
}
