import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { silentLog } from "../log.ts";
import { createRoom, createRoomPlatform, type Room } from "../testing/presence-room.ts";
import { prune } from "./prune.ts";

const hour = 3_600_000;
let room: Room;
beforeAll(async () => {
  room = await createRoom((now) => ({ office: createRoomPlatform("office", "sessions", now) }));
});
afterAll(() => room.close());

it("the id of an event is remembered for three days, so that it is known again for as long", async () => {
  const { tenantId, inTenant, newConnection } = await room.newTenant();
  const connectionId = await newConnection("office");
  const at = (hours: number) => new Date(room.now().getTime() - hours * hour).toISOString();
  await inTenant(async ({ db }) => {
    for (const hours of [0, 71, 72.1, 200])
      await db.execute(sql`insert into inbound_events (tenant_id, connection_id, event_id, received_at)
        values (${tenantId}, ${connectionId}, ${`${hours} h`}, ${at(hours)}::timestamptz)`);
  });
  const nothingElse = async () => {};
  await prune(nothingElse)({ tenantId, now: room.now, log: silentLog, attempt: 1, tx: inTenant }, {});
  const left = await inTenant(({ db }) =>
    db.execute(sql`select event_id from inbound_events order by received_at desc`),
  );
  expect([...left]).toEqual([{ event_id: "0 h" }, { event_id: "71 h" }]);
});
