/** What people do on their phones, and what there is to see: for tests, the sandbox and its screens. */
import type { Channel, RecordingState } from "../../../src/platform/contract.ts";
import { addressOf } from "./bells.ts";
import { type Call, hearing, type Leg, legOf } from "./call.ts";
import { type Center, makeRef } from "./center.ts";
import type { Options } from "./options.ts";

export type NewCall = {
  customer: { name: string } & Record<string, string>;
  /** The agent who has answered. */
  agent: string;
  /** Voice unless told. Only voice has phones that ring. */
  channel?: Channel;
  attributes?: Record<string, string>;
};

/** What customers and agents do on their own phones. */
export function createPeople({ board, agents, phones }: Center, { clock }: Options) {
  const hangUp = (ref: string, role: Leg["role"]): void => {
    const leg = known(board.find(ref)).legs.findLast((one) => one.role === role);
    if (leg) phones.drop(ref, leg.ref, "hung-up");
  };
  return {
    /** A customer is connected to an agent. What is known of the customer goes into the attributes. Answers its id. */
    startCall({ customer, agent: account, channel = "voice", attributes = {} }: NewCall): string {
      const { name, ...about } = customer;
      const ref = makeRef("call");
      const on = { state: "connected", human: true } as const;
      const legs: Leg[] = [
        { ...on, ref: makeRef("leg"), role: "customer", name },
        { ...on, ref: makeRef("leg"), role: "agent", account, name: agents.nameOf(account) },
      ];
      const recording = channel === "voice" ? "on" : "off";
      const begun = { state: "live", recording, startedAt: clock.now(), sequence: 1 } as const;
      board.open({ ...begun, ref, channel, rootRef: ref, legs, attributes: { ...about, ...attributes } });
      return ref;
    },
    customerHangsUp: (ref: string) => hangUp(ref, "customer"),
    agentHangsUp: (ref: string) => hangUp(ref, "agent"),
    /** The platform gives the interaction another id; it is still found by the old one. */
    renumber(ref: string): string {
      const next = makeRef("call");
      board.change(ref, (call) => ({ ...call, ref: next }));
      return next;
    },
    setRecording(ref: string, recording: RecordingState): void {
      board.change(ref, (call) => ({ ...call, recording }));
    },
    /** The agent chooses one of the statuses; any other word is shown, and means nothing to anybody. */
    chooseStatus: agents.choose,
  };
}

/** The phones that the contact center rings. Each control names the leg, as `onRing` and snapshots do. */
export function createPhones({ board, bells, phones }: Center) {
  const callOf = (party: string): string => known(board.findByParty(party)).ref;
  const drop = (reason: string) => (party: string) => void phones.drop(callOf(party), party, reason);
  const pickUp = (by: "person" | "machine") => (party: string) => void phones.pickUp(callOf(party), party, by);
  return {
    onRing: bells.onRing,
    /** What the phone at this number, SIP address, agent or queue does from now on. */
    setPhone: bells.setHabit,
    answer: pickUp("person"),
    voicemail: pickUp("machine"),
    decline: drop("declined"),
    noAnswer: drop("no-answer"),
    hangUp: drop("hung-up"),
  };
}

export function createViews({ board, agents, counted, listeners }: Center) {
  return {
    agents: agents.list,
    interactions: () => [...board.all()].map(board.toWire),
    interaction: (ref: string) => board.toWire(known(board.find(ref))),
    /** Who hears whom, and who hears music, by party. */
    hears: (ref: string) => hearing(known(board.find(ref))),
    /** Where a party was rung, and with which context. */
    rang(party: string): { address?: string; contextRef?: string } {
      const { target, contextRef } = legOf(board.findByParty(party), party) ?? {};
      return { ...(target && { address: addressOf(target) }), ...(contextRef !== undefined && { contextRef }) };
    },
    /** How many legs were dialled so far. */
    dials: () => counted.dials,
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function known(call: Call | undefined): Call {
  if (!call) throw new Error("no such interaction or party");
  return call;
}
