import { and, eq, ne } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import { allowedFields, buildPackage, storeContext } from "../context/package.ts";
import type { Ctx } from "../ctx.ts";
import { builtOnce, send, value } from "../db.ts";
import { BridgeError } from "../errors.ts";
import { skillName } from "../experts/enrol.ts";
import { hasWords } from "../has-words.ts";
import type { TenantSettings } from "../identity/schema.ts";
import { connections } from "../identity/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import { type ConsultId, type ContextId, type InteractionId, newId, type OfferId, type PersonId } from "../ids.ts";
import { enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Service } from "../platform/service.ts";
import { emit } from "../webhooks/emit.ts";
import { moveObstacle, needs, obstacle } from "./abilities.ts";
import { refuseWhenBehind } from "./admit.ts";
import { awaitJob } from "./awaiting.ts";
import { chooseExperts } from "./choose.ts";
import { readSnapshot } from "./interactions.ts";
import { newConsult } from "./machine.ts";
import { type Kind, kinds, lookAfterMs, type Move, type Offer } from "./model.ts";
import { moveConsult, moveLocked } from "./move.ts";
import { consults, interactions, offers } from "./schema.ts";
import { consultEvent } from "./told.ts";

export type RequestInput = {
  interactionId: string;
  kind: Kind;
  personIds?: string[] | undefined;
  skill?: string | undefined;
  question?: string | undefined;
  mode?: "ask" | "ring" | undefined;
  abreast?: number | undefined;
  /** A meeting goes on where this consult is: with the same colleague, who has said yes, and what they know. */
  continues?: string | undefined;
  /** Where nobody can be asked now: wait until somebody can (default), or be refused. */
  wait?: boolean | undefined;
  context?:
    | { fields?: Record<string, string> | undefined; links?: { title: string; url: string }[] | undefined }
    | undefined;
};

/**
 * Asks for help with an interaction: picks whom to ask, seals the context, starts the lifecycle. The customer stays
 * where they are until an expert has said yes.
 * @throws BridgeError `not_found`, `forbidden`, `conflict` (ended, or a consult is under way), `invalid` (a question without
 * words), `unsupported`, `unreachable`.
 */
export async function requestConsult(ctx: Ctx, service: Service, input: RequestInput): Promise<ConsultId> {
  refuseWhenBehind(service, ctx.tenantId); // once more, after having waited for a connection
  const [{ interaction, adapterId, callFacts }, settings] = await Promise.all([
    interactionFor(ctx, input.interactionId as InteractionId),
    tenantSettings(ctx),
  ]);
  if (input.kind === "question" && !hasWords(input.question ?? "")) throw wordless();
  const calls = callFacts ?? service.adapters.get(adapterId)?.facts.calls;
  const why = (kind: Kind) => obstacle(calls, interaction.channel, kind);
  const reason = why(input.kind);
  if (reason)
    throw cannot(
      input.kind,
      reason,
      kinds.filter((kind) => !why(kind)),
    );
  const agentPersonId = interaction.agentPersonId;
  if (!agentPersonId)
    throw new BridgeError("conflict", "No agent is on this interaction. Answer it first, then ask for help.");
  const snapshot = readSnapshot(interaction.snapshot);
  const { language, intent, site } = snapshot.attributes;
  const { targets = [], userPlatforms } = calls ?? {};
  const dialler = { connection: interaction.connectionId, targets, userPlatforms };
  const mode = input.mode ?? settings.consultMode ?? "ask";
  const before = input.continues ? await continued(ctx, input, interaction.id) : undefined;
  const { experts: asked, isWaiting } = before
    ? { experts: [{ personId: before.expert, why: [] }], isWaiting: false }
    : await chooseExperts(ctx, service, { ...input, mode, about: { language, intent, site, dialler } }, agentPersonId);
  const contextId =
    before?.contextId ?? (await packContext(ctx, service, settings, input, interaction.id, snapshot.attributes));
  const id = newId("cst", ctx.now());
  const planned: Offer[] = asked.map((expert) => ({
    id: newId("off", ctx.now()) as OfferId,
    person: expert.personId,
    state: isWaiting ? "later" : "planned",
    ...(expert.target ? { target: expert.target } : {}),
  }));
  if (needs[input.kind].length > 0) await withdrawWaiting(ctx, interaction.id);
  const machine = newConsult({
    kind: input.kind,
    mode: isWaiting ? "ask" : mode,
    abreast: Math.max(
      1,
      Math.min(input.abreast ?? (input.personIds && input.personIds.length > 1 ? input.personIds.length : 1), 5),
    ),
    offers: planned,
    requestedAt: ctx.now(),
    seen: snapshot,
  });
  const [row] = await ctx.db
    .insert(consults)
    .values({
      id,
      tenantId: ctx.tenantId,
      interactionId: interaction.id,
      journeyId: interaction.journeyId,
      agentPersonId,
      contextId,
      kind: input.kind,
      state: "requested",
      skill: input.skill ? skillName(input.skill) : null,
      intent: snapshot.attributes.intent ?? null,
      machine,
      requestedAt: ctx.now(),
      changedAt: ctx.now(),
    })
    .returning()
    .catch(rethrowLive);
  if (!row) throw new Error("a consult that was written is not there");
  // Carried out in this order: the lifecycle writes to the offers.
  send(
    ctx.db,
    writePlanned(
      ctx,
      id,
      planned.map((offer, position) => ({ ...offer, why: asked[position]?.why ?? [] })),
    ),
    emit(ctx, consultEvent(row, { state: "requested", version: 1 })),
    recordAudit(ctx, "consult.request", id, { kind: input.kind, interaction: interaction.id }),
  );
  await moveLocked(ctx, row, { type: "start" });
  const [first] = planned;
  if (before && first) await moveConsult(ctx, id, { type: "answer", offer: first.id, answer: "now" });
  const jobs = [...(isWaiting ? [awaitJob] : []), ...(needs[input.kind].length > 0 ? [lookJob(ctx, id)] : [])];
  send(ctx.db, enqueue(ctx, jobs));
  return id;
}

