import { and, asc, eq, gt, inArray, ne, or } from "drizzle-orm";
import { readContext } from "../context/package.ts";
import { late } from "../context/slow.ts";
import type { Actor, Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import { connections, people } from "../identity/schema.ts";
import type { ConsultId, InteractionId, PersonId } from "../ids.ts";
import type { CallFacts } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { isOneOf } from "../sql-texts.ts";
import type { CommandView, ConsultView, InteractionView, OfferView } from "../views.ts";
import { moveObstacle, obstacle } from "./abilities.ts";
import { movesOf } from "./allowed.ts";
import { isOnLine } from "./guests.ts";
import { readSnapshot } from "./interactions.ts";
import { followLater } from "./late-context.ts";
import { type Consult, type Guest, kinds, type Offer } from "./model.ts";
import { type ConsultRow, readMachine } from "./move.ts";
import { lateAtOf } from "./owing.ts";
import { partiesOf } from "./picture.ts";
import { commands, consults, interactions, offers, replies, timeline } from "./schema.ts";

type InteractionRow = typeof interactions.$inferSelect;

function interactionView(row: InteractionRow, calls: CallFacts | undefined): InteractionView {
  const snapshot = readSnapshot(row.snapshot);
  const { attributes } = snapshot;
  const { recordingAfterTransfer } = calls ?? {};
  const customer = snapshot.parties.find((party) => party.role === "customer");
  const name = attributes.customer ?? customer?.name;
  return {
    id: row.id,
    ref: row.ref,
    rootRef: row.rootRef,
    journeyId: row.journeyId,
    channel: row.channel,
    state: row.state,
    customer: {
      ...(name ? { name } : {}),
      ...(attributes.tier ? { tier: attributes.tier } : {}),
      ...(attributes.language ? { language: attributes.language } : {}),
    },
    ...(attributes.intent ? { intent: attributes.intent } : {}),
    ...(attributes.skill ? { skill: attributes.skill } : {}),
    recording: snapshot.recording,
    ...(recordingAfterTransfer ? { recordingAfterTransfer } : {}),
    parties: partiesOf(snapshot),
    startedAt: row.startedAt.toISOString(),
    observedAt: row.observedAt.toISOString(),
    can: kinds.map((kind) => {
      const reason = obstacle(calls, row.channel, kind);
      return { kind, possible: reason === undefined, ...(reason ? { reason } : {}) };
    }),
  };
}

export async function interactionViews(
  ctx: Ctx,
  service: Service,
  ids: InteractionId[],
): Promise<{ row: InteractionRow; view: InteractionView; calls: CallFacts | undefined }[]> {
  if (ids.length === 0) return [];
  const rows = await ctx.db
    .select({ row: interactions, adapter: connections.adapter, callFacts: connections.callFacts })
    .from(interactions)
    .innerJoin(connections, eq(connections.id, interactions.connectionId))
    .where(inArray(interactions.id, ids));
  return rows.map(({ row, adapter, callFacts }) => {
    const calls = callFacts ?? service.adapters.get(adapter)?.facts.calls;
    return { row, view: interactionView(row, calls), calls };
  });
}

/** An agent's live interactions. */
export async function interactionsOf(ctx: Ctx, service: Service, agent: PersonId): Promise<InteractionView[]> {
  const rows = await ctx.db
    .select({ id: interactions.id })
    .from(interactions)
    .where(and(eq(interactions.agentPersonId, agent), eq(interactions.state, "live")))
    .orderBy(asc(interactions.startedAt));
  return (
    await interactionViews(
      ctx,
      service,
      rows.map((row) => row.id),
    )
  ).map(({ view }) => view);
}

type Question = Pick<ConsultView, "question" | "isQuestionLate">;

const questionOf = async (ctx: Ctx, service: Service, row: ConsultRow): Promise<Question> => {
  if (!row.contextId) return { question: "" };
  try {
    const content = await readContext(ctx, service.keyring, row.contextId);
    if (content !== late) return { question: content.question };
    await followLater(ctx, row.id);
    return { question: "", isQuestionLate: true };
  } catch (error) {
    if (isBridgeError(error) && error.code === "not_found") return { question: "" };
    throw error;
  }
};

async function repliesOf(
  ctx: Ctx,
  service: Service,
  row: ConsultRow,
  name: (id: string) => string,
): Promise<ConsultView["replies"]> {
  const rows = await ctx.db.select().from(replies).where(eq(replies.consultId, row.id)).orderBy(asc(replies.createdAt));
  return Promise.all(
    rows.map(async (one) => ({
      at: one.createdAt.toISOString(),
      by: name(one.personId),
      text: await service.keyring.open<string>(ctx.tenantId, "reply", one.sealed),
    })),
  );
}

type Around = {
  names: Map<string, string>;
  interactions: Map<string, { view: InteractionView; calls: CallFacts | undefined }>;
  offers: (typeof offers.$inferSelect)[];
  entries: (typeof timeline.$inferSelect)[];
  /** Commands that the agent's browser is to carry out. */
  atDesk: (typeof commands.$inferSelect)[];
  /** Where meetings are, by connection, as people know it. */
  platforms: Map<string, string>;
};

async function around(ctx: Ctx, service: Service, rows: ConsultRow[]): Promise<Around> {
  const ids = rows.map((row) => row.id);
  const offerRows = await ctx.db
    .select()
    .from(offers)
    .where(isOneOf(offers.consultId, ids))
    .orderBy(asc(offers.position));
  const personIds = [...new Set([...offerRows.map((row) => row.personId), ...rows.map((row) => row.agentPersonId)])];
  const places = [...new Set(rows.flatMap(({ joinConnectionId }) => joinConnectionId ?? []))];
  // Sent together, so that all of it costs hardly more than one answer.
  const [names, entries, atDesk, met, views] = await Promise.all([
    ctx.db.select({ id: people.id, name: people.name }).from(people).where(isOneOf(people.id, personIds)),
    ctx.db.select().from(timeline).where(isOneOf(timeline.consultId, ids)).orderBy(asc(timeline.id)),
    ctx.db
      .select()
      .from(commands)
      .where(
        and(
          isOneOf(commands.consultId, ids),
          eq(commands.executor, "desk"),
          inArray(commands.state, ["asked", "sent"]),
        ),
      ),
    places.length
      ? ctx.db
          .select({ id: connections.id, adapter: connections.adapter })
          .from(connections)
          .where(and(inArray(connections.id, places), eq(connections.tenantId, ctx.tenantId)))
      : [],
    interactionViews(ctx, service, [...new Set(rows.map((row) => row.interactionId))]),
  ]);
  return {
    names: new Map(names.map((row) => [row.id, row.name])),
    interactions: new Map(views.map(({ row, view, calls }) => [row.id, { view, calls }])),
    offers: offerRows,
    entries,
    atDesk,
    platforms: new Map(met.map(({ id, adapter }) => [id, service.adapters.get(adapter)?.name ?? adapter])),
  };
}

const joinsHow = ({ isOn, hasLeft }: Guest) => (hasLeft ? "left" : isOn ? "on" : "coming");

async function consultView(ctx: Ctx, service: Service, row: ConsultRow, known: Around): Promise<ConsultView> {
  const machine = readMachine(row);
  const name = (id: string) => known.names.get(id) ?? "";
  const interaction = known.interactions.get(row.interactionId);
  const question = await questionOf(ctx, service, row);
  return {
    id: row.id,
    interactionId: row.interactionId,
    journeyId: row.journeyId,
    kind: row.kind,
    state: machine.state,
    ...(machine.result ? { result: machine.result } : {}),
    talkingTo: machine.talkingTo,
    ...question,
    agent: { personId: row.agentPersonId, name: name(row.agentPersonId) },
    ...(row.expertPersonId ? { expert: { personId: row.expertPersonId, name: name(row.expertPersonId) } } : {}),
    offers: machine.offers.map((offer) => ({
      id: offer.id,
      personId: offer.person,
      name: name(offer.person),
      state: offer.state,
      ...(offer.reason ? { reason: offer.reason } : {}),
      ...(offer.guest ? { joins: joinsHow(offer.guest) } : {}),
      ...(offer.askedAt ? { askedAt: offer.askedAt.toISOString() } : {}),
      ...(offer.answeredAt ? { answeredAt: offer.answeredAt.toISOString() } : {}),
      ...(offer.againAt ? { againAt: offer.againAt.toISOString() } : {}),
      ...lateOf(machine, offer),
    })),
    ...(machine.pending
      ? {
          pending: {
            operation: machine.pending.operation,
            state: machine.pending.state === "unknown" ? "unknown" : "asked",
            askedAt: machine.pending.askedAt.toISOString(),
            ...deskOf(known.atDesk.find(({ id }) => id === machine.pending?.id)),
          },
        }
      : {}),
    ...(machine.trouble ? { trouble: machine.trouble } : {}),
    moves: movesOf(machine).map((allowed) => {
      const beyond = moveObstacle(interaction?.calls, row.kind, allowed.move);
      return beyond ? { move: allowed.move, possible: false, reason: beyond } : allowed;
    }),
    replies: await repliesOf(ctx, service, row, name),
    ...(row.joinUrl ? { joinUrl: row.joinUrl } : {}),
    ...joinOf(row, known),
    ...(interaction ? { interaction: interaction.view } : {}),
    timeline: known.entries
      .filter((entry) => entry.consultId === row.id)
      .map((entry) => ({ at: entry.at.toISOString(), what: entry.what, data: named(entry.data, name) })),
    requestedAt: row.requestedAt.toISOString(),
    changedAt: row.changedAt.toISOString(),
    ...(row.endedAt ? { endedAt: row.endedAt.toISOString() } : {}),
    version: row.version,
  };
}

function lateOf(machine: Consult, offer: Offer): Pick<OfferView, "lateAt"> {
  const lateAt = lateAtOf(machine, offer);
  return lateAt ? { lateAt: lateAt.toISOString() } : {};
}

/** Only the agent's own desk can use it, and it asks anew for each token. */
function joinOf({ joinConnectionId, joinWays }: ConsultRow, { platforms }: Around): Pick<ConsultView, "join"> {
  const platform = joinConnectionId && platforms.get(joinConnectionId);
  return platform ? { join: { platform, ways: joinWays } } : {};
}

const deskOf = (row: Around["atDesk"][number] | undefined): Pick<CommandView, "desk"> =>
  row ? { desk: { command: row.id, state: row.state === "asked" ? "waiting" : "claimed" } } : {};

const named = (data: Record<string, unknown>, name: (id: string) => string) =>
  typeof data.person === "string" ? { ...data, name: name(data.person) } : data;

export async function consultViews(ctx: Ctx, service: Service, rows: ConsultRow[]): Promise<ConsultView[]> {
  if (rows.length === 0) return [];
  const known = await around(ctx, service, rows);
  return Promise.all(rows.map((row) => consultView(ctx, service, row, known)));
}

export async function consultViewOf(ctx: Ctx, service: Service, id: ConsultId): Promise<ConsultView> {
  const rows = await ctx.db.select().from(consults).where(eq(consults.id, id));
  const [view] = await consultViews(ctx, service, rows);
  if (!view) throw new Error("a consult vanished within a transaction");
  return view;
}

const endedForMs = 120_000;
/** Nothing lives longer: interactions of which nothing is heard for a day are ended. */
const sinceMs = 2 * 86_400_000;

/**
 * An agent's live consults, those that have just ended, and what was answered in writing for as long as the customer is
 * there: the answer may still be wanted when the agent comes back to them.
 */
export async function consultsOf(ctx: Ctx, service: Service, agent: PersonId): Promise<ConsultView[]> {
  const since = new Date(ctx.now().getTime() - endedForMs);
  const rows = await ctx.db
    .select({ consult: consults })
    .from(consults)
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .where(
      and(
        eq(consults.tenantId, ctx.tenantId),
        eq(consults.agentPersonId, agent),
        gt(consults.requestedAt, new Date(ctx.now().getTime() - sinceMs)),
        or(
          ne(consults.state, "ended"),
          gt(consults.endedAt, since),
          and(eq(consults.result, "answered"), eq(interactions.state, "live")),
        ),
      ),
    )
    .orderBy(asc(consults.requestedAt));
  return consultViews(
    ctx,
    service,
    rows.map(({ consult }) => consult),
  );
}

const oversees = (actor: Actor) =>
  actor.kind === "admin" ||
  (actor.kind === "machine" && (actor.scopes.includes("consults:read") || actor.scopes.includes("admin")));

export const consultsForFeed = (service: Service) => async (ctx: Ctx, keys: string[]) => {
  const rows = await ctx.db
    .select()
    .from(consults)
    .where(inArray(consults.id, keys as ConsultId[]));
  const views = await consultViews(ctx, service, rows);
  return views.map((view, index) => {
    const row = rows[index];
    const helping = row ? readMachine(row).offers.filter(isOnLine) : [];
    const mine = new Set<string>([
      row?.agentPersonId ?? "",
      row?.expertPersonId ?? "",
      ...helping.map((one) => one.person),
    ]);
    return {
      key: view.id,
      view,
      mayView: (actor: Actor) => oversees(actor) || ("personId" in actor && mine.has(actor.personId ?? "-")),
    };
  });
};

export const interactionsForFeed = (service: Service) => async (ctx: Ctx, keys: string[]) =>
  (await interactionViews(ctx, service, keys as InteractionId[])).map(({ row, view }) => ({
    key: view.id,
    view,
    mayView: (actor: Actor) => oversees(actor) || (actor.kind === "agent" && actor.personId === row.agentPersonId),
  }));
