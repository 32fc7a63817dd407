/** A change of policy among very many people. */
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ConnectionId } from "../ids.ts";
import { runDueJobs } from "../jobs/run.ts";
import { silentLog } from "../log.ts";
import { createRoom, createRoomPlatform, type Room } from "../testing/presence-room.ts";
import { gapMs } from "./hold.ts";
import { presenceJobs } from "./jobs.ts";
import { writePolicy } from "./policies.ts";
import type { Layer } from "./policy.ts";

/** As many as are promised with `PATCHCORD_PEOPLE=100000`. */
const people = Number(process.env.PATCHCORD_PEOPLE ?? 2_000);
const inCall = people / 200;
/** The promise, for who measures; beside other tests it is only seen that it does not take for ever. */
const promisedMs = process.env.PATCHCORD_PEOPLE ? 10_000 : 60_000;
let room: Room;
let tenant: Awaited<ReturnType<Room["newTenant"]>>;

beforeAll(async () => {
  room = await createRoom((now) => ({
    center: createRoomPlatform("center", "agent", now),
    office: createRoomPlatform("office", "sessions", now),
  }));
  tenant = await room.newTenant();
  const connections: ConnectionId[] = [await tenant.newConnection("center"), await tenant.newConnection("office")];
  const now = sql`${room.now().toISOString()}::timestamptz`;
  await tenant.inTenant(async ({ db }) => {
    await db.execute(sql`
      insert into people (id, tenant_id, name, department, created_at, updated_at)
      select 'per_' || lpad(n::text, 10, '0'), ${tenant.tenantId}, 'P', 'D' || n % 10, ${now}, ${now}
      from generate_series(1, ${people}::int) n`);
    for (const [index, id] of connections.entries()) {
      await db.execute(sql`
        insert into accounts (id, tenant_id, person_id, connection_id, external_id, name, matched_by, created_at)
        select 'acc_' || ${index}::int || lpad(n::text, 10, '0'), ${tenant.tenantId}, 'per_' || lpad(n::text, 10, '0'),
          ${id}, n::text, 'P', 'email', ${now} from generate_series(1, ${people}::int) n`);
      await db.execute(sql`
        insert into presences (account_id, tenant_id, availability, activity, observed_at, source, changed_at, read_at, known_at)
        select 'acc_' || ${index}::int || lpad(n::text, 10, '0'), ${tenant.tenantId},
          case when ${index} = 0 and n % 200 = 0 then 'busy' else 'available' end,
          case when ${index} = 0 and n % 200 = 0 then 'on-call' else 'none' end,
          ${now}, 'read', ${now}, ${now}, ${now} from generate_series(1, ${people}::int) n`);
    }
  });
  const owner = postgres(room.url, { max: 1, onnotice: () => {} });
  await owner`analyze people, accounts, presences`; // as the server does by itself after a while
  await owner.end();
}, 120_000);
afterAll(() => room.close());

const set = (policy: Layer) =>
  tenant.inTenant((ctx) =>
    writePolicy({ ...ctx, actor: { kind: "admin", name: "Ada", roles: ["admin"] } }, room.service.adapters, {
      place: { scope: "tenant", subject: "" },
      set: policy,
    }),
  );
const states = async () =>
  Object.fromEntries(
    (
      await tenant.inTenant(({ db }) => db.execute(sql`select state, count(*)::int as n from holds group by state`))
    ).map(({ state, n }) => [state, n]),
  );

const settling = async () =>
  Number(
    [
      ...(await tenant.inTenant(({ db }) =>
        db.execute(sql`select count(*) as n from jobs where name = 'presence.settle'`),
      )),
    ][0]?.n,
  );

it(`of ${people} people those for whom something else follows are found in time, and shown so`, async () => {
  const handlers = presenceJobs(room.service, { engagedPeople: async () => [] });
  const run = (most?: number) => runDueJobs({ database: room.database, handlers, now: room.now, log: silentLog }, most);
  const change = async (policy: Layer) => {
    const startedAt = performance.now();
    await set(policy);
    await run(1);
    expect(performance.now() - startedAt).toBeLessThan(promisedMs);
    expect(await settling()).toBe(inCall);
    while ((await run()) > 0);
  };
  await change("full-two-way");
  expect(await states()).toEqual({ held: inCall });
  room.sleep(gapMs);
  await change("read-only");
  expect(await states()).toEqual({ released: inCall });
});
