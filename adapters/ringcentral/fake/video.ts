import { type Api, extensionInPath, readBody } from "./api.ts";
import { invalid, lacksPermission, unknownResource } from "./refusal.ts";
import type { World } from "./world.ts";

export type FakeRoom = {
  id: string;
  pin: string;
  password: string;
  name: string;
  type: string;
  host: string;
  asked: Record<string, unknown>;
};

const types = ["Instant", "Scheduled", "PMI"];
const createPath = "/rcvideo/v2/account/{accountId}/extension/{extensionId}/bridges";

export function serveVideo(world: World, api: Api): { rooms: Map<string, FakeRoom> } {
  const rooms = new Map<string, FakeRoom>();

  api.on({ method: "POST", path: createPath, group: "Heavy", scope: "Video" }, async (c) => {
    const { id: host } = extensionInPath(world, c);
    if (host !== world.user.extensionId && !world.user.isSuperAdmin) throw lacksPermission("Meetings");
    const asked = await readBody(c);
    const type = String(asked.type ?? "Instant");
    if (!types.includes(type)) throw invalid("type");
    const number = rooms.size + 1;
    const room: FakeRoom = {
      id: `iad41-c04-ndb${number}`,
      pin: String(18_209_241_000 + number).padStart(12, "0"),
      password: crypto.randomUUID().replaceAll("-", ""),
      name: String(asked.name ?? "Meeting"),
      type,
      host,
      asked,
    };
    rooms.set(room.id, room);
    world.changed({ kind: "meeting", extension: host });
    return c.json(toBridge(world, room), 201);
  });
  api.on({ method: "GET", path: "/rcvideo/v2/bridges/{bridgeId}", group: "Medium", scope: "Video" }, (c) => {
    const room = rooms.get(c.req.param("bridgeId") ?? "");
    if (!room) throw unknownResource("bridgeId");
    return c.json(toBridge(world, room));
  });
  return { rooms };
}

/** The link carries the password for owner, delegate and super admin. */
function toBridge(world: World, room: FakeRoom) {
  const security = (room.asked.security ?? {}) as Record<string, unknown>;
  const isProtected = security.passwordProtected === true;
  const { passwordProtected, noGuests = false, sameAccount = false } = security;
  return {
    id: room.id,
    name: room.name,
    type: room.type,
    host: { accountId: world.accountId, extensionId: room.host },
    pins: { pstn: { host: "432331057631", participant: "013409241367" }, web: room.pin },
    security: {
      passwordProtected: passwordProtected === true,
      ...(isProtected ? { password: { plainText: room.password, joinQuery: room.password } } : {}),
      noGuests,
      sameAccount,
    },
    preferences: room.asked.preferences ?? {},
    discovery: { web: `https://v.ringcentral.com/join/${room.pin}${isProtected ? `?pw=${room.password}` : ""}` },
  };
}
