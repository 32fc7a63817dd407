/** The Cloudflare Workers front door: the same app, Postgres through Hyperdrive, live feeds and job pulse in a Durable Object. */
import { DurableObject } from "cloudflare:workers";
import type { Actor } from "./ctx.ts";
import type { Hub } from "./http/hub.ts";
import { createLog } from "./log.ts";
import { type Wired, wire } from "./wire.ts";

type Env = {
  DATABASE: { connectionString: string };
  LIVE: DurableObjectNamespace<LiveFeed>;
  SCREENS: { fetch(request: Request): Promise<Response> };
  PUBLIC_URL: string;
  PATCHCORD_KEYS: string;
};

const log = createLog();
const pulseMs = 1_000;
const screens: Record<string, string> = { "/desk": "/desk.html", "/tab": "/tab.html", "/admin": "/admin.html" };

function wireUp(env: Env, openFeed?: Hub["open"]): Wired {
  return wire({
    databaseUrl: env.DATABASE.connectionString,
    keys: env.PATCHCORD_KEYS,
    publicUrl: env.PUBLIC_URL,
    sandbox: false,
    log,
    connectionsMax: 5,
    ...(openFeed ? { openFeed } : {}),
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

async function screen(request: Request, env: Env): Promise<Response> {
  const url = new URL(request.url);
  url.pathname = screens[url.pathname] ?? url.pathname;
  const found = await env.SCREENS.fetch(new Request(url, request));
  const response = new Response(found.body, found);
  response.headers.set(
    "content-security-policy",
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'",
  );
  return response;
}

export default {
  async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
    const wired = wireUp(env, feedThrough(env));
    let response = await wired.app.fetch(request, env, ctx);
    if (response.status === 404 && request.method === "GET") {
      const page = await screen(request, env);
      if (page.status !== 404) response = page;
    }
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

  #wire(): Wired {
    this.#wired ??= wireUp(this.env);
    return this.#wired;
  }

  override async fetch(request: Request): Promise<Response> {
    const asked = (await request.json()) as { tenantId: string; actor: Actor; people?: string[]; lastEventId?: string };
    return new Response(await this.#wire().hub.open(asked));
  }

  /** Keeps jobs running: an alarm a second, for as long as the object lives. Safe to repeat. */
  async beat(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now() + pulseMs);
  }

  override async alarm(): Promise<void> {
    await this.ctx.storage.setAlarm(Date.now() + pulseMs);
    for (let round = 0; round < 10; round++) {
      if ((await this.#wire().runDueJobs()) === 0) return;
    }
  }
}
