import type {
  CallOperation,
  Channel,
  PartyRole,
  PartyState,
  RecordingState,
  Target,
} from "../../../src/platform/contract.ts";

/** One party's end of the line. */
export type Leg = {
  ref: string;
  role: PartyRole;
  state: PartyState;
  name?: string;
  /** The agent's id, where the leg is an agent's. */
  account?: string;
  target?: Target;
  contextRef?: string;
  /** How long it rings unanswered. */
  ringMs?: number;
  reason?: string;
  human?: boolean;
};

/** A private consult under way, or one whose expert could not be had and whose customer still waits. */
export type Consult = { expert: string; talkingTo: "expert" | "customer" | "both" };

export type Call = {
  ref: string;
  rootRef: string;
  channel: Channel;
  state: "live" | "ended";
  legs: readonly Leg[];
  consult?: Consult;
  /** A blind transfer that nobody has answered yet: the agent who gets the customer back if nobody does. */
  returnsTo?: string;
  recording: RecordingState;
  attributes: Record<string, string>;
  startedAt: Date;
  sequence: number;
};

/** What differs between platforms, for trying out how we fare on each. */
export type Habits = {
  /** When the customer hangs up, the platform ends the other legs too; else they stay, ringing ones ring on. */
  endsWithCustomer: boolean;
  /** When a consulted expert cannot be had, the platform gives the customer back by itself; else they stay on hold. */
  returnsCustomer: boolean;
  /** The platform tells a mailbox from a person. */
  hearsMachines: boolean;
};

/** A command that cannot be carried out, with what the caller is told. */
export class Refusal extends Error {
  readonly status: 403 | 404 | 409 | 422;
  readonly code: string;
  constructor(status: 403 | 404 | 409 | 422, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
export const refuse = (code: string, message: string): never => {
  throw new Refusal(409, code, message);
};

const ringingStates: readonly PartyState[] = ["dialing", "ringing"];
const presentStates: readonly PartyState[] = ["connected", "held"];
export const isRinging = (leg: Leg | undefined): boolean => leg !== undefined && ringingStates.includes(leg.state);
/** On the line, heard or on hold. */
export const isPresent = (leg: Leg | undefined): boolean => leg !== undefined && presentStates.includes(leg.state);
export const isLive = (leg: Leg | undefined): boolean => isRinging(leg) || isPresent(leg);

export const legOf = (call: Call | undefined, ref: string | undefined): Leg | undefined =>
  call?.legs.find((leg) => leg.ref === ref);
export const customerOf = (call: Call): Leg | undefined => call.legs.find((leg) => leg.role === "customer");
export const agentOf = (call: Call): Leg | undefined => call.legs.find((leg) => leg.role === "agent" && isLive(leg));
export const expertsOf = (call: Call): Leg[] => call.legs.filter((leg) => leg.role === "expert");

export function setLeg(call: Call, ref: string | undefined, change: Partial<Leg>): Call {
  return { ...call, legs: call.legs.map((leg) => (leg.ref === ref ? { ...leg, ...change } : leg)) };
}

/** Ends a leg: one that was never answered has failed, any other has left. */
export function endLeg(call: Call, leg: Leg, reason: string): Call {
  if (!isLive(leg)) return call;
  const failed = isRinging(leg) && !["cancelled", "removed", "customer-left"].includes(reason);
  return setLeg(call, leg.ref, { state: failed ? "failed" : "left", reason });
}

/** Everybody on the line hears everybody else. */
export function joinAll(call: Call): Call {
  const legs = call.legs.map((leg) => (leg.state === "held" ? { ...leg, state: "connected" as const } : leg));
  return withoutConsult({ ...call, legs });
}

export function withoutConsult(call: Call): Call {
  const { consult: _over, ...rest } = call;
  return rest;
}

/** What a party hears: the others who are connected, or the music that the platform plays to whoever is on hold. */
export type Hearing = { hears: string[]; music: boolean };

/**
 * The audio graph. One mix: who is connected hears, and is heard by, all others who are; who is on hold hears music
 * and is heard by nobody; a leg that still rings or has gone hears nothing.
 */
export function hearing(call: Call): Record<string, Hearing> {
  const connected = call.legs.filter((leg) => leg.state === "connected").map((leg) => leg.ref);
  const of = (leg: Leg): Hearing => ({
    hears: leg.state === "connected" ? connected.filter((ref) => ref !== leg.ref) : [],
    music: leg.state === "held",
  });
  return Object.fromEntries(call.legs.map((leg) => [leg.ref, of(leg)]));
}

export type Order = {
  operation: CallOperation;
  agent: string;
  target?: Target;
  speakTo?: "customer" | "expert";
  party?: string;
  contextRef?: string;
  ringMs?: number;
  /** The id that a new leg gets. */
  newRef: string;
  partiesMax: number;
};
