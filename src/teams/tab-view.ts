import { and, asc, desc, eq, inArray, isNotNull, isNull, ne, not, or } from "drizzle-orm";
import { audit } from "../audit.ts";
import { engagementsOf } from "../consults/engaged.ts";
import { isHelping, stateFor } from "../consults/guests.ts";
import { readSnapshot } from "../consults/interactions.ts";
import { followLater } from "../consults/late-context.ts";
import type { Consult, OfferState } from "../consults/model.ts";
import { readMachine } from "../consults/move.ts";
import { partiesOf } from "../consults/picture.ts";
import { consults, interactions, offers, replies, timeline } from "../consults/schema.ts";
import { type ContextPackage, noteReveal, readContext, viewOfPackage } from "../context/package.ts";
import { late } from "../context/slow.ts";
import { actorLabel, type Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { type AccountFacts, factsOf, type PersonFacts } from "../experts/facts.ts";
import { skillsOfTenant } from "../experts/search.ts";
import { toView } from "../experts/view.ts";
import { people } from "../identity/schema.ts";
import type { PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import { onRoster } from "../roster.ts";
import type { TabEarlier, TabHold, TabRequest, TabView } from "../views.ts";
import { callbacksFor } from "./callbacks/tab-list.ts";

/** What still wants something of the person, while the consult lives. */
const open: OfferState[] = ["asked", "silent", "later", "chat", "accepted"];
const earlierMax = 50;
/** Steps of the call; who else was asked and what they said is not this person's business. */
const ofTheCall = ["ringing", "consulting", "conferencing", "transferring", "talking-to-customer", "talking-to-expert"];

/** A consult that a colleague has is over for everybody else. */
const notTaken = (personId: PersonId) =>
  or(isNull(consults.expertPersonId), eq(consults.expertPersonId, personId), offers.joins);
const mine = (ctx: Ctx, personId: PersonId) => and(eq(offers.tenantId, ctx.tenantId), eq(offers.personId, personId));

/** Everything that an expert's own page shows. Undefined for a person who is gone. */
export async function tabViewOf(ctx: Ctx, service: Service, personId: PersonId): Promise<TabView | undefined> {
  const [facts] = await factsOf(ctx, service, [personId], engagementsOf);
  if (!facts) return undefined;
  const { target: _, ...me } = toView(facts, ctx.now());
  const enrolment = enrolmentOf(facts, ctx.now());
  return {
    me,
    ...(enrolment ? { enrolment } : {}),
    now: await requestsFor(ctx, service, personId),
    callbacks: await callbacksFor(ctx, service, personId),
    earlier: await earlierOf(ctx, personId),
    holds: facts.accounts.flatMap((account) => holdOf(account, facts.accounts)),
    skills: await skillsOfTenant(ctx),
    serverTime: ctx.now().toISOString(),
  };
}

function enrolmentOf({ expert, helpedThisMonth, holidays }: PersonFacts, now: Date): TabView["enrolment"] {
  if (!expert) return undefined;
  const { accepting, pausedUntil, roster, quota } = expert;
  const { hard: _, ...limits } = quota;
  const { on, until } = onRoster(roster, now, { holidays });
  return {
    accepting,
    ...(pausedUntil && pausedUntil > now ? { pausedUntil: pausedUntil.toISOString() } : {}),
    roster,
    onRoster: { on, ...(until ? { until: until.toISOString() } : {}) },
    quota: { ...limits, used: helpedThisMonth },
  };
}

/** What is written, on its way there or away again. What has been released needs no word. */
function holdOf({ id, platform, hold }: AccountFacts, all: AccountFacts[]): TabHold[] {
  if (!hold || hold.state === "released") return [];
  const { availability, activity } = hold.held?.presence ?? hold.asked;
  const cause = all.find((account) => account.id === hold.cause);
  const until = hold.held?.expiresAt && new Date(hold.held.expiresAt).toISOString();
  const shown = cause?.presence;
  return [
    {
      account: id,
      platform,
      availability,
      activity,
      state: hold.state,
      since: (hold.writtenAt ?? hold.createdAt).toISOString(),
      ...(until ? { until } : {}),
      ...(hold.reason ? { reason: hold.reason } : {}),
      ...(cause && shown
        ? { because: { platform: cause.platform, availability: shown.availability, activity: shown.activity } }
        : {}),
    },
  ];
}

async function requestsFor(ctx: Ctx, service: Service, personId: PersonId): Promise<TabRequest[]> {
  const rows = await ctx.db
    .select({ offer: offers, consult: consults, interaction: interactions })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(
      and(
        mine(ctx, personId),
        isNotNull(offers.askedAt),
        ne(consults.state, "ended"),
        inArray(offers.state, open),
        isNull(offers.leftAt),
        notTaken(personId),
      ),
    )
    .orderBy(asc(offers.id));
  const names = await namesOf(ctx, rows);
  return Promise.all(rows.map((row) => requestView(ctx, service, row, names)));
}

type Row = {
  offer: typeof offers.$inferSelect;
  consult: typeof consults.$inferSelect;
  interaction: typeof interactions.$inferSelect;
};

async function namesOf(ctx: Ctx, rows: Row[]): Promise<Map<string, string>> {
  const ids = rows.map(({ consult }) => consult.agentPersonId);
  const found = ids.length
    ? await ctx.db.select({ id: people.id, name: people.name }).from(people).where(inArray(people.id, ids))
    : [];
  return new Map(found.map(({ id, name }) => [id, name]));
}

async function requestView(ctx: Ctx, service: Service, row: Row, names: Map<string, string>): Promise<TabRequest> {
  const { offer, consult, interaction } = row;
  const machine = readMachine(consult);
  const known = machine.offers.find((one) => one.id === offer.id);
  const isMine = known !== undefined && isHelping(machine, known);
  const saidYes = isMine && offer.state === "accepted";
  const snapshot = readSnapshot(interaction.snapshot);
  const { customer: given, tier, language, intent } = snapshot.attributes;
  const customer = given ?? snapshot.parties.find((party) => party.role === "customer")?.name;
  return {
    offer: offerView(row, machine),
    consultId: consult.id,
    kind: consult.kind,
    state: known ? stateFor(machine, known) : machine.state,
    talkingTo: machine.talkingTo,
    agent: names.get(consult.agentPersonId) ?? "",
    customer: {
      ...(customer ? { name: customer } : {}),
      ...(tier ? { tier } : {}),
      ...(language ? { language } : {}),
    },
    channel: interaction.channel,
    ...(intent ? { topic: intent } : {}),
    context: await contextFor(ctx, service, consult, saidYes),
    isMine,
    canReply: consult.kind === "question" && (isMine || ["asked", "silent"].includes(offer.state)),
    ...(saidYes && consult.joinUrl ? { joinUrl: consult.joinUrl } : {}),
    parties: saidYes ? partiesOf(snapshot) : [],
    timeline: saidYes ? await timelineFor(ctx, consult) : [],
    replies: await repliesFor(ctx, service, row),
    requestedAt: consult.requestedAt.toISOString(),
  };
}

function offerView({ offer }: Row, machine: Consult): TabRequest["offer"] {
  const known = machine.offers.find((one) => one.id === offer.id);
  return {
    id: offer.id,
    personId: offer.personId,
    name: "",
    state: offer.state,
    ...(offer.askedAt ? { askedAt: offer.askedAt.toISOString() } : {}),
    ...(offer.answeredAt ? { answeredAt: offer.answeredAt.toISOString() } : {}),
    ...(known?.againAt ? { againAt: known.againAt.toISOString() } : {}),
  };
}

const nothing: ContextPackage = { question: "", fields: {}, links: [] };

/** The first time that details are shown in full is kept in the audit log. */
async function contextFor(ctx: Ctx, service: Service, { id, contextId }: Row["consult"], reveal: boolean) {
  if (!contextId) return viewOfPackage(nothing, false);
  const content = await readContext(ctx, service.keyring, contextId).catch((error) => {
    if (isBridgeError(error) && error.code === "not_found") return nothing;
    throw error;
  });
  if (content === late) await followLater(ctx, id);
  if (reveal && content !== nothing && content !== late) {
    const [noted] = await ctx.db
      .select({ id: audit.id })
      .from(audit)
      .where(
        and(
          eq(audit.tenantId, ctx.tenantId),
          eq(audit.action, "context.reveal"),
          eq(audit.target, contextId),
          eq(audit.actor, actorLabel(ctx.actor)),
        ),
      )
      .limit(1);
    if (!noted) await noteReveal(ctx, contextId);
  }
  return viewOfPackage(content, reveal);
}

async function timelineFor(ctx: Ctx, consult: Row["consult"]): Promise<TabRequest["timeline"]> {
  const rows = await ctx.db
    .select({ at: timeline.at, what: timeline.what })
    .from(timeline)
    .where(
      and(eq(timeline.tenantId, ctx.tenantId), eq(timeline.consultId, consult.id), inArray(timeline.what, ofTheCall)),
    )
    .orderBy(asc(timeline.id));
  return rows.map(({ at, what }) => ({ at: at.toISOString(), what }));
}

async function repliesFor(ctx: Ctx, service: Service, { offer, consult }: Row): Promise<TabRequest["replies"]> {
  if (consult.kind !== "question") return [];
  const rows = await ctx.db
    .select()
    .from(replies)
    .where(and(eq(replies.consultId, consult.id), eq(replies.personId, offer.personId)))
    .orderBy(asc(replies.createdAt));
  return Promise.all(
    rows.map(async ({ createdAt, sealed }) => ({
      at: createdAt.toISOString(),
      text: await service.keyring.open<string>(ctx.tenantId, "reply", sealed),
    })),
  );
}

async function earlierOf(ctx: Ctx, personId: PersonId): Promise<TabEarlier[]> {
  const rows = await ctx.db
    .select({ offer: offers, consult: consults, agent: people.name })
    .from(offers)
    .innerJoin(consults, eq(consults.id, offers.consultId))
    .innerJoin(people, eq(people.id, consults.agentPersonId))
    .where(
      and(
        mine(ctx, personId),
        isNotNull(offers.askedAt),
        or(
          eq(consults.state, "ended"),
          not(inArray(offers.state, open)),
          isNotNull(offers.leftAt),
          and(isNotNull(consults.expertPersonId), ne(consults.expertPersonId, personId), not(offers.joins)),
        ),
      ),
    )
    .orderBy(desc(offers.id))
    .limit(earlierMax);
  return rows.map(({ offer, consult, agent }) => ({
    offerId: offer.id,
    kind: consult.kind,
    agent,
    ...(consult.skill ? { topic: consult.skill } : {}),
    said: offer.state,
    ...(consult.result && consult.expertPersonId === personId ? { result: consult.result } : {}),
    askedAt: (offer.askedAt ?? consult.requestedAt).toISOString(),
    ...(offer.answeredAt ? { answeredAt: offer.answeredAt.toISOString() } : {}),
    ...(consult.endedAt ? { endedAt: consult.endedAt.toISOString() } : {}),
  }));
}
