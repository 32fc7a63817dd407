/** What the stage does in the world: one function for each action. */
import { BridgeError } from "../errors.ts";
import type { Breakage } from "./breakage.ts";
import { agents, customers, usersOf } from "./company.ts";
import type { Platforms } from "./platforms.ts";
import { type ExpertPlatform, statuses, type WorldAction } from "./protocol.ts";
import type { Telephony } from "./telephony.ts";

export type Stagehands = {
  platforms: Platforms;
  telephony: Telephony;
  breakage: Breakage;
  /** What people chose by hand, by account. */
  chosen: Map<string, string>;
  killService(): void;
  hideThePast(): void;
};

type Order<A extends WorldAction["action"]> = Extract<WorldAction, { action: A }>;
type Acts = { [A in WorldAction["action"]]: (hands: Stagehands, order: Order<A>) => void | Promise<void> };

/** @throws BridgeError whose message says what to do instead. */
export async function act(hands: Stagehands, order: WorldAction): Promise<void> {
  const one = acts[order.action] as (hands: Stagehands, order: WorldAction) => void | Promise<void>;
  await one(hands, order);
}

const acts: Acts = {
  "start-call": startCall,
  "customer-hangs-up": (hands, { call }) => hands.platforms.contactCenter.customerHangsUp(liveCall(hands, call)),
  "agent-hangs-up": (hands, { call }) => hands.platforms.contactCenter.agentHangsUp(liveCall(hands, call)),
  "agent-status"({ platforms }, { agent, status }) {
    if (!agents.some(({ account }) => account === agent)) throw missing("agent");
    platforms.contactCenter.chooseStatus(agent, status);
  },
  "answer-phone": (hands, { partyRef }) => hands.platforms.contactCenter.answer(ringing(hands, partyRef)),
  "decline-phone": (hands, { partyRef }) => hands.platforms.contactCenter.decline(ringing(hands, partyRef)),
  voicemail: (hands, { partyRef }) => hands.platforms.contactCenter.voicemail(ringing(hands, partyRef)),
  "hang-up-phone"(hands, { partyRef }) {
    partyOf(hands, partyRef);
    hands.platforms.contactCenter.hangUp(partyRef);
  },
  "press-card": pressCard,
  "set-status": setStatus,
  "person-call"({ telephony }, { platform, user, on }) {
    checkUser(platform, user);
    if (on) telephony.startOwnCall(platform, user);
    else telephony.endOwnCall(platform, user);
  },
  async "say-to-bot"({ platforms }, { user, text }) {
    checkUser("teams", user);
    checkAnswer(await platforms.microsoft.say(user, text).catch(serviceDown));
  },
  break: ({ breakage }, { what }) => breakage.break(what),
  mend: ({ breakage }, { what }) => breakage.mend(what),
  "kill-service": ({ killService }) => killService(),
  reset,
};

const missing = (what: string) => new BridgeError("not_found", `There is no such ${what} in this world.`);

function checkUser(on: ExpertPlatform, id: string): void {
  if (!usersOf(on).some((user) => user.id === id)) throw missing("person");
}

// ---------------------------------------------------------------- calls

function startCall({ platforms: { contactCenter } }: Stagehands, order: Order<"start-call">): void {
  const customer = order.customer ? customers.find(({ id }) => id === order.customer) : customers[0];
  if (!customer) throw missing("customer");
  const busy = new Set(contactCenter.agents().flatMap(({ id, state }) => (state.means === "on-call" ? [id] : [])));
  const agent = agents.find(({ account }) => (order.agent ? account === order.agent : !busy.has(account)));
  if (!agent && order.agent) throw missing("agent");
  const { channel = "voice" } = order;
  // Somebody on a call can still write with others.
  if (!agent || (channel === "voice" && busy.has(agent.account)))
    throw new BridgeError("conflict", "No agent is free. Let a call end first.");
  const { name, about } = customer;
  const attributes = { customer: name, ...about };
  contactCenter.startCall({ customer: { name }, agent: agent.account, channel, attributes });
}

