/**
 * The story of the sandbox, step by step: a customer calls an agent, who finds an expert, asks, talks in private, brings
 * all together and leaves. Each step waits until the world shows that it has happened. Over HTTP only.
 */
import type { Move } from "../consults/model.ts";
import type { ConsultView, DeskView, ExpertHit } from "../views.ts";
import { colleagues, customers } from "./company.ts";
import { createPlayer, type Desk, type Player, Refused, until } from "./player.ts";
import type { CallParty, CallView, ChatMessage, PhoneView, WorldView } from "./protocol.ts";

export type Journey = Awaited<ReturnType<typeof beginJourney>>;

export type JourneyOptions = { customer?: string; agent?: string };

const question = "Is the March invoice a duplicate?";

/** Opens the agent's desk; nobody has called yet. */
export async function beginJourney(
  at: { url: string; worldUrl: string },
  { customer: who = "lucia", agent = "agent-ana" }: JourneyOptions = {},
) {
  const player = createPlayer(at);
  const customer = customers.find(({ id }) => id === who);
  if (!customer) throw new Error(`nobody is called ${who}`);
  const desk = await player.openDesk(agent);
  const told: { call?: string; interaction?: string; consult?: string; expert?: Expert; message?: string } = {};
  const known = <K extends keyof typeof told>(what: K) => {
    const value = told[what];
    if (value === undefined) throw new Error(`the story has no ${what} yet`);
    return value;
  };
  const call = (view: WorldView): CallView | undefined => view.calls.find(({ ref }) => ref === told.call);
  const consult = () => desk.get<ConsultView>(`/v1/consults/${known("consult")}`);
  /** Presses a button of the desk as soon as it can be pressed. */
  async function move(name: Move): Promise<void> {
    await until(`the desk offers: ${name}`, async () =>
      (await consult()).moves.some((one) => one.move === name && one.possible),
    );
    await desk.post<ConsultView>(`/v1/consults/${known("consult")}/moves`, { move: name });
  }
  /** The parties of the call, once they are as they should be. */
  const heard = (what: string, isSo: (parties: Parties) => boolean, withinMs?: number) =>
    player.seen(what, (view) => call(view) && isSo(partiesOf(call(view))) && view, withinMs);

  return {
    player,
    desk,
    agent,
    customer,
    told,
    call,
    consult,
    move,
    heard,

    async customerCalls(): Promise<void> {
      const before = new Set((await player.world()).calls.map(({ ref }) => ref));
      const view = await player.act({ action: "start-call", customer: who, agent });
      const begun = view.calls.find(({ ref }) => !before.has(ref));
      told.call = begun?.ref ?? "";
      const interaction = await until("the desk shows the call", async () => {
        const { interactions } = await desk.get<DeskView>("/v1/desk");
        return interactions.find(({ startedAt }) => startedAt === begun?.startedAt);
      });
      told.interaction = interaction.id;
    },
    /** The best expert in Teams who can be rung now. */
    async agentSearches(): Promise<ExpertHit[]> {
      const search = new URLSearchParams({ skill: customer.about.skill ?? "", interaction: known("interaction") });
      const { items } = await desk.get<{ items: ExpertHit[] }>(`/v1/experts?${search}`);
      const found = items.find((one) => one.reachability.state === "call" && expertBehind(one.name)?.teams);
      if (!found)
        throw new Error(`nobody can be rung: ${JSON.stringify(items.map((one) => one.reachability.reasons))}`);
      told.expert = { personId: found.personId, name: found.name, account: expertBehind(found.name)?.teams?.id ?? "" };
      return items;
    },
    async agentConsults(kind = "consult"): Promise<void> {
      const body = { interactionId: known("interaction"), kind, personIds: [known("expert").personId], question };
      told.consult = (await desk.post<ConsultView>("/v1/consults", body)).id;
    },
    async cardArrives(): Promise<Record<string, unknown>> {
      const { account } = known("expert");
      const message = await player.seen("the card arrives", (view) =>
        cardsOf(view, account).find(({ card }) => says(card, question)),
      );
      told.message = message.id;
      return message.card ?? {};
    },
    /** @param answer One of the card's four. */
    async expertAnswers(answer: "now" | "later" | "chat" | "no" = "now"): Promise<void> {
      const { account } = known("expert");
      const [message] = cardsOf(await player.world(), account).filter(({ id }) => id === known("message"));
      const action = findAction(message?.card, answer);
      if (!action) throw new Error(`the card has no button for ${answer}`);
      const { verb, data } = action;
      const press = {
        action: "press-card",
        platform: "teams",
        user: account,
        message: known("message"),
        verb,
        data,
      } as const;
      await until("the card's button works", () => player.act(press).catch(stillDown), 15_000);
    },
    phoneRings: (withinMs?: number): Promise<NonNullable<PhoneView["ringing"]>> =>
      player.seen(
        "the expert's phone rings",
        (view) => phoneOf(view, known("expert").account)?.ringing ?? undefined,
        withinMs,
      ),
    async expertPicksUp(): Promise<void> {
      const { partyRef } = phoneOf(await player.world(), known("expert").account)?.ringing ?? {};
      if (!partyRef) throw new Error("the phone does not ring");
      await player.act({ action: "answer-phone", partyRef });
      await heard("agent and expert talk in private", isPrivate);
    },
    async allTogether(withinMs?: number): Promise<void> {
      await move("all-together");
      await heard("all three hear each other", isTogether, withinMs);
    },
    async agentLeaves(withinMs?: number): Promise<void> {
      await move("hand-over");
      await heard("customer and expert talk on without the agent", isHandedOver, withinMs);
    },
    async customerHangsUp(): Promise<void> {
      await player.act({ action: "customer-hangs-up", call: known("call") });
      await heard("the call has ended", ({ customer: one }) => one?.state === "left");
    },
  };
}

