/**
 * The story of the sandbox, step by step: a customer calls an agent, who finds an expert, asks, talks in private, brings
 * all together and leaves. Each step waits until the world shows that it has happened. Over HTTP only.
 */
import type { Kind, Move } from "../consults/model.ts";
import type { ConsultView, DeskView, ExpertHit } from "../views.ts";
import { type Answer, buttonFor, cardsOf, says } from "./chats.ts";
import { colleagues, customers } from "./company.ts";
import { isHandedOver, isPrivate, isTogether, type Parties, partiesOf } from "./hearing.ts";
import { createPlayer, Refused, until } from "./player.ts";
import type { CallView, ExpertPlatform, PhoneView, WorldView } from "./protocol.ts";

export type Journey = Awaited<ReturnType<typeof beginJourney>>;

export type JourneyOptions = { customer?: string; agent?: string };
export type Expert = { personId: string; name: string; platform: ExpertPlatform; account: string };

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
  const heard = (what: string, isSo: (parties: Parties) => boolean) =>
    player.seen(what, (view) => call(view) && isSo(partiesOf(call(view))) && view);

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
    /** The best expert for what the customer wants who can be rung now, or the one of this name. */
    async agentSearches(name?: string): Promise<ExpertHit[]> {
      const search = new URLSearchParams({ skill: customer.about.skill ?? "", interaction: known("interaction") });
      const { items } = await desk.get<{ items: ExpertHit[] }>(`/v1/experts?${search}`);
      const found = items.find((one) => one.reachability.state === "call" && (!name || one.name === name));
      const reasons = () => JSON.stringify(items.map((one) => [one.name, one.reachability.reasons]));
      if (!found) throw new Error(`nobody can be rung: ${reasons()}`);
      told.expert = { personId: found.personId, name: found.name, ...accountOf(found.name) };
      return items;
    },
    async agentConsults(kind: Kind = "consult"): Promise<void> {
      const body = { interactionId: known("interaction"), kind, personIds: [known("expert").personId], question };
      told.consult = (await desk.post<ConsultView>("/v1/consults", body)).id;
    },
    async cardArrives(): Promise<Record<string, unknown>> {
      const { platform, account } = known("expert");
      const isOpen = (card: unknown) => says(card, question) && buttonFor(card, "now") !== undefined;
      const message = await player.seen("the card arrives", (view) =>
        cardsOf(view, platform, account).findLast(({ card }) => isOpen(card)),
      );
      told.message = message.id;
      return message.card ?? {};
    },
    async expertAnswers(answer: Answer = "now"): Promise<void> {
      const { platform, account: user } = known("expert");
      const message = known("message");
      const { card } = cardsOf(await player.world(), platform, user).find(({ id }) => id === message) ?? {};
      const button = buttonFor(card, answer);
      if (!button) throw new Error(`the card has no button for ${answer}`);
      const press = { action: "press-card", platform, user, message, ...button } as const;
      await until("the card's button works", () => player.act(press).catch(stillDown));
    },
    phoneRings: (): Promise<NonNullable<PhoneView["ringing"]>> =>
      player.seen("the expert's phone rings", (view) => phoneOf(view, known("expert").account)?.ringing ?? undefined),
    async expertPicksUp(): Promise<void> {
      const { partyRef } = phoneOf(await player.world(), known("expert").account)?.ringing ?? {};
      if (!partyRef) throw new Error("the phone does not ring");
      await player.act({ action: "answer-phone", partyRef });
      await heard("agent and expert talk in private", isPrivate);
    },
    async allTogether(): Promise<void> {
      await move("all-together");
      await heard("all three hear each other", isTogether);
    },
    async agentLeaves(): Promise<void> {
      await move("hand-over");
      await heard("customer and expert talk on without the agent", isHandedOver);
    },
    async customerHangsUp(): Promise<void> {
      await player.act({ action: "customer-hangs-up", call: known("call") });
      await heard("the call has ended", ({ customer: one }) => one?.state === "left");
    },
  };
}

const stillDown = (error: unknown): undefined => {
  if (error instanceof Refused && error.code === "unavailable") return undefined;
  throw error;
};

/** Where this colleague is asked and rung: in Teams, where they have both. */
function accountOf(name: string): Pick<Expert, "platform" | "account"> {
  const { teams, ringcentral } = colleagues.find((one) => one.name === name) ?? {};
  if (teams) return { platform: "teams", account: teams.id };
  return { platform: "ringcentral", account: ringcentral?.id ?? "" };
}

export const phoneOf = (view: WorldView, account: string): PhoneView | undefined =>
  view.phones.find(({ owner }) => owner === account);
