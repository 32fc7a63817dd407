/** The Cloudflare Workers front door: the same app, Postgres through Hyperdrive, live feeds and job pulse in a Durable Object. */
import { DurableObject } from "cloudflare:workers";
import type { Api, ApiContext } from "./api.ts";
import { operatorOf } from "./config.ts";
import type { Actor } from "./ctx.ts";
import { BridgeError } from "./errors.ts";
import { frontPage } from "./front-page.ts";
import type { Hub } from "./http/hub.ts";
import { placed, screenOf } from "./http/screen-policy.ts";
import { beatMs } from "./http/streams.ts";
import { deskPlaceOf } from "./identity/desk-place.ts";
import { createLog, errorFields } from "./log.ts";
import type { Service } from "./platform/service.ts";
import { createSigningKeys, type Wired, type WireOptions, wire } from "./wire.ts";

type Env = {
  DATABASE: { connectionString: string };
  LIVE: DurableObjectNamespace<LiveFeed>;
  SCREENS: { fetch(request: Request): Promise<Response> };
  PUBLIC_URL: string;
  PATCHCORD_KEYS: string;
  PATCHCORD_OPERATOR_KEY?: string;
  PATCHCORD_PROVIDER?: string;
  PATCHCORD_CONTACT?: string;
};

const log = createLog();
const pulseMs = 1_000;
/** Shared by all requests of this isolate, so that a sign-in does not read the keys each time. */
const signingKeys = createSigningKeys((input, init) => fetch(input, init));

function wireUp(env: Env, feed: Pick<WireOptions, "openFeed" | "whenUnread">): Wired {
  return wire({
    databaseUrl: env.DATABASE.connectionString,
    keys: env.PATCHCORD_KEYS,
    publicUrl: env.PUBLIC_URL,
    sandbox: false,
    log,
    connectionsMax: 5,
    signingKeys,
    ...(env.PATCHCORD_OPERATOR_KEY ? { operatorKey: env.PATCHCORD_OPERATOR_KEY } : {}),
    ...operatorOf(env),
    more: (api, service) => addScreens(api, env, service),
    ...feed,
  });
}

/** The pages, each under its file's name, and what they load. The stage belongs to the sandbox. */
function addScreens(api: Api, env: Env, { database }: Service): void {
  const deskOf = (tenant: string | undefined) => database.asSystem((db) => deskPlaceOf(db, tenant));
  const find = async (c: ApiContext) => {
    const found = await env.SCREENS.fetch(c.req.raw);
    if (found.status !== 200 || !found.body)
      throw new BridgeError("not_found", "There is nothing at this address. See /docs.");
    return { body: found.body, type: found.headers.get("content-type") ?? "application/octet-stream" };
  };
  api.get("/", (c) => c.html(frontPage(c.req.header("accept-language") ?? "")));
  api.get("/:page{[a-z]+}", async (c) => {
    const page = c.req.param("page");
    if (page === "stage") return c.notFound();
    const { body, type } = await find(c);
    const { headers, place } = await screenOf(page, c.req.query("tenant"), { deskOf });
    return c.body(placed(await new Response(body).text(), place), 200, { "content-type": type, ...headers });
  });
  api.get("/assets/:file", async (c) => {
    const { body, type } = await find(c);
    return c.body(body, 200, { "content-type": type, "cache-control": "public, max-age=31536000, immutable" });
  });
}

/** The feed lives in one object per tenant, so that each change is read once however many desks are open. */
const feedThrough =
  (env: Env): Hub["open"] =>
  async (request) => {
    const stub = env.LIVE.get(env.LIVE.idFromName(request.tenantId));
    const response = await stub.fetch("https://live/open", { method: "POST", body: JSON.stringify(request) });
    if (!response.body) throw new Error("the live feed gave no stream");
    return response.body as ReadableStream<Uint8Array>;
  };

const pulse = (env: Env) => env.LIVE.get(env.LIVE.idFromName("pulse"));

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const wired = wireUp(env, { openFeed: feedThrough(env) });
    const response = await wired.app.fetch(request, env, ctx);
    const afterwards = async () => {
      if (request.method !== "GET") await wired.runDueJobs();
      await wired.close();
      if (request.method !== "GET") await pulse(env).beat();
    };
    ctx.waitUntil(afterwards());
    return response;
  },

  async scheduled(_event: ScheduledController, env: Env): Promise<void> {
    await pulse(env).beat();
  },
};

export class LiveFeed extends DurableObject<Env> {
  #wired: Wired | undefined;
  #followedAtMs = 0;

  #wire(): Wired {
    this.#wired ??= wireUp(this.env, { whenUnread: () => this.#rest() });
    return this.#wired;
  }

  /** Without readers nothing keeps the object from being moved or put away. */
  #rest(): void {
    const wired = this.#wired;
    this.#wired = undefined;
    void wired?.close();
  }

  override async fetch(request: Request): Promise<Response> {
    const asked = (await request.json()) as { tenantId: string; actor: Actor; people?: string[]; lastEventId?: string };
    return new Response(await this.#wire().hub.open(asked));
  }

  /** Keeps jobs running: an alarm a second, for as long as the object lives. Safe to repeat. */
  async beat(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + pulseMs);
  }

  /** Event streams live in the one object whose alarm keeps it here; another takes them up should it be moved. */
  async #follow(): Promise<void> {
    const nowMs = Date.now();
    if (nowMs - this.#followedAtMs < beatMs) return;
    this.#followedAtMs = nowMs;
    await this.#wire()
      .followers.beat()
      .catch((error) => log.error("streams cannot be leased", errorFields(error)));
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + pulseMs);
    await this.#follow();
    for (let round = 0; round < 10; round++) {
      if ((await this.#wire().runDueJobs()) === 0) return;
    }
  }
}
