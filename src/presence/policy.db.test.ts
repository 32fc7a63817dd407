import { eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { audit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { tenants } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { createRoom, createRoomPlatform, type Room, type RoomPlatform } from "../testing/presence-room.ts";
import { readPolicy, setPolicy } from "./policy.ts";
import { presets } from "./rules.ts";
import { ensureSweeps } from "./sweep.ts";
import { presenceViews } from "./view.ts";

let room: Room;
let tenant: Awaited<ReturnType<Room["newTenant"]>>;
let center: RoomPlatform;
let office: RoomPlatform;
let personId: PersonId;

beforeAll(async () => {
  room = await createRoom((now) => ({
    center: createRoomPlatform("center", "agent", now),
    office: createRoomPlatform("office", "sessions", now),
  }));
  ({ center, office } = room.platforms as Record<"center" | "office", RoomPlatform>);
});
afterAll(() => room.close());
beforeEach(async () => {
  await room.database.asSystem((db) => db.delete(tenants));
  tenant = await room.newTenant();
  const owned: Record<ConnectionId, string> = {};
  for (const platform of [center, office]) {
    owned[await tenant.newConnection(platform.adapter.id)] = tenant.tenantId;
    platform.of(tenant.tenantId);
    platform.heal();
  }
  personId = (await tenant.newPerson(owned)).personId;
});

const asAdmin = <T>(work: (ctx: Ctx) => Promise<T>) =>
  tenant.inTenant((ctx) => work({ ...ctx, actor: { kind: "admin", name: "Ada", roles: ["admin"] } }));
const set = (input: unknown) => asAdmin((ctx) => setPolicy(ctx, room.service.adapters, input));

describe("the presence policy", () => {
  it("takes effect within ten seconds, on what is shown already too", async () => {
    await ensureSweeps(room.service);
    await room.pass(5_000);
    center.of(tenant.tenantId).change("call");
    await room.pass(8_000);
    expect(office.of(tenant.tenantId).holdsNow()).toBe(true);
    await set("read-only");
    await room.pass(10_000);
    expect(office.of(tenant.tenantId).holdsNow()).toBe(false);
    await set("in-call-both-ways");
    await room.pass(10_000);
    expect(office.of(tenant.tenantId).holdsNow()).toBe(true);
    const views = await tenant.inTenant((ctx) => presenceViews(ctx, room.service.adapters, [personId]));
    expect(views.get(personId)).toContainEqual(
      expect.objectContaining({ adapter: "office", stale: false, held: { availability: "busy", activity: "on-call" } }),
    );
  });

  it("is audited, and refused with the reason when it contradicts itself", async () => {
    await set({ tenant: "read-only", people: { [personId]: "full-two-way" } });
    expect(await tenant.inTenant((ctx) => readPolicy(ctx, personId))).toEqual([
      presets["full-two-way"],
      presets["read-only"],
    ]);
    expect(await tenant.inTenant((ctx) => ctx.db.select().from(audit))).toMatchObject([
      { action: "presence-policy.update" },
    ]);
    const rule = { platform: "uc", availability: "busy", activity: "*" };
    const twice = {
      tenant: [
        { ...rule, effect: { do: "ignore" } },
        { ...rule, effect: { do: "do-not-route" } },
      ],
    };
    await expect(set(twice)).rejects.toMatchObject({ code: "invalid", details: { reason: "contradiction" } });
    await expect(set("everything")).rejects.toMatchObject({ code: "invalid" });
    expect(await tenant.inTenant((ctx) => readPolicy(ctx, undefined))).toEqual([presets["read-only"]]);
  });

  it("is for admins only, and for their own tenant only", async () => {
    const { adapters } = room.service;
    await expect(tenant.inTenant((ctx) => setPolicy(ctx, adapters, "read-only"))).rejects.toMatchObject({
      code: "forbidden",
    });
    const other = await room.newTenant();
    await set("read-only");
    expect(await other.inTenant((ctx) => readPolicy(ctx, personId))).toEqual([presets["in-call-both-ways"]]);
    expect(await other.inTenant((ctx) => presenceViews(ctx, adapters, [personId]))).toEqual(new Map());
  });

  it("that nobody can read any more writes nothing", async () => {
    const broken = { presencePolicy: { tenant: "of-last-year" } } as never;
    await tenant.inTenant((ctx) =>
      ctx.db.update(tenants).set({ settings: broken }).where(eq(tenants.id, ctx.tenantId)),
    );
    expect(await tenant.inTenant((ctx) => readPolicy(ctx, personId))).toEqual([presets["read-only"]]);
  });
});
