import type { Context } from "hono";
import { type Api, extensionInPath, idInPath, pageOf, readBody } from "./api.ts";
import { toPresence } from "./presence-view.ts";
import { everybody, type FakePresence, type UserStatus, userStatuses } from "./presences.ts";
import { invalid, lacksPermission, Refusal, unknownResource } from "./refusal.ts";
import { type FakeExtension, isUser, type World } from "./world.ts";

const idsMax = 30;
const extensionPath = "/restapi/v1.0/account/{accountId}/extension/{extensionId}/presence";
const bulkType = "application/vnd.ringcentral.multipart+json";

export function servePresence(world: World, api: Api, changed: (extension: FakeExtension) => void): void {
  const read = { group: "Light", scope: "ReadPresence" } as const;
  api.on({ method: "GET", path: extensionPath, ...read }, (c) => {
    const ids = idInPath(world, c).split(",");
    return ids.length > 1 ? readBulk(world, c, ids) : c.json(readOne(world, ids[0] ?? "", isDetailed(c)));
  });
  api.on({ method: "PUT", path: extensionPath, group: "Medium", scope: "EditPresence" }, async (c) => {
    const extension = extensionInPath(world, c);
    needPermission(world, "EditPresenceStatus", extension.id);
    if (!isUser(extension)) throw new Refusal(403, "CMN-403", "Extension type is not supported");
    const presence = world.presences.of(extension.id);
    const before = JSON.stringify(presence);
    Object.assign(presence, readChanges(world, extension, await readBody(c)));
    if (JSON.stringify(presence) !== before) changed(extension);
    return c.json(toPresence(world, extension, true));
  });
  const account = { group: "Heavy", scope: "ReadPresence" } as const;
  api.on({ method: "GET", path: "/restapi/v1.0/account/{accountId}/presence", ...account }, (c) => {
    needPermission(world, "ReadPresenceStatus");
    const { records, paging } = pageOf(c, [...world.extensions.values()], 100, 1_000);
    const uri = `${world.origin}/restapi/v1.0/account/${world.accountId}/presence`;
    const link = (page: number) => ({ uri: `${uri}?page=${page}&perPage=${paging.perPage}` });
    return c.json({
      uri,
      records: records.map((one) => toPresence(world, one, isDetailed(c))),
      navigation: { firstPage: link(1), lastPage: link(paging.totalPages) },
      paging,
    });
  });
}

const isDetailed = (c: Context) => c.req.query("detailedTelephonyState") === "true";

function needPermission(world: World, permission: string, extensionId?: string): void {
  if (extensionId === world.user.extensionId || world.user.permissions.includes(permission)) return;
  throw lacksPermission(permission);
}

function readOne(world: World, id: string, detailed: boolean) {
  const extension = world.extensions.get(id);
  if (!extension) throw unknownResource("extensionId");
  needPermission(world, "ReadPresenceStatus", id);
  return toPresence(world, extension, detailed);
}

/** Several ids answer 207: as JSON to who asks for it, else as multipart/mixed. */
function readBulk(world: World, c: Context, ids: readonly string[]): Response {
  if (ids.length > idsMax) {
    throw new Refusal(
      400,
      "InvalidMultipartRequest",
      "Extension Presence Info multipart request is limited to 30 extensions",
    );
  }
  const parts = ids.map((id) => readPart(world, id, isDetailed(c)));
  if ((c.req.header("accept") ?? "").includes(bulkType)) return c.json(parts, 207, { "content-type": bulkType });
  const boundary = "Boundary_1";
  const head = { response: parts.map(({ resourceId, status }) => ({ href: resourceId, status })) };
  const texts = [head, ...parts.map((part) => part.body)].map(
    (part) => `--${boundary}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(part)}\r\n`,
  );
  return c.body(`${texts.join("")}--${boundary}--`, 207, { "content-type": `multipart/mixed;boundary=${boundary}` });
}

function readPart(world: World, resourceId: string, detailed: boolean) {
  try {
    return { resourceId, status: 200, body: readOne(world, resourceId, detailed) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { resourceId, status: error.status, body: error.body };
  }
}

/** What a PUT changes; fields that are left out stay. */
function readChanges(world: World, extension: FakeExtension, body: Record<string, unknown>): Partial<FakePresence> {
  const changes: Partial<FakePresence> = {};
  if (body.userStatus !== undefined) changes.userStatus = statusIn(body.userStatus);
  if (body.message !== undefined) changes.message = textIn("message", body.message, 75);
  for (const name of ["allowSeeMyPresence", "ringOnMonitoredCall", "pickUpCallsOnHold"] as const) {
    if (body[name] === undefined) continue;
    if (typeof body[name] !== "boolean") throw invalid(name);
    changes[name] = body[name];
  }
  return { ...changes, ...readDnd(world, extension, body) };
}

/** Each call handling has its own field. What RingCentral does with the other's is not documented: the fake refuses. */
function readDnd(world: World, extension: FakeExtension, body: Record<string, unknown>): Partial<FakePresence> {
  const mine = world.callHandling === "new" ? "dndStatusPersonal" : "dndStatus";
  const other = world.callHandling === "new" ? "dndStatus" : "dndStatusPersonal";
  if (body[other] !== undefined) throw invalid(other);
  const value = body[mine];
  if (value === undefined) return {};
  const forQueues = mine === "dndStatus" ? ["DoNotAcceptDepartmentCalls", "TakeDepartmentCallsOnly"] : [];
  const isLegal = value === "TakeAllCalls" || value === everybody || forQueues.includes(String(value));
  if (!isLegal || (forQueues.includes(String(value)) && !extension.isQueueMember)) throw invalid(mine);
  const dndStatus = String(value);
  return dndStatus === everybody ? { dndStatus } : { dndStatus, dndStatusBefore: dndStatus };
}

function statusIn(value: unknown): UserStatus {
  const status = userStatuses.find((one) => one === value);
  if (!status) throw invalid("userStatus");
  return status;
}

function textIn(name: string, value: unknown, max: number): string {
  if (typeof value !== "string" || value.length > max) throw invalid(name);
  return value;
}
