import { and, eq } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { type ConnectionId, newId } from "../ids.ts";
import { announce, enqueue } from "../jobs/queue.ts";
import type { Service } from "../platform/service.ts";
import { isSameJson } from "../same-json.ts";
import { emit } from "../webhooks/emit.ts";
import { forgetConnection } from "./connect.ts";
import { type ConnectionHealth, type ConnectionOptions, connections, signIns } from "./schema.ts";

export type ConnectionInput = { name: string; adapter: string; settings: Record<string, unknown>; enabled?: boolean };

export type Changed = "make" | "update";

type Read = { settings: unknown } | { faults: string[] };

function readSettings(service: Service, input: ConnectionInput): Read {
  const adapter = service.adapters.get(input.adapter);
  if (!adapter)
    return { faults: [`there is no adapter "${input.adapter}", only ${[...service.adapters.keys()].join(", ")}`] };
  const parsed = adapter.settings.safeParse(input.settings);
  if (parsed.success) return { settings: parsed.data };
  return {
    faults: parsed.error.issues.map(
      (issue: { path: PropertyKey[]; message: string }) => `${["settings", ...issue.path].join(".")}: ${issue.message}`,
    ),
  };
}

/** What is wrong with a connection's settings, naming each and never its value. */
export function settingsFaults(service: Service, input: ConnectionInput): string[] {
  const read = readSettings(service, input);
  return "faults" in read ? read.faults : [];
}

/** @throws BridgeError `invalid` naming each setting that is wrong; never its value. */
function parseSettings(service: Service, input: ConnectionInput): unknown {
  const read = readSettings(service, input);
  if ("settings" in read) return read.settings;
  throw new BridgeError("invalid", `Connection "${input.name}": ${read.faults.join("; ")}`, {
    details: { issues: read.faults },
  });
}

/**
 * Makes the connection of this name or brings it up to date, and looks at its directory and presence soon. Safe to
 * repeat: the same input changes nothing. Settings are sealed at once and never shown again.
 */
export async function ensureConnection(
  ctx: Ctx,
  service: Service,
  input: ConnectionInput,
): Promise<{ id: ConnectionId; change?: Changed }> {
  const settings = parseSettings(service, input);
  const enabled = input.enabled ?? true;
  const [row] = await ctx.db
    .select()
    .from(connections)
    .where(and(eq(connections.tenantId, ctx.tenantId), eq(connections.name, input.name)));
  if (row) {
    if (row.adapter !== input.adapter)
      throw new BridgeError("conflict", `Connection "${input.name}" is a ${row.adapter} connection. Use another name.`);
    const before = await service.keyring.open(ctx.tenantId, `settings:${row.id}`, row.settingsSealed);
    const isSame = isSameJson(before, settings);
    if (isSame && row.enabled === enabled) return { id: row.id };
    const settingsSealed = await service.keyring.seal(ctx.tenantId, `settings:${row.id}`, settings);
    await ctx.db
      .update(connections)
      .set({
        settingsSealed,
        options: optionsOf(service, input, settings),
        enabled,
        health: { state: "starting" },
        // What the settings choose of the directory's entries is read anew, of those too that have not changed there.
        ...(isSame ? {} : { directoryCursor: null }),
      })
      .where(eq(connections.id, row.id));
    forgetConnection(service, row.id);
    await recordAudit(ctx, "connection.update", row.id, { adapter: row.adapter, enabled });
    await startConnection(ctx, row.id);
    return { id: row.id, change: "update" };
  }
  const id = newId("con", ctx.now());
  await ctx.db.insert(connections).values({
    id,
    tenantId: ctx.tenantId,
    adapter: input.adapter,
    name: input.name,
    settingsSealed: await service.keyring.seal(ctx.tenantId, `settings:${id}`, settings),
    options: optionsOf(service, input, settings),
    enabled,
    health: { state: "starting" },
    createdAt: ctx.now(),
  });
  await recordAudit(ctx, "connection.create", id, { adapter: input.adapter });
  await startConnection(ctx, id);
  return { id, change: "make" };
}

