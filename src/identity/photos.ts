/**
 * Pictures of colleagues for the desk. Nobody waits for one: a desk gets what is kept and what is still to be looked for; a
 * job reads it from the person's platform. Kept within bounds of size, age and number, and not longer than the person.
 */
import { and, asc, eq, inArray, isNull, lt, or, sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { isBridgeError } from "../errors.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Handler, Run } from "../jobs/run.ts";
import type { Photo } from "../platform/contract.ts";
import type { Service } from "../platform/service.ts";
import { openConnection } from "./connect.ts";
import { photos } from "./photo-schema.ts";
import { accounts, connections, people } from "./schema.ts";
import { tenantSettings } from "./tenants.ts";

const dayMs = 86_400_000;
/** A picture is looked at anew after a week, that there is none after a day. */
const freshMs = { has: 7 * dayMs, none: dayMs } as const;
/** What no desk has asked for in a month is forgotten. */
const keptMs = 30 * dayMs;
const photosMax = 5_000;
const atOnce = 20;
const tidyEveryMs = 3_600_000;

export const photosJob: JobRequest = { key: "photos.read", name: "photos.read", lane: "bulk" };

export type PhotosKept = {
  /** `source`: a `data:` address. */
  photos: { personId: PersonId; source: string }[];
  /** Not looked for yet: ask again in a moment. */
  pending: PersonId[];
};

/** What is kept of these people's pictures. Has the rest looked for. Empty where the tenant shows none. */
export async function photosOf(ctx: Ctx, wanted: readonly PersonId[]): Promise<PhotosKept> {
  const { photos: areShown = true } = await tenantSettings(ctx);
  if (!areShown || wanted.length === 0) return { photos: [], pending: [] };
  const known = await ctx.db
    .select({ personId: people.id, photo: photos })
    .from(people)
    .leftJoin(photos, and(eq(photos.personId, people.id), eq(photos.tenantId, people.tenantId)))
    .where(and(eq(people.tenantId, ctx.tenantId), eq(people.active, true), inArray(people.id, [...wanted])));
  const missing = known.filter(({ photo }) => !photo);
  const due = known.filter(({ photo }) => photo && isDue(photo, ctx.now()));
  await want(
    ctx,
    [...missing, ...due].map(({ personId }) => personId),
  );
  return {
    photos: known.flatMap(({ personId, photo }) => (photo?.source ? [{ personId, source: photo.source }] : [])),
    pending: known.filter(({ photo }) => !photo || photo.state === "wanted").map(({ personId }) => personId),
  };
}

type Row = typeof photos.$inferSelect;
const isDue = ({ state, lookedAt }: Row, now: Date) =>
  state !== "wanted" && (!lookedAt || now.getTime() - lookedAt.getTime() > freshMs[state]);

async function want(ctx: Ctx, personIds: readonly PersonId[]): Promise<void> {
  if (personIds.length === 0) return;
  const rows = personIds.toSorted().map((personId) => ({
    tenantId: ctx.tenantId,
    personId,
    state: "wanted" as const,
    askedAt: ctx.now(),
  }));
  await ctx.db
    .insert(photos)
    .values(rows)
    // What is kept is shown until something else is known.
    .onConflictDoUpdate({ target: [photos.tenantId, photos.personId], set: { lookedAt: null, askedAt: ctx.now() } });
  await enqueue(ctx, photosJob);
}

type Wanted = { personId: PersonId; accounts: { connectionId: ConnectionId; externalId: string }[] };

/** Job `photos.read`: looks for what desks have asked for, one after the other and behind everything else; and tidies. */
export const readPhotos =
  (service: Service): Handler =>
  async (run) => {
    const able = [...service.adapters.values()].filter(({ people }) => people?.photo).map(({ id }) => id);
    const wanted = await run.tx((ctx) => nextWanted(ctx, able));
    for (const one of wanted) {
      const photo = await find(service, run, one);
      await run.tx((ctx) => keep(ctx, one.personId, photo));
    }
    const left = await run.tx(tidy);
    if (wanted.length === atOnce) return run.now();
    return left > 0 ? new Date(run.now().getTime() + tidyEveryMs) : undefined;
  };

async function nextWanted(ctx: Ctx, able: readonly string[]): Promise<Wanted[]> {
  const { photos: areShown = true } = await tenantSettings(ctx);
  if (!areShown) return [];
  const rows = await ctx.db
    .select({ personId: photos.personId })
    .from(photos)
    .where(and(eq(photos.tenantId, ctx.tenantId), isNull(photos.lookedAt)))
    .orderBy(asc(photos.askedAt), asc(photos.personId))
    .limit(atOnce);
  const ids = rows.map(({ personId }) => personId);
  if (ids.length === 0) return [];
  const known = await ctx.db
    .select({
      personId: accounts.personId,
      connectionId: accounts.connectionId,
      externalId: accounts.externalId,
    })
    .from(accounts)
    .innerJoin(connections, and(eq(connections.id, accounts.connectionId), eq(connections.enabled, true)))
    .where(
      and(
        eq(accounts.tenantId, ctx.tenantId),
        eq(accounts.active, true),
        inArray(accounts.personId, ids),
        inArray(connections.adapter, [...able]),
      ),
    )
    .orderBy(asc(connections.createdAt), asc(accounts.id));
  return ids.map((personId) => ({ personId, accounts: known.filter((one) => one.personId === personId) }));
}

/** The first that one of their platforms has. @throws BridgeError while a platform wants us to wait. */
async function find(service: Service, run: Run, { accounts: places }: Wanted): Promise<Photo | undefined> {
  for (const { connectionId, externalId } of places) {
    try {
      const { adapter, connection } = await openConnection(service, run.tenantId, connectionId, run.tx);
      const photo = await adapter.people?.photo?.(connection, externalId);
      if (photo) return photo;
    } catch (error) {
      // Not allowed, or not there: initials do. Asked to wait, or away: the job comes back.
      if (!isBridgeError(error) || error.retry) throw error;
    }
  }
  return undefined;
}

async function keep(ctx: Ctx, personId: PersonId, photo: Photo | undefined): Promise<void> {
  await ctx.db
    .update(photos)
    .set({ state: photo ? "has" : "none", source: photo ? sourceOf(photo) : null, lookedAt: ctx.now() })
    .where(and(eq(photos.tenantId, ctx.tenantId), eq(photos.personId, personId)));
}

const sourceOf = ({ type, bytes }: Photo): string =>
  `data:${type};base64,${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))}`;

/** Forgets who has left, what nobody looks at any more, what is beyond the number; all of it where none are shown. */
async function tidy(ctx: Ctx): Promise<number> {
  const { photos: areShown = true } = await tenantSettings(ctx);
  const mine = eq(photos.tenantId, ctx.tenantId);
  const gone = ctx.db
    .select({ id: people.id })
    .from(people)
    .where(and(eq(people.tenantId, ctx.tenantId), eq(people.active, false)));
  const old = lt(photos.askedAt, new Date(ctx.now().getTime() - keptMs));
  await ctx.db.delete(photos).where(areShown ? and(mine, or(inArray(photos.personId, gone), old)) : mine);
  const beyond = ctx.db
    .select({ id: photos.personId })
    .from(photos)
    .where(mine)
    .orderBy(sql`${photos.askedAt} desc`, asc(photos.personId))
    .offset(photosMax);
  await ctx.db.delete(photos).where(and(mine, inArray(photos.personId, beyond)));
  return ctx.db.$count(photos, mine);
}
