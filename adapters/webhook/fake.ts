/**
 * A contact center that speaks wire.ts: a small but real call model behind the same signed HTTP that a customer would
 * build. Serves contract tests, scenarios, the sandbox and demos. It can be worked like the real thing (customers call,
 * phones ring, people hang up) and told to fail (`faults` for its answers, `misbehave` for its events).
 */
import type { CallCommand } from "../../src/platform/contract.ts";
import { createFaults } from "../../src/testing/faults.ts";
import { actOn, type Center, createCenter } from "./fake/center.ts";
import { type Answer, createCommands } from "./fake/commands.ts";
import { createPeople, createPhones, createViews } from "./fake/controls.ts";
import { type FakeOptions, type Options, settle } from "./fake/options.ts";
import { createServer } from "./fake/server.ts";
import { createTimeline } from "./fake/timeline.ts";
import { command, type WireCapabilities, type WireCommand } from "./wire.ts";

export { type Clock, createManualClock } from "../../src/testing/clock.ts";
export type { FakeAgent, Status } from "./fake/agents.ts";
export type { PhoneHabit, Ringing } from "./fake/bells.ts";
export type { Habits, Hearing } from "./fake/call.ts";
export type { NewCall } from "./fake/controls.ts";
export type { Mishap } from "./fake/deliveries.ts";
export type { FakeOptions } from "./fake/options.ts";
export type { TimelineEntry } from "./fake/timeline.ts";

export type FakeContactCenter = ReturnType<typeof createFakeContactCenter>;

export function createFakeContactCenter(given: FakeOptions) {
  const options = settle(given);
  const { clock } = options;
  const center = createCenter(options);
  const { deliveries } = center;
  const faults = createFaults((ms) => new Promise((resolve) => void clock.after(ms, resolve)));
  const timeline = createTimeline(clock);
  const commands = takeCommands(center, options);
  const app = createServer(createDesk(center, options, commands), timeline.middleware, faults.middleware);
  return {
    app,
    /** The agent's softphone in the browser carries out a command that the desk's host page was given. */
    async softphone({ operation, ...rest }: CallCommand): Promise<Answer> {
      const body = { ...rest, op: operation, deadline: new Date(clock.now().getTime() + softphoneMs).toISOString() };
      return commands.handle(command.parse(body), "desk");
    },
    clock,
    faults,
    /** Each command as it went over the wire, with how long its answer took. */
    timeline: timeline.entries,
    ...createPeople(center, options),
    ...createPhones(center),
    ...createViews(center),
    sendEventsTo: deliveries.sendTo,
    /** The next events are lost, doubled, late or out of order. */
    misbehave: deliveries.misbehave,
    /** Each attempt to send an event; status 0 when nobody answered. */
    deliveries: deliveries.tries,
    /** Waits until no event is on its way. */
    idle: deliveries.idle,
    /** Says that events may have been lost. */
    reportLoss: () => center.tell({ type: "events.lost" }),
    /** Any of these is accepted from us, and events are signed with each: for changing the secret without a gap. */
    setSecrets(...secrets: string[]): void {
      center.secrets.current = secrets;
    },
  };
}

/** What the softphone has not begun by then it does not begin. */
const softphoneMs = 5_000;

const takeCommands = (center: Center, options: Options) =>
  createCommands({
    ...options,
    act: (command) => actOn(center, command, options),
    finished: (commandId, { state, ...record }) => {
      if (state !== "accepted") center.tell({ type: "command.finished", commandId, state, ...record });
    },
  });

function createDesk(center: Center, options: Options, commands: ReturnType<typeof takeCommands>) {
  const { board, agents } = center;
  const interaction = (ref: string) => {
    const call = board.find(ref);
    return call && board.toWire(call);
  };
  return {
    clock: options.clock,
    secrets: () => center.secrets.current,
    pageSize: options.pageSize,
    capabilities: () => describe(options),
    agents: agents.list,
    moveAgent: agents.move,
    interaction,
    handle: (command: WireCommand) => commands.handle(command, "server"),
    commandRecord: commands.find,
  };
}

const describe = ({ operations, desk, userPlatforms, statuses, partiesMax }: Options): WireCapabilities => ({
  version: 1,
  operations: [...operations],
  desk: [...desk],
  targets: ["agent", "phone", "sip", ...(userPlatforms.length > 0 ? ["user"] : []), "queue"],
  userPlatforms: [...userPlatforms],
  partiesMax,
  contextRefMax: 32,
  contextSurvivesTransfer: true,
  statuses: [...statuses],
});
