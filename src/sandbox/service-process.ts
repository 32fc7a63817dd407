/** Our own server as a process beside the world, so that it can be killed the hard way and come back. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type ServiceProcess = {
  view(): { up: boolean; restarts: number };
  /** The hard way: it gets no time to tidy up. It is started again. */
  kill(): void;
  /** Resolves when it is up; again after each restart. @throws Error when it cannot start. */
  ready(): Promise<void>;
  stop(): Promise<void>;
};

export type ServiceProcessOptions = {
  environment: Record<string, string | undefined>;
  logFile: string;
  changed(): void;
  /** A sentence for whoever watches the terminal. */
  say(sentence: string): void;
};

const restartMs = 250;
/** Dying this soon after a start is no accident: wait longer before each further attempt. */
const soonMs = 5_000;
const stopMsMax = 8_000;
const entry = fileURLToPath(new URL("../node.ts", import.meta.url));

export function keepServiceRunning(options: ServiceProcessOptions): ServiceProcess {
  const log = createWriteStream(options.logFile, { flags: "a", mode: 0o600 });
  let child: ChildProcess | undefined;
  let isUp = false;
  let isStopping = false;
  let restarts = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let arrival = Promise.withResolvers<void>();
  arrival.promise.catch(() => {});

  function start(): void {
    const startedAt = Date.now();
    const started = spawn(process.execPath, [entry], {
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32", // Ctrl-C is for us, who end it in good order
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      if (stream) createInterface(stream).on("line", (line) => note(line));
    }
    started.on("message", (message) => {
      if (message === "ready") arrive();
    });
    started.once("exit", (code) => leave(code, Date.now() - startedAt));
  }

  function note(line: string): void {
    log.write(`${line}\n`);
    const fault = /"level":"error","message":"([^"]*)"/.exec(line)?.[1];
    if (fault) options.say(`Trouble in the service: ${fault} (${options.logFile})`);
  }

  function arrive(): void {
    isUp = true;
    arrival.resolve();
    options.changed();
  }

  function leave(code: number | null, aliveMs: number): void {
    isUp = false;
    child = undefined;
    options.changed();
    if (isStopping) return;
    failures = aliveMs < soonMs && code !== null ? failures + 1 : 0;
    if (failures === 3) arrival.reject(new Error(`The service does not start. ${options.logFile} says why.`));
    arrival.promise.catch(() => {});
    if (failures < 3) arrival = renewed(arrival);
    restarts++;
    timer = setTimeout(start, failures < 3 ? restartMs : soonMs);
  }

  start();
  return {
    view: () => ({ up: isUp, restarts }),
    kill: () => void child?.kill("SIGKILL"),
    ready: () => arrival.promise,
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await end(child);
      log.end();
    },
  };
}

/** A promise that somebody still waits for stays; one that was kept makes room for the next arrival. */
function renewed(before: PromiseWithResolvers<void>): PromiseWithResolvers<void> {
  const next = Promise.withResolvers<void>();
  next.promise.then(before.resolve, before.reject);
  return next;
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const hurry = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await gone;
  clearTimeout(hurry);
}
