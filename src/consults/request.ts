import { and, eq, inArray, ne } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import { buildPackage, storeContext } from "../context/package.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { experts } from "../experts/schema.ts";
import { type FoundExpert, findExperts } from "../experts/search.ts";
import { connections } from "../identity/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import { type ConsultId, type InteractionId, newId, type OfferId, type PersonId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Adapter, AnyAdapter, CallOperation, Target } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { engagementsOf } from "./engaged.ts";
import { readSnapshot } from "./interactions.ts";
import { newConsult } from "./machine.ts";
import type { Kind, Offer } from "./model.ts";
import { moveConsult } from "./move.ts";
import { consults, interactions, offers } from "./schema.ts";

export type RequestInput = {
  interactionId: string;
  kind: Kind;
  personIds?: string[] | undefined;
  skill?: string | undefined;
  question?: string | undefined;
  mode?: "ask" | "ring" | undefined;
  abreast?: number | undefined;
  context?:
    | { fields?: Record<string, string> | undefined; links?: { title: string; url: string }[] | undefined }
    | undefined;
};

/** The operations that a kind of help stands on; a platform without them cannot do that kind. */
export const needs: Record<Kind, readonly CallOperation[]> = {
  consult: ["startConsult", "cancelConsult"],
  conference: ["startConsult", "mergeConference", "cancelConsult"],
  transfer: ["startConsult", "completeTransfer", "cancelConsult"],
  "blind-transfer": ["blindTransfer"],
  question: [],
  meeting: [],
};

/** Why this platform cannot do this kind of help here, as a code; undefined when it can. */
export function obstacle(
  adapter: Pick<Adapter, "facts"> | AnyAdapter | undefined,
  channel: string,
  kind: Kind,
): string | undefined {
  if (needs[kind].length === 0) return undefined;
  if (channel !== "voice") return "not-a-call";
  const lacking = needs[kind].some((operation) => adapter?.facts.calls?.operations[operation] === undefined);
  return lacking ? "platform-cannot" : undefined;
}

const plannedMax = 10;

/**
 * Asks for help with an interaction: picks whom to ask, seals the context, starts the lifecycle. The customer stays
 * where they are until an expert has said yes.
 * @throws BridgeError `not_found`, `forbidden`, `conflict` (ended, or a consult is under way), `unsupported`, `unreachable`.
 */
export async function requestConsult(ctx: Ctx, service: Service, input: RequestInput): Promise<ConsultId> {
  const { interaction, adapterId } = await interactionFor(ctx, input.interactionId as InteractionId);
  const obstructed = obstacle(service.adapters.get(adapterId), interaction.channel, input.kind);
  if (obstructed)
    throw new BridgeError(
      "unsupported",
      `This platform cannot do "${input.kind}" here. Ask by chat (kind "question") or start a meeting.`,
      { details: { reason: obstructed } },
    );
  const agentPersonId = interaction.agentPersonId;
  if (!agentPersonId) throw new BridgeError("conflict", "No agent is on this interaction.");
  const snapshot = readSnapshot(interaction.snapshot);
  const settings = await tenantSettings(ctx);
  const asked = await chooseExperts(ctx, service, input, agentPersonId);
  const content = buildPackage(input.question ?? "", snapshot.attributes, input.context ?? {});
  const contextId = await storeContext(ctx, service.keyring, interaction.id, content);
  const id = newId("cst", ctx.now());
  const planned: Offer[] = asked.map((expert) => ({
    id: newId("off", ctx.now()) as OfferId,
    person: expert.personId,
    state: "planned",
    ...(expert.target ? { target: expert.target } : {}),
  }));
  const machine = newConsult({
    kind: input.kind,
    mode: input.mode ?? settings.consultMode ?? "ask",
    abreast: Math.max(
      1,
      Math.min(input.abreast ?? (input.personIds && input.personIds.length > 1 ? input.personIds.length : 1), 5),
    ),
    offers: planned,
    requestedAt: ctx.now(),
    seen: snapshot,
  });
  await ctx.db
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
      skill: input.skill ?? null,
      machine,
      requestedAt: ctx.now(),
      changedAt: ctx.now(),
    })
    .catch(rethrowLive);
  await ctx.db.insert(offers).values(
    planned.map((offer, position) => ({
      id: offer.id,
      tenantId: ctx.tenantId,
      consultId: id,
      personId: offer.person,
      position,
      state: offer.state,
      why: asked[position]?.why ?? [],
    })),
  );
  await ctx.db
    .update(experts)
    .set({ lastAskedAt: ctx.now() })
    .where(
      inArray(
        experts.personId,
        planned.slice(0, machine.abreast).map((offer) => offer.person),
      ),
    );
  await recordAudit(ctx, "consult.request", id, { kind: input.kind, interaction: interaction.id });
  await moveConsult(ctx, id, { type: "start" });
  if (needs[input.kind].length > 0) {
    await enqueue(ctx, {
      key: `consult.look:${id}`,
      name: "consult.look",
      payload: { consultId: id },
      runAt: new Date(ctx.now().getTime() + 5_000),
      lane: "call",
    });
  }
  await announce(ctx, "consult", id);
  return id;
}

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