const writePlanned = (ctx: Ctx, consultId: ConsultId, planned: (Offer & { why: unknown[] })[]): Promise<unknown> =>
  ctx.db
    .insert(offers)
    .values(
      planned.map(({ id, person, state, why }, position) => ({
        ...{ id, tenantId: ctx.tenantId, consultId },
        ...{ personId: person, position, state, why },
      })),
    )
    .execute();

const lookJob = (ctx: Ctx, consultId: ConsultId): JobRequest => ({
  key: `consult.look:${consultId}`,
  name: "consult.look",
  payload: { consultId },
  runAt: new Date(ctx.now().getTime() + lookAfterMs),
  lane: "call",
});

const readWaiting = builtOnce((db) =>
  db
    .select({ id: consults.id, kind: consults.kind })
    .from(consults)
    .where(
      and(
        eq(consults.interactionId, value("interactionId")),
        eq(consults.tenantId, value("tenantId")),
        eq(consults.state, "waiting"),
      ),
    ),
);

/** Whoever is only waited for stands in nobody's way: the newest wish counts. */
async function withdrawWaiting(ctx: Ctx, interactionId: InteractionId): Promise<void> {
  const waiting = await readWaiting(ctx.db, { interactionId, tenantId: ctx.tenantId });
  for (const { id, kind } of waiting)
    if (needs[kind].length > 0) await moveConsult(ctx, id, { type: "move", move: "cancel" });
}

async function packContext(
  ctx: Ctx,
  service: Service,
  settings: TenantSettings,
  input: RequestInput,
  interactionId: InteractionId,
  attributes: Record<string, string>,
): Promise<ContextId> {
  const about = input.skill ?? attributes.skill;
  const allowed = allowedFields(settings, about && skillName(about));
  const content = buildPackage(input.question ?? "", attributes, input.context ?? {}, allowed);
  return storeContext(ctx, service.keyring, interactionId, content);
}

/** The consult that a meeting goes on from: somebody is helping there already, about the same interaction. */
async function continued(ctx: Ctx, input: RequestInput, interactionId: InteractionId) {
  const row = await consultFor(ctx, input.continues as ConsultId);
  if (input.kind !== "meeting")
    throw new BridgeError("invalid", "Only a meeting can continue a consult. Use the moves of the consult itself.");
  if (row.interactionId !== interactionId || !row.expertPersonId)
    throw new BridgeError("conflict", "Nobody is helping there yet. Ask for a meeting by name or skill.");
  return { expert: row.expertPersonId, contextId: row.contextId };
}

