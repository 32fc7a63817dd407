import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestHarness } from "wrangler";
import { createFakeMicrosoft } from "../adapters/teams/fake.ts";
import { createFakeContactCenter } from "../adapters/webhook/fake.ts";
import { buildTeamsPackage } from "../manifest/build.ts";
import { icons } from "../manifest/icons/bytes.ts";
import { applyPlan } from "./admin/apply.ts";
import { planSchema } from "./admin/plan.ts";
import { type Listening, listen } from "./listen-node.ts";
import { silentLog } from "./log.ts";
import { toBase64 } from "./seal.ts";
import { testDatabase } from "./testing/database.ts";
import type { TestDatabase } from "./testing/postgres.ts";
import type { ConsultView, DeskView, ExpertHit } from "./views.ts";
import { wire } from "./wire.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const config = join(root, "wrangler.toml");
const wrangler = join(root, "node_modules/wrangler/bin/wrangler.js");
const publicUrl = "https://patchcord.example.com";
const keys = `k1:${toBase64(new Uint8Array(32).fill(7))}`;
const apiKey = `pck_${"worker".repeat(8)}`;
const secret = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy";
const deskOrigin = "https://agents.example.com";
const jonas = "0d4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4e51";
const quiet = { WRANGLER_SEND_METRICS: "false", CLOUDFLARE_CF_FETCH_ENABLED: "false" };

let database: TestDatabase;
let platforms: Listening;
let center: ReturnType<typeof createFakeContactCenter>;
let microsoft: ReturnType<typeof createFakeMicrosoft>;
const harness = createTestHarness();

beforeAll(async () => {
  if (!existsSync(join(root, "dist/web/desk.html"))) await build({ logLevel: "error" });
  database = await testDatabase();
  await servePlatforms();
  await setUp();
  Object.assign(process.env, quiet, { CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_DATABASE: database.url });
  await harness.update({
    workers: [
      {
        configPath: config,
        vars: { PUBLIC_URL: publicUrl, PATCHCORD_CONTACT: "privacy@example.com" },
        secrets: { PATCHCORD_KEYS: keys },
      },
    ],
  });
  await harness.listen();
});
afterAll(async () => {
  await harness.close();
  await platforms?.close();
  await database?.drop();
});

/** The platforms as real servers; what they send to the service's address reaches the Worker. */
async function servePlatforms(): Promise<void> {
  const toWorker: typeof fetch = async (input, init) => {
    const { pathname, search } = new URL(String(input));
    return (await harness.fetch(pathname + search, init as never)) as unknown as Response;
  };
  platforms = await listen({
    host: "127.0.0.1",
    port: 0,
    setting: "PORT",
    fetch: (request) =>
      new URL(request.url).pathname.startsWith("/center") ? atCenter(request) : microsoft.app.fetch(request),
  });
  const origin = `http://127.0.0.1:${platforms.port}`;
  const atCenter = (request: Request) => center.app.fetch(new Request(request.url.replace("/center", ""), request));
  center = createFakeContactCenter({
    secret,
    fetch: toWorker,
    agents: [{ id: "agent-1", name: "Ana Berg", emails: ["ana@example.com"] }],
    wrapUpMs: 500,
  });
  microsoft = createFakeMicrosoft({
    clock: { now: () => new Date() },
    origin,
    fetch: toWorker,
    users: [
      {
        id: jonas,
        displayName: "Jonas Sund",
        userPrincipalName: "jonas@example.com",
        mail: "jonas@example.com",
        businessPhones: ["+46701740601"],
      },
    ],
  });
  microsoft.setUserStatus(jonas, "Available");
}

/** From Node, as `npm run apply` does it. */
async function setUp(): Promise<void> {
  const wired = wire({ databaseUrl: database.url, keys, publicUrl, sandbox: false, log: silentLog });
  const origin = `http://127.0.0.1:${platforms.port}`;
  const botOpenIdUrl = `${microsoft.urls.botFramework}/v1/.well-known/openidconfiguration`;
  const plan = planSchema.parse({
    tenant: { slug: "worker", name: "Worker", settings: { deskOrigins: [deskOrigin] } },
    connections: [
      { name: "Contact center", adapter: "webhook", settings: { commandUrl: `${origin}/center`, secret } },
      { name: "Teams", adapter: "teams", settings: microsoft.settings({ botOpenIdUrl }) },
    ],
    apiKeys: [{ name: "test", key: apiKey, scopes: ["admin", "desk:mint"] }],
    signIns: {
      experts: {
        issuer: `${microsoft.urls.login}/${microsoft.tenantId}/v2.0`,
        audience: microsoft.clientId,
        directoryId: microsoft.tenantId,
        connection: "Teams",
      },
    },
    experts: [{ email: "jonas@example.com", skills: { invoicing: 5 } }],
  });
  await applyPlan(wired.service, plan);
  const neighbour = { slug: "neighbour", name: "Neighbour", settings: { deskOrigins: ["https://evil.example"] } };
  await applyPlan(wired.service, planSchema.parse({ tenant: neighbour }));
  const { items } = (await (
    await wired.app.request("/v1/connections", { headers: { authorization: `Bearer ${apiKey}` } })
  ).json()) as { items: { id: string; adapter: string; hookUrl: string }[] };
  center.sendEventsTo(items.find(({ adapter }) => adapter === "webhook")?.hookUrl ?? "");
  microsoft.setBotEndpoint(`${publicUrl}/teams/${items.find(({ adapter }) => adapter === "teams")?.id}/messages`);
  await wired.close();
}