export type Expert = { personId: string; name: string; account: string };

const stillDown = (error: unknown): undefined => {
  if (error instanceof Refused && error.code === "unavailable") return undefined;
  throw error;
};

const expertBehind = (name: string) => colleagues.find((one) => one.name === name);

export const cardsOf = (view: WorldView, account: string): ChatMessage[] =>
  view.teams.users.find(({ id }) => id === account)?.chat.messages.filter(({ card }) => card) ?? [];

export const says = (card: unknown, text: string): boolean =>
  JSON.stringify(card).includes(JSON.stringify(text).slice(1, -1));

export const phoneOf = (view: WorldView, account: string): PhoneView | undefined =>
  view.phones.find(({ owner }) => owner === account);

type Action = { verb: string; data: Record<string, unknown> };

/** The button, however deep in the card. */
function findAction(value: unknown, answer: string): Action | undefined {
  if (Array.isArray(value)) return value.map((one) => findAction(one, answer)).find(Boolean);
  if (typeof value !== "object" || value === null) return undefined;
  const { type, verb, data } = value as { type?: string; verb?: string; data?: Record<string, unknown> };
  if (type === "Action.Execute" && verb && data?.answer === answer) return { verb, data };
  return findAction(Object.values(value), answer);
}

// ---------------------------------------------------------------- who hears whom

export type Parties = { customer?: CallParty; agent?: CallParty; expert?: CallParty; experts: CallParty[] };

export function partiesOf(call: CallView | undefined): Parties {
  const parties = call?.parties ?? [];
  const last = (role: CallParty["role"]) => parties.findLast((party) => party.role === role);
  const [customer, agent, expert] = [last("customer"), last("agent"), last("expert")];
  return {
    ...(customer ? { customer } : {}),
    ...(agent ? { agent } : {}),
    ...(expert ? { expert } : {}),
    experts: parties.filter(({ role }) => role === "expert"),
  };
}

const hears = (one: CallParty | undefined, ...others: (CallParty | undefined)[]): boolean =>
  one !== undefined && others.every((other) => other !== undefined && one.hears.includes(other.ref));

export const isWithAgent = ({ customer, agent }: Parties): boolean => hears(customer, agent) && hears(agent, customer);
export const isPrivate = ({ customer, agent, expert }: Parties): boolean =>
  hears(agent, expert) && hears(expert, agent) && customer?.music === true && !hears(agent, customer);
export const isTogether = ({ customer, agent, expert }: Parties): boolean =>
  hears(customer, agent, expert) && hears(agent, customer, expert) && hears(expert, customer, agent);
export const isHandedOver = ({ customer, agent, expert }: Parties): boolean =>
  hears(customer, expert) && hears(expert, customer) && agent?.state === "left";

export type { Desk, Player };
