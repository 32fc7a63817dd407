import { and, asc, eq, gt, inArray, ne, or, type SQL, sql } from "drizzle-orm";
import { readContext } from "../context/package.ts";
import { late } from "../context/slow.ts";
import type { Actor, Ctx } from "../ctx.ts";
import { builtOnce, value } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { connections, people } from "../identity/schema.ts";
import type { ConsultId, InteractionId, PersonId } from "../ids.ts";
import type { CallFacts } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { isAmong } from "../sql-texts.ts";
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
import { commands, consults, interactions, replies, timeline } from "./schema.ts";

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

const readInteractions = (where: SQL) =>
  builtOnce((db) =>
    db
      .select({ row: interactions, adapter: connections.adapter, callFacts: connections.callFacts })
      .from(interactions)
      .innerJoin(connections, eq(connections.id, interactions.connectionId))
      .where(where),
  );
const interactionsById = readInteractions(isAmong(interactions.id, "ids"));
const interactionsOfConsults = readInteractions(
  sql`${interactions.id} in (select interaction_id from consults c where ${isAmong(sql`c.id`, "ids")})`,
);

type Seen = { row: InteractionRow; view: InteractionView; calls: CallFacts | undefined };

export async function interactionViews(
  ctx: Ctx,
  service: Service,
  ids: readonly string[],
  read = interactionsById,
): Promise<Seen[]> {
  if (ids.length === 0) return [];
  const rows = await read(ctx.db, { ids: JSON.stringify(ids) });
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

const repliesOf = (
  { tenantId }: Ctx,
  service: Service,
  rows: (typeof replies.$inferSelect)[],
  name: (id: string) => string,
): Promise<ConsultView["replies"]> =>
  Promise.all(
    rows.map(async (one) => ({
      at: one.createdAt.toISOString(),
      by: name(one.personId),
      text: await service.keyring.open<string>(tenantId, "reply", one.sealed),
    })),
  );

type Around = {
  names: Map<string, string>;
  interactions: Map<string, { view: InteractionView; calls: CallFacts | undefined }>;
  entries: (typeof timeline.$inferSelect)[];
  /** Commands that the agent's browser is to carry out. */
  atDesk: (typeof commands.$inferSelect)[];
  replies: (typeof replies.$inferSelect)[];
};

const readNames = builtOnce((db) =>
  db
    .select({ id: people.id, name: people.name })
    .from(people)
    .where(
      sql`${people.id} in (select person_id from offers o where ${isAmong(sql`o.consult_id`, "ids")}
        union select agent_person_id from consults c where ${isAmong(sql`c.id`, "ids")})`,
    ),
);
const readTimeline = builtOnce((db) =>
  db.select().from(timeline).where(isAmong(timeline.consultId, "ids")).orderBy(asc(timeline.id)),
);
const readAtDesk = builtOnce((db) =>
  db
    .select()
    .from(commands)
    .where(
      and(
        isAmong(commands.consultId, "ids"),
        eq(commands.executor, "desk"),
        inArray(commands.state, ["asked", "sent"]),
      ),
    ),
);
const readReplies = builtOnce((db) =>
  db.select().from(replies).where(isAmong(replies.consultId, "ids")).orderBy(asc(replies.createdAt)),
);

async function around(ctx: Ctx, service: Service, consultIds: readonly ConsultId[]): Promise<Around> {
  const ids = JSON.stringify(consultIds);
  // Sent together, so that all of it costs hardly more than one answer.
  const [names, entries, atDesk, replies, views] = await Promise.all([
    readNames(ctx.db, { ids }),
    readTimeline(ctx.db, { ids }),
    readAtDesk(ctx.db, { ids }),
    readReplies(ctx.db, { ids }),
    interactionViews(ctx, service, consultIds, interactionsOfConsults),
  ]);
  return {
    names: new Map(names.map((row) => [row.id, row.name])),
    interactions: new Map(views.map(({ row, view, calls }) => [row.id, { view, calls }])),
    ...{ entries, atDesk, replies },
  };
}

const joinsHow = ({ isOn, hasLeft }: Guest) => (hasLeft ? "left" : isOn ? "on" : "coming");

/** Where a meeting is, as people know it. */
async function platformOf(ctx: Ctx, service: Service, { joinConnectionId }: ConsultRow): Promise<string | undefined> {
  if (!joinConnectionId) return undefined;
  const [row] = await ctx.db
    .select({ adapter: connections.adapter })
    .from(connections)
    .where(and(eq(connections.id, joinConnectionId), eq(connections.tenantId, ctx.tenantId)));
  return row && (service.adapters.get(row.adapter)?.name ?? row.adapter);
}

async function consultView(ctx: Ctx, service: Service, row: ConsultRow, known: Around): Promise<ConsultView> {
  const machine = readMachine(row);
  const name = (id: string) => known.names.get(id) ?? "";
  const interaction = known.interactions.get(row.interactionId);
  const [question, platform] = [await questionOf(ctx, service, row), await platformOf(ctx, service, row)];
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
    replies: await repliesOf(
      ctx,
      service,
      known.replies.filter(({ consultId }) => consultId === row.id),
      name,
    ),
    ...(row.joinUrl ? { joinUrl: row.joinUrl } : {}),
    // Only the agent's own desk can use it, and it asks anew for each token.
    ...(platform ? { join: { platform, ways: row.joinWays } } : {}),
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

const deskOf = (row: Around["atDesk"][number] | undefined): Pick<CommandView, "desk"> =>
  row ? { desk: { command: row.id, state: row.state === "asked" ? "waiting" : "claimed" } } : {};

const named = (data: Record<string, unknown>, name: (id: string) => string) =>
  typeof data.person === "string" ? { ...data, name: name(data.person) } : data;

export async function consultViews(ctx: Ctx, service: Service, rows: ConsultRow[]): Promise<ConsultView[]> {
  if (rows.length === 0) return [];
  const known = await around(
    ctx,
    service,
    rows.map((row) => row.id),
  );
  return Promise.all(rows.map((row) => consultView(ctx, service, row, known)));
}

const readConsult = builtOnce((db) =>
  db
    .select()
    .from(consults)
    .where(eq(consults.id, value("id"))),
);

export async function consultViewOf(ctx: Ctx, service: Service, id: ConsultId): Promise<ConsultView> {
  const [[row], known] = await Promise.all([readConsult(ctx.db, { id }), around(ctx, service, [id])]);
  if (!row) throw new Error("a consult vanished within a transaction");
  return consultView(ctx, service, row, known);
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
