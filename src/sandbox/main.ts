/** `npm start` where nothing is configured: a made-up company with its platforms, and our service between them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import type { Settings } from "../config.ts";
import { keptKeys, startServiceDatabase } from "../embedded-postgres-service.ts";
import { listen } from "../listen-node.ts";
import { createBackEnd } from "./back-end.ts";
import { newSandboxKeys, planOf } from "./plan.ts";
import type { PlatformOptions } from "./platforms.ts";
import { keepServiceRunning, type ServiceProcess } from "./service-process.ts";
import { createWorld, type World } from "./world.ts";
import { createWorldApi } from "./world-api.ts";

export type Sandbox = {
  url: string;
  worldUrl: string;
  /** As the service's own login; for tests that let time pass or something stand still. Holds a password. */
  databaseUrl: string;
  world: World;
  service: ServiceProcess;
  stop(): Promise<void>;
};

export type SandboxOptions = PlatformOptions & {
  /** false: no fsync, for throwaway data only. */
  durable?: boolean;
  /** Other sites that may show the desk in a frame. */
  deskOrigins?: string[];
  /** Sentences for whoever watches the terminal. */
  say?(sentence: string): void;
};

const host = "127.0.0.1";

/**
 * Starts everything and waits until the company has moved in. The database begins anew each time, as the world does.
 * @throws Error with one sentence that says what to do.
 */
export async function startSandbox(settings: Settings, options: SandboxOptions = {}): Promise<Sandbox> {
  const folder = resolve(settings.PATCHCORD_DATA, "sandbox");
  mkdirSync(folder, { recursive: true });
  const url = `http://${host}:${await usablePort(settings.PORT)}`;
  const undo: (() => unknown)[] = [];
  const stop = async () => {
    for (const one of undo.splice(0).reverse()) await one();
  };
  try {
    const door = await openDoor(settings.PATCHCORD_SANDBOX_PORT);
    undo.push(door.close);
    const database = await startServiceDatabase({ folder, fresh: true, durable: options.durable ?? true });
    undo.push(database.stop);
    const world = createWorld(door.url, { view: () => service.view(), kill: () => service.kill() }, options);
    undo.push(world.stop);
    const keys = newSandboxKeys();
    const plan = stringify(planOf(world.platforms, door.url, keys, options.deskOrigins));
    const service = keepServiceRunning({
      environment: environmentOf({ folder, url, databaseUrl: database.url, worldUrl: door.url, plan }),
      logFile: join(folder, "service.log"),
      changed: world.changed,
      say: options.say ?? (() => {}),
    });
    undo.push(service.stop);
    const backEnd = createBackEnd(url, keys);
    door.serve(createWorldApi({ world, serviceUrl: url, mintDeskToken: backEnd.mintDeskToken }).fetch);
    await service.ready();
    await backEnd.connect(world.platforms);
    await backEnd.companyHasMovedIn(options.say ?? (() => {}));
    return { url, worldUrl: door.url, databaseUrl: database.url, world, service, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The service keeps its port when it comes back, so a free one is chosen before it starts. */
async function usablePort(port: number): Promise<number> {
  const tried = await listen({ host, port, setting: "PORT", fetch: () => new Response(), plain: true });
  await tried.close();
  return tried.port;
}

type Serve = (request: Request, env: object) => Response | Promise<Response>;

/** The world's address is part of the world, so its door is there first. */
async function openDoor(port: number) {
  let serve: Serve = () => new Response(null, { status: 503 });
  const door = await listen({
    host,
    port,
    setting: "PATCHCORD_SANDBOX_PORT",
    fetch: (request, env) => serve(request, env),
    plain: true,
  });
  return {
    url: `http://${host}:${door.port}`,
    close: door.close,
    serve(app: Serve): void {
      serve = app;
    },
  };
}

type Place = { folder: string; url: string; databaseUrl: string; worldUrl: string; plan: string };

/** Our own server is started as anybody's would be: by its settings and its declarative file. */
function environmentOf({ folder, url, databaseUrl, worldUrl, plan }: Place): Record<string, string | undefined> {
  const file = join(folder, "patchcord.yaml");
  writeFileSync(file, plan, { mode: 0o600 });
  return {
    ...process.env,
    NODE_ENV: "development",
    HOST: host,
    PORT: new URL(url).port,
    PUBLIC_URL: url,
    DATABASE_URL: databaseUrl,
    DATABASE_OWNER_URL: undefined,
    PATCHCORD_DATA: folder,
    PATCHCORD_KEYS: keptKeys(folder),
    PATCHCORD_CONFIG: file,
    PATCHCORD_SANDBOX_WORLD: worldUrl,
    NODE_COMPILE_CACHE: join(folder, "compiled"), // it is to be back quickly
  };
}

/** For the terminal: says where to go, and ends in good order with Ctrl-C, also while it starts. */
export async function runSandbox(settings: Settings): Promise<void> {
  console.log("Patchcord sandbox: a made-up company moves in …");
  const starting = startSandbox(settings, { say: (sentence) => console.error(sentence) });
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    console.log("\nStopping …");
    starting
      .then((sandbox) => sandbox.stop())
      .then(
        () => process.exit(0),
        () => process.exit(1),
      );
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  const { url } = await starting;
  if (!isStopping) console.log(welcome(url));
}

const welcome = (url: string) => `
  Open  ${url}

  A customer rings, an agent asks a colleague for help, and you are all three of them.
  Everybody in it is made up, and so are the platforms. Press Ctrl+C to stop.
`;
