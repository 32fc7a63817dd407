/** How the parts of the fake hang together: a change of a call is told, moves the agents' states, and rings phones. */
import type { CallOperation } from "../../../src/platform/contract.ts";
import type { WireCommand, WireEvent, WireSnapshot } from "../wire.ts";
import { createAgents } from "./agents.ts";
import { createBells } from "./bells.ts";
import { type Call, type Leg, type Order, Refusal } from "./call.ts";
import { createDeliveries } from "./deliveries.ts";
import type { Options } from "./options.ts";
import { drop, pickUp, ring } from "./phones.ts";
import { carryOut } from "./rules.ts";
import { createSwitchboard } from "./switchboard.ts";

/** An event without what every event has. */
type News = WireEvent extends infer E ? (E extends WireEvent ? Omit<E, "eventId" | "occurredAt"> : never) : never;
export type Center = ReturnType<typeof createCenter>;

export const makeRef = (kind: string) => `${kind}-${crypto.randomUUID().slice(0, 13)}`;

export function createCenter(options: Options) {
  const { clock } = options;
  const secrets = { current: [options.secret] as readonly string[] };
  const listeners = new Set<() => void>();
  const counted = { dials: 0 };
  const deliveries = createDeliveries({
    clock,
    secrets: () => secrets.current,
    fetch: options.fetch,
    address: options.eventsUrl,
  });

  const tell = (news: News): void => {
    const event = { eventId: makeRef("evt"), occurredAt: clock.now().toISOString(), ...news };
    deliveries.send(event as WireEvent);
    for (const listener of listeners) listener();
  };

  const board = createSwitchboard(clock, (before, after) => {
    tell({ type: "interaction.changed", interaction: after.ref, snapshot: board.toWire(after) });
    for (const account of accountsOf(after)) agents.refresh(account);
    for (const leg of newLegs(before, after)) {
      counted.dials++;
      bells.dial(after, leg);
    }
  });

  const agents = createAgents({
    ...options,
    // Writing with somebody keeps nobody from calls.
    calls: () => [...board.all()].filter(({ channel }) => channel === "voice"),
    report: (agent, state) => tell({ type: "agent.state.changed", agent, state }),
  });

  const phones = {
    current: board.find,
    ring: (ref: string, party: string) => board.change(ref, (call) => ring(call, party)),
    pickUp: (ref: string, party: string, by: "person" | "machine") =>
      board.change(ref, (call) => pickUp(call, party, by, options)),
    drop: (ref: string, party: string, reason: string) =>
      board.change(ref, (call) => drop(call, party, reason, options)),
  };
  const bells = createBells({ ...options, act: phones });
  return { secrets, listeners, counted, deliveries, tell, board, agents, phones, bells };
}

/** Carries a command out on its call. @throws Refusal */
export function actOn({ agents, board }: Center, command: WireCommand, options: Options): WireSnapshot {
  const { op, commandId: _id, deadline: _deadline, interaction, target: asked, ...rest } = command;
  if (asked?.kind === "agent" && !agents.has(asked.account))
    throw new Refusal(422, "no_such_agent", "nobody has this id");
  const onQueue = asked?.kind === "queue" ? agents.nextOnQueue() : undefined;
  const target = onQueue === undefined ? asked : { kind: "agent" as const, account: onQueue };
  const { partiesMax } = options;
  const order: Order = { ...rest, ...(target && { target }), operation: op, newRef: makeRef("leg"), partiesMax };
  const step = (call: Call) => {
    const after = carryOut(call, order, options);
    return options.renumbers && handsOver.includes(op) ? { ...after, ref: makeRef("call") } : after;
  };
  const after = board.change(interaction, step);
  // Phones that answer at once have changed it again meanwhile.
  return board.toWire(board.find(after.ref) ?? after);
}

const handsOver: readonly CallOperation[] = ["completeTransfer", "blindTransfer"];

const accountsOf = (call: Call) => new Set(call.legs.flatMap((leg) => leg.account ?? []));

const newLegs = (before: Call | undefined, after: Call): Leg[] =>
  after.legs.filter((leg) => leg.state === "dialing" && !before?.legs.some((known) => known.ref === leg.ref));
