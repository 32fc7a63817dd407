import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { audit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { people, tenants } from "../identity/schema.ts";
import type { ConnectionId, PersonId } from "../ids.ts";
import { createRoom, createRoomPlatform, type Room, type RoomPlatform } from "../testing/presence-room.ts";
import { writePolicy } from "./policies.ts";
import { type Layer, placeOf, readPolicy } from "./policy.ts";
import { presets } from "./rules.ts";
import { policies } from "./schema.ts";
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
const set = (policy: Layer | null, id = "tenant") => {
  const place = placeOf(id);
  if (!place) throw new Error(`no such place: ${id}`);
  return asAdmin((ctx) => writePolicy(ctx, room.service.adapters, { place, set: policy }));
};
const hold = (availability: "busy" | "away" | "do-not-disturb") =>
  ({ do: "hold", show: { availability, activity: "none" } }) as const;

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

  it("holds for a person before their team before the tenant, is audited, and a lifted one lets the wider hold", async () => {
    await tenant.inTenant((ctx) => ctx.db.update(people).set({ department: "Sales" }));
    await set("read-only");
    await set("in-call-both-ways", "team:Sales");
    await set("full-two-way", `person:${personId}`);
    const read = () => tenant.inTenant((ctx) => readPolicy(ctx, personId));
    expect(await read()).toEqual([presets["full-two-way"], presets["in-call-both-ways"], presets["read-only"]]);
    await set(null, `person:${personId}`);
    expect(await read()).toEqual([presets["in-call-both-ways"], presets["read-only"]]);
    expect(await tenant.inTenant((ctx) => ctx.db.select().from(audit))).toMatchObject([
      { action: "presence-policy.update", target: "tenant", data: { version: 1, preset: "read-only" } },
      { action: "presence-policy.update", target: "team:Sales", data: { version: 1 } },
      { action: "presence-policy.update", target: `person:${personId}`, data: { version: 1 } },
      { action: "presence-policy.update", target: `person:${personId}`, data: { version: 2 } },
    ]);
  });

  it("is refused with the reason when it contradicts itself, or layers would chase one another", async () => {
    const rule = { platform: "uc", availability: "busy", activity: "*" } as const;
    const twice = [
      { ...rule, effect: { do: "ignore" } as const },
      { ...rule, effect: { do: "do-not-route" } as const },
    ];
    await expect(set(twice)).rejects.toMatchObject({ code: "invalid", details: { reason: "contradiction" } });
    await set([
      { platform: "center", availability: "busy", activity: "*", effect: hold("away") },
      { platform: "center", availability: "do-not-disturb", activity: "*", effect: hold("busy") },
    ]);
    const back = [
      { platform: "uc", availability: "away", activity: "*", effect: hold("do-not-disturb") } as const,
      { platform: "uc", availability: "busy", activity: "*", effect: hold("busy") } as const,
    ];
    const loops = { code: "invalid", details: { reason: "loop" } };
    await expect(set(back, `person:${personId}`)).rejects.toMatchObject(loops);
    await set("in-call-both-ways");
    await set(back, `person:${personId}`);
    await expect(
      set([
        { platform: "center", availability: "busy", activity: "*", effect: hold("away") },
        { platform: "center", availability: "do-not-disturb", activity: "*", effect: hold("busy") },
      ]),
    ).rejects.toMatchObject(loops);
  });

  it("is for admins only, and for their own tenant only", async () => {
    const { adapters } = room.service;
    const expert = { kind: "expert", personId, name: "Eva" } as const;
    await expect(
      tenant.inTenant((ctx) =>
        writePolicy({ ...ctx, actor: expert }, adapters, { place: { scope: "tenant", subject: "" }, set: "read-only" }),
      ),
    ).rejects.toMatchObject({
      code: "forbidden",
    });
    const other = await room.newTenant();
    await set("read-only");
    expect(await other.inTenant((ctx) => readPolicy(ctx, personId))).toEqual([presets["in-call-both-ways"]]);
    expect(await other.inTenant((ctx) => presenceViews(ctx, adapters, [personId]))).toEqual(new Map());
  });

  it("that nobody can read any more writes nothing", async () => {
    const broken = { scope: "tenant", version: 1, rules: "of-last-year" as never, createdBy: "x" } as const;
    await tenant.inTenant((ctx) =>
      ctx.db.insert(policies).values({ ...broken, tenantId: tenant.tenantId, createdAt: room.now() }),
    );
    expect(await tenant.inTenant((ctx) => readPolicy(ctx, personId))).toEqual([presets["read-only"]]);
  });
});
