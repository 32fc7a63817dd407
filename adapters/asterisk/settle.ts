/**
 * What has to happen without anybody asking for it. Asterisk hangs nobody up because others have hung up, joins nobody
 * by itself and keeps empty bridges for ever; that is ours. From what is, never from what was: so it does not matter which
 * events were lost, and doing it twice changes nothing.
 */
import { type Call, type Leg, readCall, readGone } from "./call.ts";
import { resultVariable } from "./names.ts";
import { ask, pathOf } from "./request.ts";
import { closeRooms, hangUp, move, note } from "./rooms.ts";
import { isUp, withRole } from "./rules.ts";
import type { Asterisk } from "./settings.ts";

export type Chores = {
  /** Calls that the dialplan handed over before it answered them. */
  answer: readonly Leg[];
  wait: readonly Leg[];
  talk: readonly Leg[];
  hangUp: readonly Leg[];
  /** Nobody is left for the customer: their call goes on in the dialplan, which knows what to do. */
  giveBack?: Leg;
  close: boolean;
};

const none: Chores = { answer: [], wait: [], talk: [], hangUp: [], close: false };

/** Pure. `isLate`: whoever was to join the customer should have come by now. */
export function choresFor(call: Call | undefined, isLate = false): Chores {
  if (!call) return { ...none, close: true };
  const [customer] = withRole(call, "customer");
  return customer ? withCustomer(call, customer, isLate) : withoutCustomer(call);
}

/** Somebody is with the customer, or may yet be. */
export const isAttended = (call: Call): boolean => call.legs.some(({ role }) => role === "agent" || role === "expert");

function withCustomer(call: Call, customer: Leg, isLate: boolean): Chores {
  const agents = withRole(call, "agent");
  const experts = withRole(call, "expert");
  const newcomers = agents.filter(({ room }) => room === undefined);
  const answer = customer.state === "up" ? [] : [customer];
  if (newcomers.length > 0) {
    const isNew = customer.room === undefined || agents.length === newcomers.length;
    return { ...none, answer, talk: isNew ? [customer, ...newcomers] : newcomers };
  }
  if (agents.length > 0) return none;
  const answered = experts.filter(isUp);
  if (answered.length > 0) return { ...none, talk: [customer, ...answered].filter(({ room }) => room !== "talk") };
  if (experts.length > 0) return none;
  if (isLate || call.rooms.includes("talk")) return { ...none, giveBack: customer };
  return customer.room === undefined ? { ...none, answer, wait: [customer] } : none;
}

/** Nobody is left ringing for a customer who hung up. Two who talk may finish; one alone has nobody to talk to. */
function withoutCustomer(call: Call): Chores {
  const people = call.legs.filter(({ role }) => role !== "system");
  const [talking, ringing] = [people.filter(isUp), people.filter((leg) => !isUp(leg))];
  if (people.length === 0) return { ...none, close: true };
  if (talking.length < 2) return { ...none, hangUp: people };
  return { ...none, hangUp: ringing, talk: talking.filter(({ room }) => room !== "talk") };
}

/** Does what is due, and answers what was seen before. `also`: channels that have just come to this interaction. */
export async function settle(
  c: Asterisk,
  interaction: string,
  also: readonly string[] = [],
  isLate = false,
): Promise<Call | undefined> {
  const call = await readCall(c, interaction, also);
  const chores = choresFor(call, isLate);
  for (const leg of chores.hangUp) await hangUp(c, leg.ref);
  for (const leg of chores.answer) await post(c, leg.ref, "answer");
  for (const leg of chores.wait) await move(c, interaction, leg.ref, "wait");
  for (const leg of chores.talk) await move(c, interaction, leg.ref, "talk");
  if (call && chores.giveBack) await giveBack(c, call);
  if (chores.close) await closeRooms(c, interaction);
  return call;
}

/** The dialplan goes on after its Stasis(), told why: nobody took the customer over, or it was all said. */
async function giveBack(c: Asterisk, call: Call): Promise<void> {
  const last = (await readGone(c, call)).at(-1);
  const result = last?.state === "failed" || !call.rooms.includes("talk") ? "unanswered" : "ended";
  if (await note(c, call.ref, resultVariable, result)) await post(c, call.ref, "continue");
}

const post = (c: Asterisk, ref: string, what: string) =>
  ask(c, { method: "POST", path: `${pathOf("channels", ref)}/${what}`, lane: "call" });