async function ask<T = Record<string, unknown>>(method: string, path: string, token = apiKey, body?: unknown) {
  const response = await harness.fetch(path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as T };
}

const eventually = <T>(assert: () => Promise<T> | T) => vi.waitFor(assert, { timeout: 20_000, interval: 200 });

describe("the Worker", () => {
  let token: string;

  it("makes the same app package as Node, checked by our own rules", async () => {
    const { body } = await ask<{ items: { id: string; adapter: string }[] }>("GET", "/v1/connections");
    const teams = body.items.find(({ adapter }) => adapter === "teams")?.id;
    const get = (query: string) =>
      harness.fetch(`/v1/connections/${teams}/app-package${query}`, { headers: { authorization: `Bearer ${apiKey}` } });
    const made = new Uint8Array(await (await get("")).arrayBuffer());
    const same = buildTeamsPackage({
      baseUrl: publicUrl,
      appId: microsoft.clientId,
      botId: microsoft.botAppId,
      icons,
    });
    expect(Buffer.from(made).equals(Buffer.from(same.zip))).toBe(true);
    expect((await get("?appId=7")).status).toBe(422);
  });
  it("tells everybody what is kept of them, in their language", async () => {
    for (const [path, title] of [
      ["/privacy?lang=sv", "Integritet"],
      ["/terms?lang=fr", "Conditions d’utilisation"],
    ] as const) {
      const answer = await harness.fetch(path);
      expect(answer.status).toBe(200);
      const html = await answer.text();
      expect(html).toContain(`<h1>${title}</h1>`);
      expect(html).toContain("mailto:privacy@example.com");
    }
  });

  let call: string;
  let consult: ConsultView;
  const party = (role: string) => center.interaction(call).parties.find((one) => one.role === role);
  const look = async () => (await ask<ConsultView>("GET", `/v1/consults/${consult.id}`, token)).body;
  const isNow = (state: string) => eventually(async () => expect((await look()).state).toBe(state));

  it("answers, and guards its doors as on Node", async () => {
    expect((await ask("GET", "/health/ready", "")).body).toMatchObject({ ready: true });
    const stranger = await ask("GET", "/v1/people", "");
    expect(stranger.status).toBe(401);
    expect(stranger.headers.get("content-type")).toBe("application/problem+json");
    expect((await ask("GET", "/v1/nothing")).body).toMatchObject({ code: "not_found" });
    expect((await ask("POST", "/v1/consults", apiKey, {})).status).toBe(422);
  });

  it("shows the screens, with the headers of every answer, framed by nobody who was not named", async () => {
    const policyAt = async (address: string) =>
      (await harness.fetch(address)).headers.get("content-security-policy")?.split("; ").at(-1);
    const page = await harness.fetch("/desk?tenant=worker&host=https://evil.example");
    expect(page.status).toBe(200);
    const html = await page.text();
    expect(html).toMatch(/<!doctype html>/i);
    expect(html).toMatch(new RegExp(`<html data-tenant="ten_\\w+" data-hosts="${deskOrigin}"`));
    expect(page.headers.get("content-security-policy")).toMatch(new RegExp(`frame-ancestors 'self' ${deskOrigin}$`));
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await policyAt("/desk?tenant=neighbour")).toBe("frame-ancestors 'self' https://evil.example");
    for (const address of ["/desk", "/desk?tenant=nobody", "/board?tenant=worker"])
      expect(await policyAt(address)).toBe("frame-ancestors 'self'");
    const [script] = /\/assets\/[\w-]+\.js/.exec(html) ?? [];
    const loaded = await harness.fetch(script ?? "");
    expect(loaded.headers.get("content-type")).toMatch(/javascript/);
    expect(loaded.headers.get("cache-control")).toContain("immutable");
    for (const path of ["/stage", "/nothing", "/assets/nothing.js"])
      expect((await harness.fetch(path)).status).toBe(404);
  });

  it("is woken by Cron, and reads the directories", async () => {
    await harness.getWorker().scheduled({ cron: "* * * * *" });
    token = await eventually(async () => {
      const { status, body } = await ask<{ token: string }>("POST", "/v1/desk-tokens", apiKey, {
        connection: "Contact center",
        account: "agent-1",
      });
      expect(status).toBe(201);
      return body.token;
    });
    await eventually(async () => {
      const { body } = await ask<{ items: ExpertHit[] }>("GET", "/v1/experts?skill=invoicing", token);
      expect(body.items[0]).toMatchObject({ name: "Jonas Sund", reachability: { state: "call" } });
    });
  });

  it("knows an expert by the directory's token", async () => {
    const { body } = await ask("GET", "/v1/me", await microsoft.issueTabToken(jonas));
    expect(body).toMatchObject({ kind: "expert", name: "Jonas Sund" });
  });

  it("plays the story: a call, a question on a card, a yes, three who talk, a hand-over", async () => {
    call = center.startCall({ customer: { name: "Lucía Prat" }, agent: "agent-1" });
    const desk = await eventually(async () => {
      const { body } = await ask<DeskView>("GET", "/v1/desk", token);
      expect(body.interactions).toHaveLength(1);
      return body;
    });
    const asked = await ask<ConsultView>("POST", "/v1/consults", token, {
      interactionId: desk.interactions[0]?.id,
      kind: "consult",
      skill: "invoicing",
      question: "Is it a duplicate?",
    });
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    consult = asked.body;
    const feed = await openFeed(token);
    await eventually(() => expect(microsoft.chatOf(jonas)).toHaveLength(1));
    const card = microsoft.chatOf(jonas).at(-1);
    expect(JSON.stringify(card)).toContain("Is it a duplicate?");
    const offer = consult.offers[0]?.id;
    await microsoft.clickAction(jonas, card?.id ?? "", { verb: "answer", data: { offer, answer: "now" } });
    await eventually(() => expect(party("expert")?.state).toMatch(/dialing|ringing/));
    center.answer(party("expert")?.ref ?? "");
    await isNow("consulting");
    expect((await ask("POST", `/v1/consults/${consult.id}/moves`, token, { move: "all-together" })).status).toBe(202);
    await isNow("conferencing");
    await eventually(() => expect(feed.states).toContain("conferencing"));
    expect((await ask("POST", `/v1/consults/${consult.id}/moves`, token, { move: "hand-over" })).status).toBe(202);
    await eventually(async () => expect(await look()).toMatchObject({ state: "ended", result: "transferred" }));
    await eventually(() =>
      expect(feed.states).toEqual(expect.arrayContaining(["consulting", "conferencing", "ended"])),
    );
    await feed.close();
  }, 90_000);

  it("goes on with the live feed where it broke, also after the object was moved", async () => {
    const feed = await openFeed(token);
    await eventually(() => expect(feed.lastId()).not.toBe(""));
    const lastId = feed.lastId();
    await feed.close();
    const { body } = await ask<{ tenantId: string }>("GET", "/v1/me", token);
    await harness.getWorker().evictDurableObject("LiveFeed", { name: body.tenantId });
    call = center.startCall({ customer: { name: "Another" }, agent: "agent-1" });
    const again = await eventually(() => openFeed(token, lastId)); // as a browser does when a connection breaks
    await eventually(() => expect(again.topics).toContain("interaction"));
    await again.close();
    center.customerHangsUp(call);
  });

  it("writes no secret and no name into its log", () => {
    const text = JSON.stringify(harness.getLogs());
    expect(text).toContain("request_id");
    expect(text).not.toMatch(/pck_|whsec_|eyJ|Lucía|Jonas|Ana Berg/);
  });

  async function openFeed(as: string, lastEventId?: string) {
    const response = await harness.fetch("/v1/live", {
      headers: { authorization: `Bearer ${as}`, ...(lastEventId ? { "last-event-id": lastEventId } : {}) },
    });
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    const states: string[] = [];
    const topics: string[] = [];
    let id = "";
    const follow = async () => {
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        for (const block of new TextDecoder().decode(part.value as Uint8Array).split("\n\n")) {
          id = /^id: (.+)$/m.exec(block)?.[1] ?? id;
          const [, topic] = /^event: (.+)$/m.exec(block) ?? [];
          if (topic) topics.push(topic);
          if (topic === "consult") states.push(JSON.parse(/^data: (.+)$/m.exec(block)?.[1] ?? "{}").state);
        }
      }
    };
    const following = follow().catch(() => {});
    return {
      states,
      topics,
      lastId: () => id,
      async close() {
        await reader?.cancel();
        await following;
      },
    };
  }
});

describe("what is deployed", () => {
  it("can be built without an account, and is below 1 MiB compressed", () => {
    const folder = mkdtempSync(join(tmpdir(), "patchcord-worker-"));
    const args = [wrangler, "deploy", "--dry-run", "--outdir", folder, "--config", config];
    const said = execFileSync(process.execPath, args, {
      cwd: root,
      encoding: "utf8",
      env: { ...process.env, ...quiet },
    });
    rmSync(folder, { recursive: true, force: true });
    const [, size, unit] = /gzip: ([\d.]+) (KiB|MiB)/.exec(said) ?? [];
    expect(unit, said).toBe("KiB");
    process.stdout.write(`compressed bundle of the Worker: ${size} KiB\n`);
    expect(Number(size)).toBeLessThan(1024);
  });
});
