/** Our own server as a process beside the world, so that it can be killed the hard way and come back. */
import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type ServiceProcess = {
  /** `restarts`: how often it died and came back. */
  view(): { up: boolean; restarts: number };
  /** The hard way: it gets no time to tidy up. It is started again. */
  kill(): void;
  /** Resolves when it is up, at once when it is. @throws Error when it does not start, whatever we try. */
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
/** Dying by itself this soon after its start is no accident; after three times we wait longer between attempts. */
const soonMs = 5_000;
const failuresMax = 3;
const stopMsMax = 8_000;
const entry = fileURLToPath(new URL("../node.ts", import.meta.url));

export function keepServiceRunning(options: ServiceProcessOptions): ServiceProcess {
  const log = createWriteStream(options.logFile, { mode: 0o600 });
  const said = new Set<string>();
  let waiting: PromiseWithResolvers<void>[] = [];
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isUp = false;
  let isStopping = false;
  let deaths = 0;
  let failures = 0;

  function start(): void {
    const startedAt = Date.now();
    child = spawn(process.execPath, [...process.execArgv, entry], {
      env: options.environment,
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      detached: process.platform !== "win32", // Ctrl-C is for us, who end it in good order
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface(stream).on("line", note);
    }
    child.once("message", arrive);
    child.once("exit", (code) => leave(code !== null && Date.now() - startedAt < soonMs));
  }

  function note(line: string): void {
    log.write(`${line}\n`);
    const fault = /"level":"error","message":"([^"]*)"/.exec(line)?.[1];
    if (!fault || said.has(fault)) return;
    said.add(fault); // once is enough: the file has them all
    options.say(`Trouble in the service: "${fault}". Read more in ${options.logFile}`);
  }

  function arrive(): void {
    isUp = true;
    for (const { resolve } of waiting.splice(0)) resolve();
    options.changed();
  }

  function leave(hasFailed: boolean): void {
    isUp = false;
    child = undefined;
    if (isStopping) return;
    deaths++;
    failures = hasFailed ? failures + 1 : 0;
    if (failures === failuresMax) {
      const fault = new Error(`The service does not start. Read why in ${options.logFile}`);
      for (const { reject } of waiting.splice(0)) reject(fault);
    }
    timer = setTimeout(start, failures < failuresMax ? restartMs : soonMs);
    options.changed();
  }

  start();
  return {
    view: () => ({ up: isUp, restarts: isUp ? deaths : Math.max(0, deaths - 1) }),
    kill: () => void child?.kill("SIGKILL"),
    ready() {
      if (isUp) return Promise.resolve();
      const arrival = Promise.withResolvers<void>();
      waiting = [...waiting, arrival];
      return arrival.promise;
    },
    async stop() {
      isStopping = true;
      clearTimeout(timer);
      await end(child);
      log.end();
    },
  };
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  const hurry = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await gone;
  clearTimeout(hurry);
}
