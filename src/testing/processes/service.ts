/** Our server as it is started in production: a process of its own that is killed the hard way and comes back. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { CenterMaker, CenterStage } from "../centers/index.ts";
import { realClock } from "../clock.ts";
import type { PlayService } from "../scenarios/play.ts";
import { apiKey, masterKey, operatorKey, usualPlan } from "../service.ts";
import { openWorld, type ProcessWorld } from "./world.ts";

const entry = fileURLToPath(new URL("../../node.ts", import.meta.url));
const upMsMax = 60_000;

export type ProcessService = PlayService & {
  world: ProcessWorld;
  /** kill -9, and started again at once. */
  kill(): void;
  /** When the process that is running now has become ready; not before it has. */
  upSince(): Promise<Date>;
  /** How often it was killed. */
  kills(): number;
  close(): Promise<void>;
};

const freePort = () =>
  new Promise<number>((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });

/** The service on this database, with the platforms that it is connected to; everybody is free and known to be. */
export async function startProcessService(databaseUrl: string, make: CenterMaker): Promise<ProcessService> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  /** While the process is away, whoever asks it asks again. */
  const toService: typeof fetch = async (input, init) => {
    for (const until = Date.now() + upMsMax; ; await sleep(50)) {
      try {
        return await fetch(input instanceof Request ? input.clone() : input, init);
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  };
  const world = await openWorld(make, toService);

  let child: ChildProcess;
  let ready = Promise.withResolvers<Date>();
  let deaths = 0;
  let isClosing = false;
  const start = () => {
    ready = Promise.withResolvers<Date>();
    const { resolve } = ready;
    child = spawn(process.execPath, [entry], {
      env: {
        PATH: process.env.PATH,
        NODE_ENV: "test",
        PORT: String(port),
        PUBLIC_URL: url,
        DATABASE_URL: databaseUrl,
        PATCHCORD_KEYS: masterKey("k1"),
        PATCHCORD_OPERATOR_KEY: operatorKey,
        PATCHCORD_CONFIG: "/nowhere.yaml",
        PATCHCORD_SANDBOX: "0",
      },
      stdio: ["ignore", "ignore", process.env.PATCHCORD_SHOW ? "inherit" : "ignore", "ipc"],
    });
    child.once("message", () => resolve(new Date()));
    child.once("exit", () => {
      if (!isClosing) start();
    });
  };
  start();
  await ready.promise;

  const ask: ProcessService["ask"] = async (method, path, { token = apiKey, body, headers = {} } = {}) => {
    const response = await toService(url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : {}, headers: response.headers };
  };
  const { stage, microsoft } = world;
  const made = await ask("PUT", "/v1/tenants/test", { token: operatorKey, body: usualPlan(stage, microsoft) });
  if (made.status >= 300) throw new Error(`The organization was not made: ${JSON.stringify(made.body)}`);
  const rows = (await ask("GET", "/v1/connections")).body.items as { id: string; adapter: string; hookUrl: string }[];
  const idOf = (adapter: string) => rows.find((one) => one.adapter === adapter);
  stage.sendEventsTo?.(idOf(stage.adapter)?.hookUrl ?? "");
  microsoft.setBotEndpoint(`${url}/teams/${idOf("teams")?.id}/messages`);

  const service: ProcessService = {
    world,
    microsoft,
    clock: realClock,
    ask,
    pass: (ms) => sleep(ms),
    async deskToken(account = stage.agent) {
      const { body } = await ask("POST", "/v1/desk-tokens", { body: { connection: "Contact center", account } });
      return String(body.token);
    },
    kill() {
      deaths++;
      child.kill("SIGKILL");
    },
    upSince: () => ready.promise,
    kills: () => deaths,
    async close() {
      isClosing = true;
      const gone = new Promise((done) => child.once("exit", done));
      child.kill("SIGKILL");
      await gone;
      await world.close();
    },
  };
  await knowsEverybody(service, stage);
  return service;
}

/** A call that comes before anybody listens goes on without us. */
async function knowsEverybody({ ask }: ProcessService, { isHeard = () => true }: CenterStage): Promise<void> {
  for (const until = Date.now() + upMsMax; Date.now() < until; await sleep(200)) {
    const { items = [] } = (await ask("GET", "/v1/experts")).body;
    const canBeRung = items.every(({ reachability }) => (reachability as { state: string }).state === "call");
    if (items.length === 2 && canBeRung && isHeard()) return;
  }
  throw new Error("The experts are not there in time.");
}
