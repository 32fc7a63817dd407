/** What people do, and what there is to see: for tests, the sandbox and its screens. */
import { hearing } from "./audio.ts";
import { destinationOf } from "./bells.ts";
import type { Center } from "./center.ts";
import { type Call, type Conference, isRinging, newSid, type Task, type Worker } from "./model.ts";

export type NewCall = {
  customer?: { name?: string; from?: string } & Record<string, string>;
  /** The worker who has answered. */
  agent: string;
};

type Role = "customer" | "worker";

/** What customers and agents do on their own phones and in Flex. */
export function createPeople(center: Center) {
  const { workspace, exchange, options } = center;
  const workerOf = (sid: string): Worker => known(workspace.workers.get(sid));
  const legOf = (ref: string, role: Role): Call => {
    const { conference } = JSON.parse(taskOf(center, ref).attributes) as {
      conference: { participants: Record<Role, string> };
    };
    return known(exchange.calls.get(conference.participants[role]));
  };
  const talking = () => ({ status: "in-progress", startedAt: center.clock.now() }) as const;
  const asFlexDoes = { muted: false, endConferenceOnExit: true, startConferenceOnEnter: true };

  return {
    /** A customer is connected to an agent, as Flex does it. Answers the task's id. */
    startCall({ customer = {}, agent }: NewCall): string {
      const { from = "+447700900101", ...about } = customer;
      const number = options.numbers[0] ?? "";
      const caller = exchange.newCall({ to: number, from, direction: "inbound", ...talking() });
      const worker = exchange.newCall({ to: `client:${agent}`, from: number, direction: "outbound-api", ...talking() });
      const task = workspace.newTask({ ...about, from, call_sid: caller.sid, direction: "inbound" });
      const reservation = workspace.reserve(task, workerOf(agent));
      const conference = exchange.open(task.sid, options.conferenceCallback);
      exchange.join(conference, caller, asFlexDoes);
      exchange.join(conference, worker, asFlexDoes);
      workspace.accept(task, reservation);
      const participants = { customer: caller.sid, worker: worker.sid };
      const noted = { ...JSON.parse(task.attributes), conference: { sid: conference.sid, participants } };
      workspace.setAttributes(task, JSON.stringify(noted));
      return task.sid;
    },
    customerHangsUp: (ref: string) => exchange.hangUp(legOf(ref, "customer"), "completed", "person"),
    /** With the button: Flex ends the leg and the agent wraps up. */
    agentHangsUp(ref: string): void {
      exchange.hangUp(legOf(ref, "worker"), "completed", "person");
      const task = taskOf(center, ref);
      if (task.status === "assigned") workspace.moveTask(task, "wrapping");
    },
    /** Browser or network: the leg ends, and nothing else happens. */
    agentCrashes: (ref: string) => exchange.hangUp(legOf(ref, "worker"), "completed", "person"),
    completeTask: (ref: string) => workspace.moveTask(taskOf(center, ref), "completed", "done"),
    /** Twilio deletes tasks some minutes after their completion. */
    deleteTask: (ref: string) => void workspace.tasks.delete(ref),
    /** A worker chooses an activity; one that is not there yet is made, unavailable. */
    chooseActivity: (sid: string, name: string) => workspace.move(workerOf(sid), workspace.activityNamed(name)),
    /** A supervisor listens in and whispers to the agent. */
    coach(ref: string): string {
      const call = exchange.newCall({ to: "client:supervisor", from: "", direction: "outbound-api", ...talking() });
      const leg = { ...asFlexDoes, endConferenceOnExit: false, coached: legOf(ref, "worker").sid };
      exchange.join(conferenceOf(center, ref), call, leg);
      return call.sid;
    },
    /** What the agent does with Flex's own buttons. */
    holdByHand(ref: string, role: Role, hold: boolean): void {
      const conference = conferenceOf(center, ref);
      const participant = known(conference.participants.find((one) => one.call === legOf(ref, role)));
      exchange.change(conference, participant, { hold });
    },
    /** A chat that the agent has accepted. */
    startChat(agent: string): string {
      const task = workspace.newTask({}, "chat");
      workspace.accept(task, workspace.reserve(task, workerOf(agent)));
      return task.sid;
    },
    offerCall(agent: string): string {
      const task = workspace.newTask({ call_sid: newSid("CA") });
      workspace.reserve(task, workerOf(agent));
      return task.sid;
    },
  };
}

/** The phones that Twilio rings. Each control names the call, as `onRing` and snapshots do. */
export function createPhones({ exchange, bells }: Center) {
  const callOf = (sid: string): Call => known(exchange.calls.get(sid));
  return {
    onRing: bells.onRing,
    /** What the phone at this number or SIP address does from now on. */
    setPhone: bells.setHabit,
    answer: (sid: string) => exchange.answer(callOf(sid), "human"),
    voicemail: (sid: string) => exchange.answer(callOf(sid), "machine_start"),
    /** SIP 603, which Twilio shows as busy. */
    decline: (sid: string) => isRinging(callOf(sid)) && exchange.hangUp(callOf(sid), "busy", "person"),
    noAnswer: (sid: string) => isRinging(callOf(sid)) && exchange.hangUp(callOf(sid), "no-answer", "network"),
    hangUp: (sid: string) => exchange.hangUp(callOf(sid), "completed", "person"),
  };
}

/** Everything as it is, for tests to look at. */
export function createSights(center: Center) {
  const { workspace, exchange, state, listeners } = center;
  return {
    workers: () => [...workspace.workers.values()],
    activities: () => workspace.activities,
    tasks: () => [...workspace.tasks.values()],
    calls: () => [...exchange.calls.values()],
    call: (sid: string): Call => known(exchange.calls.get(sid)),
    conference: (ref: string): Conference => conferenceOf(center, ref),
    sinks: () => [...center.streams.sinks.values()],
    subscriptions: () => [...center.streams.subscriptions.values()],
    /** Who hears whom, music or a ring, by call. */
    hears: (ref: string) => hearing(conferenceOf(center, ref)),
    /** Where a call went, and with which SIP headers. */
    rang: (sid: string) => destinationOf(known(exchange.calls.get(sid)).to),
    /** How many legs were dialled so far. */
    dials: () => state.dials,
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const taskOf = ({ workspace }: Center, ref: string): Task => known(workspace.tasks.get(ref));

const conferenceOf = ({ exchange }: Center, ref: string): Conference =>
  known([...exchange.conferences.values()].find((one) => one.friendlyName === ref));

function known<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("no such call, conference, worker or task");
  return found;
}
