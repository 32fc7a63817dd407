/** What a newcomer should do next, from what the world shows. Pure. */
import type {
  CallView,
  ChatMessage,
  ExpertPlatform,
  UserView,
  WorldAction,
  WorldView,
} from "../../sandbox/protocol.ts";

export type Person = { platform: ExpertPlatform; user: string };
export type Step = {
  key:
    | "start-call"
    | "consult"
    | "press-card"
    | "answer"
    | "together"
    | "hand-over"
    | "over"
    | "break-it"
    | "mend"
    | "wait-service";
  /** Whom it is about. */
  name: string;
  /** The expert whose Teams or RingCentral should be in sight. */
  person?: Person;
  /** What "Do it for me" does, where the world can do it. */
  action?: WorldAction;
};

/** Somebody with a phone who is no agent. */
export const isColleague = ({ phones, agents }: WorldView, { id, name }: UserView): boolean =>
  phones.some(({ owner }) => owner === id) && !agents.some((agent) => agent.name === name);

/** Whom the hint tells a newcomer to ask: somebody who is free. */
function recommended(world: WorldView): string {
  const colleagues = world.teams.users.filter((user) => isColleague(world, user));
  const free = colleagues.find(({ presence }) => presence.availability === "Available");
  return (free ?? colleagues[0])?.name ?? "";
}

/** `suggested`: whom the desk puts first for the present call. */
export function nextStep(world: WorldView, suggested?: string): Step {
  if (!world.service.up) return { key: "wait-service", name: "" };
  const ringing = ringingPhone(world);
  if (ringing) return ringing;
  const card = openCard(world);
  if (card) return card;
  const call = world.calls.find(({ state }) => state !== "ended");
  if (call) return stepInCall(call, suggested ?? recommended(world));
  if (world.calls.some(wasHandedOver)) return { key: world.faults.length > 0 ? "mend" : "break-it", name: "" };
  return { key: "start-call", name: "", action: { action: "start-call" } };
}

function ringingPhone(world: WorldView): Step | undefined {
  const phone = world.phones.find(({ ringing }) => ringing);
  if (!phone?.ringing) return undefined;
  const person = { platform: phone.platform, user: phone.owner };
  const name = usersOf(world, phone.platform).find(({ id }) => id === phone.owner)?.name ?? "";
  return { key: "answer", name, person, action: { action: "answer-phone", partyRef: phone.ringing.partyRef } };
}

function openCard(world: WorldView): Step | undefined {
  for (const { platform, user, message } of chats(world)) {
    const data = message.card && answerNow(message.card);
    if (!data) continue;
    const press = { action: "press-card", platform, user: user.id, message: message.id, verb: "answer", data } as const;
    return { key: "press-card", name: user.name, person: { platform, user: user.id }, action: press };
  }
  return undefined;
}

function stepInCall(call: CallView, toAsk: string): Step {
  const there = call.parties.filter(({ state }) => state === "connected" || state === "held");
  const expert = there.find(({ role }) => role === "expert");
  if (!expert) return { key: "consult", name: toAsk };
  const { name } = expert;
  if (!there.some(({ role }) => role === "agent"))
    return { key: "over", name, action: { action: "customer-hangs-up", call: call.ref } };
  return { key: there.some(({ state }) => state === "held") ? "together" : "hand-over", name };
}

const wasHandedOver = ({ commands }: CallView): boolean =>
  commands.some(({ operation, state }) => operation === "completeTransfer" && state !== "refused");

export const usersOf = (world: WorldView, platform: ExpertPlatform): UserView[] =>
  platform === "teams" ? world.teams.users : world.ringcentral.extensions;

type Letter = { platform: ExpertPlatform; user: UserView; message: ChatMessage };
export const chats = (world: WorldView): Letter[] =>
  (["teams", "ringcentral"] as const).flatMap((platform) =>
    usersOf(world, platform).flatMap((user) => user.chat.messages.map((message) => ({ platform, user, message }))),
  );

/** The data of the card's "Take it now", if it has such a button. */
function answerNow(part: unknown): Record<string, unknown> | undefined {
  if (typeof part !== "object" || part === null) return undefined;
  if ("data" in part && isRecord(part.data) && part.data.answer === "now") return part.data;
  for (const inner of Object.values(part)) {
    const found = answerNow(inner);
    if (found) return found;
  }
  return undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

/** Something on this person's side waits for them: a ringing phone or an unanswered card. */
export const isWaiting = (world: WorldView, { platform, user }: Person): boolean =>
  world.phones.some((phone) => phone.owner === user && phone.platform === platform && phone.ringing) ||
  chats(world).some(
    (each) => each.platform === platform && each.user.id === user && each.message.card && answerNow(each.message.card),
  );
