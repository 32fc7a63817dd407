/**
 * A program of the bench in a process of its own, so that what is measured shares no event loop and no memory with what
 * measures it. Asked over IPC: one question, one answer. It goes when the bench goes.
 */
import { type ChildProcess, fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

type Message = { id: number; question?: unknown; answer?: unknown; fault?: string };

export type Program<Question, Answer> = {
  pid: number;
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
  /** The hard way. */
  kill(): Promise<void>;
};

/** What `npm start` tells Node, so that the service is measured as it is run. */
function flagsOfService(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  return (scripts.start as string).split(" ").filter((word) => word.startsWith("--"));
}

/** Starts `bench/<file>`; its output is dropped, its errors are ours. `asService`: by Node as `npm start` starts it. */
export function startProgram<Question, Answer = unknown>(
  file: string,
  { asService = false } = {},
): Program<Question, Answer> {
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    serialization: "advanced",
    execArgv: asService ? flagsOfService() : [],
  });
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let asked = 0;
  child.on("message", ({ id, answer, fault }: Message) => {
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (fault === undefined) waiter?.resolve(answer as Answer);
    else waiter?.reject(new Error(`${file}: ${fault}`));
  });
  child.once("exit", () => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} has ended`));
  });
  return {
    pid: child.pid ?? 0,
    ask(question) {
      const answer = Promise.withResolvers<Answer>();
      const id = asked++;
      waiting.set(id, answer);
      child.send({ id, question }, (error) => error && answer.reject(error));
      return answer.promise;
    },
    stop: () => end(child, () => child.disconnect()),
    kill: () => end(child, () => child.kill("SIGKILL")),
  };
}

const stopMsMax = 5_000;

async function end(child: ChildProcess, ask: () => void): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  ask();
  const hurry = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await gone;
  clearTimeout(hurry);
}

/** The other side: what the program answers. It ends with whoever started it. */
export function answerQuestions<Question>(answer: (question: Question) => Promise<unknown>): void {
  process.once("disconnect", () => process.exit(0));
  process.on("message", ({ id, question }: Message) => {
    answer(question as Question).then(
      (given) => process.send?.({ id, answer: given }),
      (error: unknown) =>
        process.send?.({ id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