/** The interaction, live, and of this agent when an agent asks. */
export async function interactionFor(ctx: Ctx, id: InteractionId) {
  const [found] = await ctx.db
    .select({ interaction: interactions, adapterId: connections.adapter })
    .from(interactions)
    .innerJoin(connections, eq(connections.id, interactions.connectionId))
    .where(and(eq(interactions.id, id), eq(interactions.tenantId, ctx.tenantId)));
  if (!found) throw new BridgeError("not_found", "There is no such interaction.");
  if (ctx.actor.kind === "agent" && found.interaction.agentPersonId !== ctx.actor.personId) {
    throw new BridgeError("forbidden", "This is another agent's interaction.");
  }
  if (found.interaction.state === "ended")
    throw new BridgeError("conflict", "This interaction has ended. Call the customer back to go on.");
  return found;
}

/** A question can wait for somebody who is in a meeting; a call needs a phone; a meeting, somebody at their desk. */
function canBeAsked(state: FoundExpert["reachability"]["state"], kind: Kind): boolean {
  if (kind === "question") return state !== "no";
  return state === "call" || (kind === "meeting" && state === "chat");
}

type Chosen = { personId: PersonId; target?: Target; why: unknown[] };

/** Whom to ask, best first, each with the rung that rings them. */
async function chooseExperts(ctx: Ctx, service: Service, input: RequestInput, agent: PersonId): Promise<Chosen[]> {
  const named = input.personIds as PersonId[] | undefined;
  if (!named?.length && !input.skill) throw new BridgeError("invalid", "Say whom to ask: personIds or skill.");
  const found = await findExperts(
    ctx,
    service,
    {
      ...(named?.length ? { personIds: named } : {}),
      ...(input.skill ? { skill: input.skill } : {}),
      limit: plannedMax,
      except: agent,
    },
    engagementsOf,
  );
  const usable = found.filter((expert) => canBeAsked(expert.reachability.state, input.kind));
  if (usable.length === 0) throw nobody(found, named?.length ?? 0);
  return usable.map((expert) => ({
    personId: expert.personId,
    why: expert.why,
    ...(expert.target ? { target: expert.target } : {}),
  }));
}

function nobody(found: FoundExpert[], named: number): BridgeError {
  const reasons = [...new Set(found.flatMap((expert) => expert.reachability.reasons.map((reason) => reason.code)))];
  const detail =
    found.length === 0
      ? named > 0
        ? "This person cannot be asked: they are not enrolled as an expert."
        : "Nobody has this skill."
      : named > 0
        ? "This person cannot be asked now. Ask to be notified, or choose somebody else."
        : "Nobody with this skill can be asked now. Ask by chat, or try another skill.";
  return new BridgeError("unreachable", detail, { details: { reasons } });
}

/** @throws BridgeError when the consult is not this agent's. */
export async function consultFor(ctx: Ctx, id: ConsultId): Promise<typeof consults.$inferSelect> {
  const [row] = await ctx.db
    .select()
    .from(consults)
    .where(and(eq(consults.id, id), eq(consults.tenantId, ctx.tenantId)));
  if (!row) throw new BridgeError("not_found", "There is no such consult.");
  if (ctx.actor.kind === "agent" && row.agentPersonId !== ctx.actor.personId)
    throw new BridgeError("forbidden", "This is another agent's consult.");
  return row;
}

export const liveConsultsOf = (ctx: Ctx, agent: PersonId) =>
  ctx.db
    .select({ id: consults.id })
    .from(consults)
    .where(and(eq(consults.agentPersonId, agent), ne(consults.state, "ended")));
