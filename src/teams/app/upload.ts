/**
 * The app put into the organization's catalogue from the admin's screen. Teams lets no application do that, so whoever may
 * signs in for this one upload: authorization code with PKCE, and a token that is used at once and kept nowhere.
 */
import { eq } from "drizzle-orm";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from "oauth4webapi";
import { type ApiContext, type Tx, z } from "../../api.ts";
import { recordAudit } from "../../audit.ts";
import type { Actor, Ctx } from "../../ctx.ts";
import { BridgeError, isBridgeError } from "../../errors.ts";
import { forgetConnection, openConnection } from "../../identity/connect.ts";
import { connections, type LastUpload } from "../../identity/schema.ts";
import type { ConnectionId } from "../../ids.ts";
import { enqueue } from "../../jobs/queue.ts";
import { ownPath } from "../../own-path.ts";
import type { CataloguePort, Published } from "../../platform/contract.ts";
import type { Service } from "../../platform/service.ts";
import { appOf, openApp } from "./facts.ts";
import { makePackage, optionsSchema, type PackageWishes } from "./package.ts";

export const uploadOptionsSchema = z.strictObject({
  ...optionsSchema.shape,
  isReviewed: z.boolean().default(false).describe("Somebody else in the organization has to let it through first"),
  back: z.string().max(400).default("/admin").describe("The page of ours to come back to"),
});

const flowCookie = "patchcord_upload";
const flowMs = 600_000;
/** Tells these from the other sign-ins that come back to the same address. */
const stateStart = "upload.";
export const isUploadState = (state: string | undefined): boolean => state?.startsWith(stateStart) ?? false;

type Whose = { actor: Actor; tenantId: string; id: ConnectionId };
type Flow = Whose & {
  wishes: PackageWishes;
  isReviewed: boolean;
  back: string;
  state: string;
  verifier: string;
  until: number;
};
type Defaults = { baseUrl: string; appId: string; botId?: string };

const redirectUri = (service: Service) => `${service.publicUrl}/auth/callback`;

const txOf =
  (c: ApiContext, { actor, tenantId }: Whose): Tx =>
  (work) => {
    const service = c.get("service");
    return service.database.inTenant(tenantId, (db) =>
      work({ db, tenantId, actor, now: service.now, log: c.get("log") }),
    );
  };

/** @throws BridgeError `unsupported` where the platform has no catalogue. */
async function defaultsOf(ctx: Ctx, service: Service, id: ConnectionId) {
  const { adapter, connection } = await openApp(ctx, service, id);
  if (!adapter.catalogue) throw new BridgeError("unsupported", "This platform has no catalogue of apps.");
  const { baseUrl, appId, botId } = await appOf(ctx, service, id);
  const defaults: Defaults = { baseUrl, appId, ...(botId ? { botId } : {}) };
  return { catalogue: adapter.catalogue as CataloguePort<unknown>, settings: connection.settings, defaults };
}

/** @throws BridgeError `invalid` with every violation: nobody signs in for a package that Teams would refuse. */
export async function beginUpload(
  c: ApiContext,
  whose: Whose,
  { isReviewed, back, ...wishes }: z.output<typeof uploadOptionsSchema>,
): Promise<{ signInUrl: string }> {
  const service = c.get("service");
  const { catalogue, settings, defaults } = await txOf(c, whose)((ctx) => defaultsOf(ctx, service, whose.id));
  await makePackage(defaults, wishes);
  const [state, verifier] = [stateStart + generateRandomState(), generateRandomCodeVerifier()];
  const until = service.now().getTime() + flowMs;
  const flow: Flow = { ...whose, wishes, isReviewed, back: ownPath(back), state, verifier, until };
  setCookie(c, flowCookie, await service.keyring.seal("*", "app-upload", flow), {
    httpOnly: true,
    sameSite: "Lax",
    secure: service.publicUrl.startsWith("https:"),
    path: "/auth",
    maxAge: flowMs / 1_000,
  });
  const challenge = await calculatePKCECodeChallenge(verifier);
  return {
    signInUrl: catalogue.signInUrl(settings, { redirectUri: redirectUri(service), state, challenge, isReviewed }),
  };
}

/** Back from the sign-in: uploads, notes what came of it, and shows the page again. */
export async function finishUpload(c: ApiContext): Promise<Response> {
  const flow = await flowOf(c);
  deleteCookie(c, flowCookie, { path: "/auth" });
  const service = c.get("service");
  const tx = txOf(c, flow);
  const { defaults } = await tx((ctx) => defaultsOf(ctx, service, flow.id));
  const { zip, files } = await makePackage(defaults, flow.wishes);
  const { id: appId, version } = JSON.parse(new TextDecoder().decode(files["manifest.json"]));
  const { adapter, connection } = await openConnection(service, flow.tenantId, flow.id, tx);
  const code = c.req.query("code");
  const signIn = { redirectUri: redirectUri(service), code: code ?? "", verifier: flow.verifier };
  const app = { zip, appId, version, isReviewed: flow.isReviewed };
  const published: Outcome =
    code === undefined
      ? { state: "refused", code: "sign-in" }
      : ((await adapter.catalogue?.publish(connection, signIn, app).catch(asOutcome)) ?? noCatalogue);
  await tx((ctx) => note(ctx, service, flow.id, version, published));
  return c.redirect(flow.back);
}

type Outcome = Published | { state: "refused"; code: string };
const noCatalogue: Outcome = { state: "refused", code: "unsupported" };

/** What the platform could not do just now, or a person has to mend, in our own words for it. */
function asOutcome(error: unknown): Outcome {
  if (isBridgeError(error)) return { state: "refused", code: error.code };
  throw error;
}

async function flowOf(c: ApiContext): Promise<Flow> {
  const { keyring, now } = c.get("service");
  const sealed = getCookie(c, flowCookie);
  const flow = sealed && (await keyring.open<Flow>("*", "app-upload", sealed).catch(() => undefined));
  if (!flow || flow.state !== c.req.query("state") || flow.until <= now().getTime())
    throw new BridgeError(
      "unauthenticated",
      "This sign-in has expired, so nothing was uploaded. Start again from the page.",
      { details: { reason: "upload" } },
    );
  return flow;
}

async function note(ctx: Ctx, service: Service, id: ConnectionId, version: string, outcome: Outcome): Promise<void> {
  const [row] = await ctx.db.select().from(connections).where(eq(connections.id, id)).for("update");
  if (!row) return;
  const { state } = outcome;
  const there = "version" in outcome ? outcome.version : row.upload?.there;
  const upload: LastUpload = {
    state,
    version,
    at: ctx.now().toISOString(),
    ...("code" in outcome ? { code: outcome.code } : {}),
    ...("says" in outcome ? { says: outcome.says } : {}),
    ...(there ? { there } : {}),
  };
  const catalogId = "catalogId" in outcome ? outcome.catalogId : undefined;
  const learned = catalogId && service.adapters.get(row.adapter)?.catalogue?.settingsOf(catalogId);
  await ctx.db
    .update(connections)
    .set({ upload, ...(learned ? { learned: { ...row.learned, ...learned } } : {}) })
    .where(eq(connections.id, id));
  forgetConnection(service, id);
  const payload = { connectionId: id };
  await enqueue(ctx, { key: `connection.check:${id}`, name: "connection.check", payload });
  await recordAudit(ctx, "app.upload", id, { state, version, ...(upload.code ? { code: upload.code } : {}) });
}