const cannot = (kind: Kind, reason: string, possible: Kind[]) =>
  new BridgeError(
    "unsupported",
    `This platform cannot do "${kind}" here. What it can do: ${possible.join(", ")}. The customer stays with you.`,
    { details: { reason, possible } },
  );

const wordless = () =>
  new BridgeError("invalid", "A question needs words. Put what you want to know into `question`, then ask again.", {
    details: { field: "question" },
  });

const rethrowLive = (error: unknown): never => {
  const fault = error as { code?: string; cause?: { code?: string } };
  if ((fault.cause?.code ?? fault.code) === "23505") throw alreadyLive(error);
  throw error;
};
const alreadyLive = (cause?: unknown) =>
  new BridgeError(
    "conflict",
    "Help is already under way for this call. Cancel it first, or ask the next colleague by chat.",
    { cause },
  );

const readInteraction = builtOnce((db) =>
  db
    .select({ interaction: interactions, adapterId: connections.adapter, callFacts: connections.callFacts })
    .from(interactions)
    .innerJoin(connections, eq(connections.id, interactions.connectionId))
    .where(and(eq(interactions.id, value("id")), eq(interactions.tenantId, value("tenantId")))),
);

/** The interaction, live, and of this agent when an agent asks. */
export async function interactionFor(ctx: Ctx, id: InteractionId) {
  const [found] = await readInteraction(ctx.db, { id, tenantId: ctx.tenantId });
  if (!found)
    throw new BridgeError("not_found", "There is no such interaction. Those that are there are in GET /v1/desk.");
  if (ctx.actor.kind === "agent" && found.interaction.agentPersonId !== ctx.actor.personId) {
    throw new BridgeError("forbidden", "This is another agent's interaction. Ask about one that is on your own desk.");
  }
  if (found.interaction.state === "ended")
    throw new BridgeError("conflict", "This interaction has ended. Call the customer back to go on.");
  return found;
}

const readConsult = builtOnce((db) =>
  db
    .select()
    .from(consults)
    .where(and(eq(consults.id, value("id")), eq(consults.tenantId, value("tenantId")))),
);

/** @throws BridgeError when the consult is not this agent's. */
export async function consultFor(ctx: Ctx, id: ConsultId): Promise<typeof consults.$inferSelect> {
  const [row] = await readConsult(ctx.db, { id, tenantId: ctx.tenantId });
  if (!row)
    throw new BridgeError("not_found", "There is no such consult. Those that are there are in GET /v1/consults.");
  if (ctx.actor.kind === "agent" && row.agentPersonId !== ctx.actor.personId)
    throw new BridgeError("forbidden", "This is another agent's consult. You can drive those on your own desk.");
  return row;
}

export const liveConsultsOf = (ctx: Ctx, agent: PersonId) =>
  ctx.db
    .select({ id: consults.id })
    .from(consults)
    .where(and(eq(consults.agentPersonId, agent), ne(consults.state, "ended")));

const readPlatform = builtOnce((db) =>
  db
    .select({ kind: consults.kind, adapterId: connections.adapter, callFacts: connections.callFacts })
    .from(consults)
    .innerJoin(interactions, eq(interactions.id, consults.interactionId))
    .innerJoin(connections, eq(connections.id, interactions.connectionId))
    .where(and(eq(consults.id, value("id")), eq(consults.tenantId, value("tenantId")))),
);

/** @throws BridgeError `unsupported` for a move that this contact center cannot do in any state. */
export async function refuseBeyond(ctx: Ctx, service: Service, id: ConsultId, move: Move): Promise<void> {
  const [row] = await readPlatform(ctx.db, { id, tenantId: ctx.tenantId });
  const calls = row && (row.callFacts ?? service.adapters.get(row.adapterId)?.facts.calls);
  if (!row || !moveObstacle(calls, row.kind, move)) return;
  throw new BridgeError(
    "unsupported",
    `This platform cannot do "${move}". Use the buttons of your phone for it, or let the expert go.`,
  );
}