/** What must be known of settings without opening them: whom a page of ours may talk to, what may be looked at. */
function optionsOf(service: Service, { adapter: id }: ConnectionInput, settings: unknown): ConnectionOptions {
  const adapter = service.adapters.get(id);
  return {
    callSources: [...(adapter?.calling?.sources(settings) ?? [])],
    ...(adapter?.presence?.tellsMeetings?.(settings) ? { tellsMeetings: true } : {}),
  };
}

/** Looks at a connection's directory, subscriptions and presence soon. Safe to repeat. */
export async function startConnection(ctx: Ctx, id: ConnectionId): Promise<void> {
  const payload = { connectionId: id };
  await enqueue(ctx, { key: `connection.check:${id}`, name: "connection.check", payload });
  await enqueue(ctx, { key: `directory.sync:${id}`, name: "directory.sync", payload, lane: "bulk" });
  await enqueue(ctx, { key: `events.subscribe:${id}`, name: "events.subscribe", payload });
  await enqueue(ctx, { key: `presence.sweep:${id}`, name: "presence.sweep", payload, lane: "presence" });
}

/** Writes a connection's health if it is another than before, and tells who watches. */
export async function setHealth(ctx: Ctx, id: ConnectionId, health: Omit<ConnectionHealth, "since">): Promise<void> {
  const [row] = await ctx.db.select({ health: connections.health }).from(connections).where(eq(connections.id, id));
  const isSame = row?.health.state === health.state && row.health.code === health.code;
  // Who does not know what is missing says nothing about it.
  if (!row || (isSame && (!health.missing || isSameJson(row.health.missing ?? [], health.missing)))) return;
  await ctx.db
    .update(connections)
    .set({ health: { ...health, since: ctx.now().toISOString() } })
    .where(eq(connections.id, id));
  await announce(ctx, "connection", id);
  const { state, code } = health;
  await emit(ctx, { type: "connection.health", subject: id, data: { id, state, ...(code ? { code } : {}) } });
}

export type SignInInput = {
  kind: "experts" | "admins" | "agents";
  issuer: string;
  audience: string;
  directoryId?: string;
  connectionId?: ConnectionId;
  clientSecret?: string;
};

/** Whose sign-in tokens count for this tenant. Safe to repeat: the same input changes nothing. */
export async function ensureSignIn(ctx: Ctx, service: Service, input: SignInInput): Promise<Changed | undefined> {
  const purpose = `sign-in:${input.kind}`;
  const facts = {
    issuer: input.issuer,
    audience: input.audience,
    directoryId: input.directoryId ?? null,
    connectionId: input.connectionId ?? null,
  };
  const secret = input.clientSecret === undefined ? null : { clientSecret: input.clientSecret };
  const [row] = await ctx.db
    .select()
    .from(signIns)
    .where(and(eq(signIns.tenantId, ctx.tenantId), eq(signIns.kind, input.kind)));
  if (row) {
    const { issuer, audience, directoryId, connectionId, settingsSealed } = row;
    const kept = settingsSealed ? await service.keyring.open(ctx.tenantId, purpose, settingsSealed) : null;
    if (isSameJson([facts, secret], [{ issuer, audience, directoryId, connectionId }, kept])) return undefined;
  }
  const values = { ...facts, settingsSealed: secret && (await service.keyring.seal(ctx.tenantId, purpose, secret)) };
  await ctx.db
    .insert(signIns)
    .values({ id: newId("sgn", ctx.now()), tenantId: ctx.tenantId, kind: input.kind, ...values })
    .onConflictDoUpdate({ target: [signIns.tenantId, signIns.kind], set: values });
  await recordAudit(ctx, "sign-in.update", input.kind, { issuer: input.issuer });
  return row ? "update" : "make";
}
