/**
 * The whole service in one process on a real database, with the fakes of three platforms and a clock of our own: a day
 * passes in a second. It is spoken to over HTTP only, as its users do; only the sockets are left out.
 */
import postgres from "postgres";
import { createFakeMicrosoft, type FakeMicrosoft, type FakeUser } from "../../adapters/teams/fake.ts";
import {
  createFakeContactCenter,
  createManualClock,
  type FakeAgent,
  type FakeContactCenter,
} from "../../adapters/webhook/fake.ts";
import { applyPlan } from "../admin/apply.ts";
import { type Plan, type PlanInput, planSchema } from "../admin/plan.ts";
import { type Log, silentLog } from "../log.ts";
import type { AnyAdapter } from "../platform/contract.ts";
import type { Metrics } from "../platform/service.ts";
import { toBase64 } from "../seal.ts";
import type { Wired } from "../wire.ts";
import { wire } from "../wire.ts";
import type { CenterMaker, CenterStage } from "./centers/index.ts";
import { testDatabase } from "./database.ts";

export const publicUrl = "https://patchcord.test";
export const apiKey = `pck_${"test".repeat(12)}`;
/** Of whoever runs the deployment. */
export const operatorKey = `pco_${"test".repeat(12)}`;
export const ana = { account: "agent-1", name: "Ana Berg", email: "ana@example.com" };
export const jonas = {
  id: "0d4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4e51",
  name: "Jonas Sund",
  email: "jonas@example.com",
  phone: "+46701740601",
};
export const marta = {
  id: "0d4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4e52",
  name: "Marta Ruiz",
  email: "marta@example.com",
  phone: "+46701740602",
};
export const anaInTeams = "0d4c1f6e-8a1b-4c2d-9e3f-0a1b2c3d4e50";

const teamsUser = (id: string, name: string, email: string, phone?: string): FakeUser => ({
  id,
  displayName: name,
  userPrincipalName: email,
  mail: email,
  ...(phone ? { businessPhones: [phone] } : {}),
});
export const users = [
  teamsUser(anaInTeams, ana.name, ana.email),
  teamsUser(jonas.id, jonas.name, jonas.email, jonas.phone),
  teamsUser(marta.id, marta.name, marta.email, marta.phone),
];

type Servable = { fetch(request: Request): Response | Promise<Response> };

