/** Event streams that we open ourselves: one follower a connection, over any number of processes. */
import { sql } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import type { Database } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { openConnection } from "../identity/connect.ts";
import { setHealth } from "../identity/connections.ts";
import type { ConnectionId } from "../ids.ts";
import { errorFields } from "../log.ts";
import type { Service } from "../platform/service.ts";
import { createIngest, type Intake, type OnTaken } from "./ingest.ts";

/** A process that dies stops renewing: another one follows after so long at most, and a beat. */
const leaseMs = 6_000;
export const beatMs = 2_000;
/** After a stream that has ended by itself: wrong settings, or somebody else listens. */
const restMs = 30_000;

type Leased = { id: ConnectionId; tenant_id: string; settings: string };
type Follower = { settings: string; over: AbortController; done: Promise<void>; restsUntil?: Date };

export type Followers = {
  /** Takes and renews leases, begins and ends streams accordingly. To be called every `beatMs`; safe to repeat. */
  beat(): Promise<void>;
  /** Leaves the streams to others. */
  stop(): Promise<void>;
};

/** For a process that is alone on its database: a killed predecessor follows nothing any more. */
export const releaseStreams = (database: Database) =>
  database.asSystem((db) => db.execute(sql`delete from stream_leases`));

export function createFollowers(service: Service, intake: Intake, onTaken: OnTaken): Followers {
  const me = crypto.randomUUID();
  const ours = new Map<ConnectionId, Follower>();
  const ingest = createIngest(service, intake);
  let beating: Promise<void> | undefined;

  function begin({ id, tenant_id: tenantId, settings }: Leased): void {
    const over = new AbortController();
    const follower: Follower = { settings, over, done: Promise.resolve() };
    follower.done = follow(tenantId, id, over.signal).then((outcome) => {
      service.metrics.count("patchcord_streams_ended_total", { outcome });
      follower.restsUntil = new Date(service.now().getTime() + restMs);
    });
    ours.set(id, follower);
  }

  async function follow(tenantId: string, id: ConnectionId, signal: AbortSignal): Promise<string> {
    const tx = <T>(work: (ctx: Ctx) => Promise<T>) =>
      service.database.inTenant(tenantId, (db) =>
        work({ db, tenantId, actor: { kind: "system", name: "stream" }, now: service.now, log: service.log }),
      );
    const report = async (events: Parameters<Intake>[2]) => {
      onTaken(await ingest(tenantId, id, events));
    };
    try {
      const { adapter, connection } = await openConnection(service, tenantId, id, tx);
      const ended = await adapter.stream?.follow(connection, report, signal);
      if (ended === "replaced") await tx((ctx) => setHealth(ctx, id, takenByOthers));
      return ended ?? "stopped";
    } catch (error) {
      service.log.warn("a stream cannot be followed", {
        connection_id: id,
        tenant_id: tenantId,
        ...errorFields(error),
      });
      if (!isBridgeError(error) || error.code !== "platform_unauthorized") return "failed";
      const health = {
        state: "needs-attention",
        code: error.code,
        sentence: error.message,
        fix: error.message,
      } as const;
      await tx((ctx) => setHealth(ctx, id, health)).catch(() => {}); // told again after the rest
      return "unauthorized";
    }
  }

  async function beatOnce(): Promise<void> {
    const held = new Map((await takeLeases(service, me)).map((row) => [row.id, row]));
    for (const [id, { settings, over, restsUntil }] of ours) {
      const isOver = held.get(id)?.settings !== settings || (restsUntil && restsUntil <= service.now());
      if (!isOver) continue;
      over.abort();
      ours.delete(id);
    }
    for (const row of held.values()) if (!ours.has(row.id)) begin(row);
  }

  return {
    beat() {
      beating ??= beatOnce().finally(() => {
        beating = undefined;
      });
      return beating;
    },
    async stop() {
      await beating?.catch(() => {});
      if (ours.size === 0) return;
      for (const { over } of ours.values()) over.abort();
      await Promise.all([...ours.values()].map(({ done }) => done));
      ours.clear();
      await service.database
        .asSystem((db) => db.execute(sql`delete from stream_leases where holder = ${me}`))
        .catch(() => {}); // they run out by themselves
    },
  };
}

const takenByOthers = {
  state: "degraded",
  code: "stream_taken",
  sentence: "Another program has taken our event stream on this platform, so news comes late.",
  fix: "Give Patchcord an application name of its own in this connection's settings.",
} as const;

/** The connections that this process follows for the next `leaseMs`: those that it has, and those that nobody has. */
async function takeLeases(service: Service, me: string): Promise<Leased[]> {
  const streaming = [...service.adapters.values()].filter(({ stream }) => stream).map(({ id }) => id);
  if (streaming.length === 0) return [];
  const now = service.now();
  const until = new Date(now.getTime() + leaseMs).toISOString();
  return service.database.asSystem(async (db) => {
    const rows = await db.execute(sql`
      with taken as (
        insert into stream_leases (connection_id, tenant_id, holder, held_until)
        select id, tenant_id, ${me}, ${until}::timestamptz from connections
        where enabled and adapter in ${streaming} order by id
        on conflict (connection_id) do update set holder = excluded.holder, held_until = excluded.held_until
          where stream_leases.holder = excluded.holder or stream_leases.held_until < ${now.toISOString()}::timestamptz
        returning connection_id, tenant_id)
      select taken.connection_id as id, taken.tenant_id, connections.settings_sealed as settings
      from taken join connections on connections.id = taken.connection_id`);
    return rows as unknown as Leased[];
  });
}

/** Beats until stopped. */
export function keepFollowing({ log }: Service, followers: Followers): { stop(): Promise<void> } {
  const beat = () => void followers.beat().catch((error) => log.error("streams cannot be leased", errorFields(error)));
  const timer = setInterval(beat, beatMs);
  beat();
  return {
    async stop() {
      clearInterval(timer);
      await followers.stop();
    },
  };
}