function liveCall({ platforms: { contactCenter } }: Stagehands, ref: string): string {
  const call = contactCenter.interactions().find((one) => one.ref === ref);
  if (!call) throw missing("call");
  if (call.state === "ended") throw new BridgeError("conflict", "This call has ended.");
  return ref;
}

function partyOf({ platforms: { contactCenter } }: Stagehands, partyRef: string) {
  const parties = contactCenter.interactions().flatMap((call) => call.parties);
  const party = parties.find(({ ref }) => ref === partyRef);
  if (!party) throw missing("phone call");
  return party;
}

function ringing(hands: Stagehands, partyRef: string): string {
  if (partyOf(hands, partyRef).state !== "ringing") {
    throw new BridgeError("conflict", "This phone does not ring any more.");
  }
  if (hands.breakage.has("nobody-answers")) {
    throw new BridgeError("conflict", "Nobody answers phones just now: that is what you broke. Mend it to answer.");
  }
  return partyRef;
}

// ---------------------------------------------------------------- chats

async function pressCard({ platforms }: Stagehands, order: Order<"press-card">): Promise<void> {
  const { user, message, verb, data } = order;
  checkUser(order.platform, user);
  const { microsoft, ringcentral } = platforms;
  const chat = order.platform === "teams" ? microsoft.chatOf(user) : ringcentral.chatOf(user);
  if (!chat.some(({ id, card }) => id === message && card)) throw missing("card");
  const pressed =
    order.platform === "teams"
      ? microsoft.clickAction(user, message, { verb, data })
      : ringcentral.clickAction(user, message, { data });
  checkAnswer(await pressed.catch(serviceDown));
}

const serviceDown = (cause: unknown): never => {
  throw new BridgeError("unavailable", "The service does not answer just now. Try again in a moment.", { cause });
};

function checkAnswer({ status }: { status: number }): void {
  if (status >= 200 && status < 300) return;
  throw new BridgeError("platform_refused", `The service answered ${status}. Its log file says why.`);
}

// ---------------------------------------------------------------- statuses

function setStatus(hands: Stagehands, { platform: on, user, status }: Order<"set-status">): void {
  checkUser(on, user);
  const known: readonly string[] = statuses[on];
  if (!known.includes(status)) throw new BridgeError("invalid", `Choose one of: ${known.join(", ")}.`);
  if (status === "Automatic") hands.chosen.delete(user);
  else hands.chosen.set(user, status);
  if (on === "teams") showInTeams(hands.platforms, user, status);
  else showInRingCentral(hands.platforms, user, status);
}

function showInTeams({ microsoft }: Platforms, user: string, status: string): void {
  // To appear offline has an activity of its own; all other words are the same on both sides.
  const shown = { availability: status, activity: status === "Offline" ? "OffWork" : status };
  if (status === "Automatic") microsoft.resetStatus(user);
  else microsoft.chooseStatus(user, shown);
}

function showInRingCentral({ ringcentral }: Platforms, user: string, status: string): void {
  if (status === "DoNotDisturb") ringcentral.setDnd(user, true);
  else ringcentral.setUserStatus(user, status === "Busy" || status === "Offline" ? status : "Available");
}

function reset(hands: Stagehands): void {
  const { contactCenter } = hands.platforms;
  hands.breakage.mend();
  for (const { ref, state } of contactCenter.interactions()) {
    if (state === "live") contactCenter.customerHangsUp(ref);
  }
  for (const platform of ["teams", "ringcentral"] as const) {
    for (const { id: user } of usersOf(platform)) {
      hands.telephony.endOwnCall(platform, user);
      if (hands.chosen.has(user)) setStatus(hands, { action: "set-status", platform, user, status: "Automatic" });
    }
  }
  for (const { account } of agents) contactCenter.chooseStatus(account, "On Queue");
  hands.hideThePast();
}