export type TestService = {
  wired: Wired;
  center: FakeContactCenter;
  /** The contact center that `options.center` made. */
  stage: CenterStage | undefined;
  /** All contact centers whose events `settle` waits for. */
  centers: { idle(): Promise<void> }[];
  microsoft: FakeMicrosoft;
  clock: ReturnType<typeof createManualClock>;
  /** Who answers where, by origin; more platforms can be added. */
  origins: Map<string, Servable>;
  /** How platforms reach the service. */
  toService: typeof fetch;
  /** A login that may do everything, for looking behind the doors. */
  sql: postgres.Sql;
  databaseUrl: string;
  /** What each table holds, in a number that any change changes. `tenantId`: of this tenant only. */
  rows(tenantId?: string): Promise<Record<string, string>>;
  /** Runs what is due until nothing is, with everything that it leads to. */
  settle(): Promise<void>;
  /** Lets time pass in steps, doing what falls due. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** A request to the service; JSON in, JSON out. */
  ask(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<{
    status: number;
    body: Record<string, unknown> & { items?: Record<string, unknown>[] };
    headers: Headers;
  }>;
  /** A token for an agent's desk; Ana's unless told. */
  deskToken(account?: string): Promise<string>;
  /** Forgets the process and starts another on the same database, as after a kill; `keys`: with other master keys. */
  restart(keys?: string): void;
  /** A second process on the same database, whose jobs nobody runs. Close it. */
  another(): Wired;
  /** As kill -9: whatever the process was about to do does not happen any more. Another is started at once. */
  kill(): void;
  /** Sees each request that leaves the service; `kill` means that the process dies before or after it takes effect. */
  watch(watcher: (request: Request) => "kill-before" | "kill-after" | undefined): void;
  close(): Promise<void>;
};

export type TestServiceOptions = {
  plan?: Partial<PlanInput>;
  log?: Log;
  /** What the clock shows at first; libraries that read the machine's clock want about that. */
  start?: Date;
  /** More people of the directory, and more agents. */
  users?: FakeUser[];
  agents?: FakeAgent[];
  /** Where what is counted goes. */
  metrics?: { metrics: Metrics; text(): Promise<string> };
  /** People on one page of either platform's list. */
  pageSize?: number;
  /** Another contact center than the webhook one, for Ana. */
  center?: CenterMaker;
  adapters?: readonly AnyAdapter[];
};

/** A master key by its name. */
export const masterKey = (id: string, byte = id.charCodeAt(1)) => `${id}:${toBase64(new Uint8Array(32).fill(byte))}`;

/** One organization with a contact center, Teams and two experts. */
export const usualPlan = (
  { adapter, settings }: Pick<CenterStage, "adapter" | "settings">,
  microsoft: FakeMicrosoft,
  more: Partial<PlanInput> = {},
): Plan =>
  planSchema.parse({
    tenant: { slug: "test", name: "Test" },
    connections: [
      { name: "Contact center", adapter, settings },
      {
        name: "Teams",
        adapter: "teams",
        settings: {
          ...microsoft.settings(),
          botOpenIdUrl: `${microsoft.urls.botFramework}/v1/.well-known/openidconfiguration`,
        },
      },
    ],
    apiKeys: [
      {
        name: "test",
        key: apiKey,
        scopes: [
          "admin",
          "desk:mint",
          "consults:write",
          "consults:read",
          "people:read",
          "people:write",
          "presence:read",
        ],
      },
    ],
    signIns: {
      experts: {
        issuer: `${microsoft.urls.login}/${microsoft.tenantId}/v2.0`,
        audience: microsoft.clientId,
        directoryId: microsoft.tenantId,
        connection: "Teams",
      },
    },
    experts: [
      { email: jonas.email, skills: { invoicing: 5, contracts: 3 }, languages: ["sv", "en"] },
      { email: marta.email, skills: { invoicing: 3 }, languages: ["es", "en"] },
    ],
    ...more,
  });

const killed = () => new TypeError("this process is gone");

export async function createTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const database = await testDatabase();
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const clock = createManualClock(options.start);
  let wired: Wired;
  const toService = async (input: string | URL | Request, init?: RequestInit) =>
    wired.app.fetch(new Request(input, init));
  const paging = options.pageSize === undefined ? {} : { pageSize: options.pageSize };
  const center = createFakeContactCenter({
    ...paging,
    secret: "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy",
    clock,
    fetch: toService,
    agents: [{ id: ana.account, name: ana.name, emails: [ana.email] }, ...(options.agents ?? [])],
  });
  const everybody = [...users, ...(options.users ?? [])];
  const wait = (ms: number) => clock.advance(ms);
  const microsoft = createFakeMicrosoft({ clock, users: everybody, fetch: toService, wait, ...paging });
  for (const user of everybody) microsoft.setUserStatus(user.id, "Available");
  const origins = new Map<string, Servable>([
    ["https://center.test", center.app],
    ...microsoft.origins.map((origin) => [origin, microsoft.app] as const),
  ]);
  const stage = options.center?.({ clock, toService, agent: ana });
  for (const [origin, app] of Object.entries(stage?.origins ?? {})) origins.set(origin, app);
  /** Which process lives; requests of earlier ones get nowhere. */
  let life = 0;
  let keys = masterKey("k1");
  let watcher: Parameters<TestService["watch"]>[0] = () => undefined;
  const reach = async (mine: number, input: string | URL | Request, init?: RequestInit) => {
    if (mine !== life) throw killed();
    const request = new Request(input, init);
    const fate = watcher(request);
    if (fate === "kill-before") kill();
    if (mine !== life) throw killed();
    const response = await network(request);
    if (fate === "kill-after") kill();
    if (mine !== life) throw killed();
    return response;
  };
  const network = async (request: Request) => {
    const app = origins.get(new URL(request.url).origin);
    if (!app) throw new TypeError(`no such host: ${new URL(request.url).origin}`);
    const response = await app.fetch(request);
    if (response.type === "error") throw new TypeError("fetch failed");
    return response;
  };
  const start = (mine = ++life) =>
    wire({
      databaseUrl: database.url,
      keys,
      publicUrl,
      sandbox: false,
      operatorKey,
      log: options.log ?? silentLog,
      now: clock.now,
      fetch: (input, init) => reach(mine, input, init),
      openSocket: (url) => {
        if (mine !== life || !stage?.openSocket) throw killed();
        return stage.openSocket(url);
      },
      wait: waitOn(clock),
      connectionsMax: 8,
      ...(options.metrics ? { metrics: options.metrics.metrics, metricsText: options.metrics.text } : {}),
      ...(options.adapters ? { adapters: options.adapters } : {}),
    });
  wired = start();
  const kill = () => {
    const gone = wired;
    wired = start();
    void gone.followers.stop();
    void gone.service.database.close();
  };
  /** Answers how many jobs ran. A process that was killed meanwhile has done something, and says so no more. */
  const runJobs = async () => {
    const mine = life;
    try {
      await wired.followers.beat();
      return await wired.runDueJobs(50);
    } catch (error) {
      if (mine === life) throw error;
      return 1;
    }
  };

  const centers: { idle(): Promise<void> }[] = [center, ...(stage ? [stage] : [])];
  const settle = async () => {
    for (let quiet = 0, round = 0; quiet < 3; round++) {
      if (round > 500) throw new Error("the service does not come to rest");
      const ran = await runJobs();
      await clock.advance(0);
      for (const one of centers) await one.idle();
      quiet = ran === 0 ? quiet + 1 : 0;
    }
  };
  const plan = usualPlan(
    stage ?? {
      adapter: "webhook",
      settings: { commandUrl: "https://center.test", secret: "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy" },
    },
    microsoft,
    options.plan,
  );
  await applyPlan(wired.service, plan);
  const connected = await wired.app.request("/v1/connections", { headers: { authorization: `Bearer ${apiKey}` } });
  const { items } = (await connected.json()) as { items: { id: string; adapter: string; hookUrl: string }[] };
  const idOf = (adapter: string) => items.find((one) => one.adapter === adapter);
  if (stage) stage.sendEventsTo?.(idOf(stage.adapter)?.hookUrl ?? "");
  else center.sendEventsTo(idOf("webhook")?.hookUrl ?? "");
  microsoft.setBotEndpoint(`${publicUrl}/teams/${idOf("teams")?.id}/messages`);

  const service: TestService = {
    get wired() {
      return wired;
    },
    center,
    stage,
    centers,
    microsoft,
    clock,
    origins,
    toService,
    sql,
    databaseUrl: database.url,
    rows: (tenantId) => fingerprints(sql, tenantId),
    settle,
    async pass(ms, stepMs = 1_000) {
      for (let left = ms; left > 0; left -= stepMs) {
        await clock.advance(Math.min(stepMs, left));
        await settle();
      }
    },
    async ask(method, path, { token = apiKey, body, headers = {} } = {}) {
      const response = await wired.app.request(path, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : {}, headers: response.headers };
    },
    async deskToken(account = stage?.agent ?? ana.account) {
      const { body } = await service.ask("POST", "/v1/desk-tokens", {
        body: { connection: "Contact center", account },
      });
      return String(body.token);
    },
    restart(others = keys) {
      keys = others;
      wired = start();
    },
    another: () => start(life),
    kill,
    watch(one) {
      watcher = one;
    },
    async close() {
      await wired.close();
      await sql.end({ timeout: 1 });
      await database.drop();
    },
  };
  await service.pass(3_000);
  return service;
}

const waitOn =
  (clock: ReturnType<typeof createManualClock>) =>
  (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const cancel = clock.after(ms, resolve);
      signal.addEventListener("abort", () => {
        cancel();
        resolve();
      });
    });

async function fingerprints(sql: postgres.Sql, tenantId: string | undefined): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'tenant_id' order by 1`;
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql`
      select count(*) || ':' || coalesce(sum(hashtextextended(one::text, 0)), 0) as print from ${sql(name)} one
      where ${tenantId ?? null}::text is null or tenant_id = ${tenantId ?? null}`;
    found[name] = String(row?.print);
  }
  return found;
}
