/** What of a consult's steps is told to webhook endpoints. Ids and codes only. Pure. */
import type { WebhookEvent } from "../webhooks/emit.ts";
import type { EventType } from "../webhooks/events.ts";
import type { Consult, Offer, OfferState, State } from "./model.ts";
import type { consults, interactions } from "./schema.ts";

type Row = typeof consults.$inferSelect;

const consultType = (state: State): EventType => `consult.${state}`;
const offerType = (state: Exclude<OfferState, "planned">): EventType => `offer.${state}`;

type Known = Pick<Row, "id" | "interactionId" | "journeyId" | "kind" | "agentPersonId" | "skill">;
type Shown = { state: State; result?: string; expert?: string; version: number };

/** `version` grows with each step: the higher one is the newer, in whatever order messages arrive. */
export const consultEvent = (row: Known, { state, result, expert, version }: Shown): WebhookEvent => ({
  type: consultType(state),
  subject: row.id,
  data: {
    id: row.id,
    interactionId: row.interactionId,
    journeyId: row.journeyId,
    kind: row.kind,
    state,
    ...(result ? { result } : {}),
    agentPersonId: row.agentPersonId,
    ...(expert ? { expertPersonId: expert } : {}),
    ...(row.skill ? { skill: row.skill } : {}),
    version,
  },
});

const offerEvent = (row: Known, { id, person, state }: Offer, version: number): WebhookEvent[] =>
  state === "planned"
    ? []
    : [
        {
          type: offerType(state),
          subject: row.id,
          data: { id, consultId: row.id, journeyId: row.journeyId, personId: person, state, version },
        },
      ];

export function eventsOfStep(row: Row, before: Consult, after: Consult): WebhookEvent[] {
  const version = row.version + 1;
  const changed = after.offers.filter(({ id, state }) => before.offers.find((one) => one.id === id)?.state !== state);
  const told = changed.flatMap((offer) => offerEvent(row, offer, version));
  if (before.state === after.state) return told;
  const expert = after.offers.find(({ id }) => id === after.winner)?.person;
  const { state, result } = after;
  return [...told, consultEvent(row, { state, ...(result ? { result } : {}), ...(expert ? { expert } : {}), version })];
}

type Interaction = Pick<
  typeof interactions.$inferSelect,
  "id" | "ref" | "connectionId" | "journeyId" | "channel" | "state" | "agentPersonId"
>;

/** `kept`: as it was before; absent when it is seen for the first time. */
export function eventsOfInteraction(next: Interaction, kept: Interaction | undefined): WebhookEvent[] {
  const types: EventType[] = [
    ...(kept ? [] : ["interaction.started" as const]),
    ...(kept && kept.agentPersonId !== next.agentPersonId ? ["interaction.agent_changed" as const] : []),
    ...(next.state === "ended" && kept?.state !== "ended" ? ["interaction.ended" as const] : []),
  ];
  const { id, ref, connectionId, journeyId, channel, state, agentPersonId } = next;
  const data = { id, ref, connectionId, journeyId, channel, state, ...(agentPersonId ? { agentPersonId } : {}) };
  return types.map((type) => ({ type, subject: id, data }));
}
