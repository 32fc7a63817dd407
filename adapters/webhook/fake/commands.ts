import type { CallOperation } from "../../../src/platform/contract.ts";
import type { Clock } from "../../../src/testing/clock.ts";
import type { WireCommand, WireCommandRecord, WireSnapshot } from "../wire.ts";
import { Refusal } from "./call.ts";

export type Answer = { status: 200 | 202 | 403 | 404 | 409 | 422; record: WireCommandRecord };

/** Takes each command once, remembers what came of it, and answers repetitions as it answered the first. */
export function createCommands(options: {
  clock: Clock;
  operations: readonly CallOperation[];
  /** Of these, those that only the agent's own browser can carry out. */
  desk: readonly CallOperation[];
  /** `accepted`: 202 now, the outcome by an event. `done`: 200 with the outcome. */
  answers: "accepted" | "done";
  /** How long after an `accepted` answer the command takes effect. */
  workMs: number;
  /** Carries a command out. @throws Refusal */
  act: (command: WireCommand) => WireSnapshot;
  finished: (commandId: string, record: WireCommandRecord) => void;
}) {
  const known = new Map<string, { content: string; answer: Answer; record: WireCommandRecord }>();

  const attempt = (command: WireCommand): Answer => {
    try {
      return { status: 200, record: { state: "done", snapshot: options.act(command) } };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.status, record: { state: "refused", code: error.code, reason: error.message } };
    }
  };

  const finish = (command: WireCommand): Answer => {
    const answer = attempt(command);
    const entry = known.get(command.commandId);
    if (entry) entry.record = answer.record;
    options.finished(command.commandId, answer.record);
    return answer;
  };

  const take = (command: WireCommand, by: "server" | "desk"): Answer => {
    if (!options.operations.includes(command.op))
      return refusal(422, "unsupported", "this contact center cannot do that");
    if (options.desk.includes(command.op) !== (by === "desk"))
      return refusal(422, "elsewhere", "this is not where that command is carried out");
    if (Date.parse(command.deadline) < options.clock.now().getTime())
      return refusal(409, "too_late", "the deadline has passed");
    if (options.answers === "accepted" && options.workMs > 0) {
      options.clock.after(options.workMs, () => finish(command));
      return { status: 202, record: { state: "accepted" } };
    }
    const answer = finish(command);
    return answer.status === 200 && options.answers === "accepted" ? { ...answer, status: 202 } : answer;
  };

  return {
    handle(command: WireCommand, by: "server" | "desk"): Answer {
      // A repetition may carry a later deadline; all else must be the same.
      const content = JSON.stringify({ ...command, deadline: "" });
      const before = known.get(command.commandId);
      if (before && before.content !== content) return refusal(409, "command_id_reused", "another command had this id");
      if (before) return before.answer;
      const answer = take(command, by);
      known.set(command.commandId, { content, answer, record: answer.record });
      return answer;
    },
    find: (commandId: string): WireCommandRecord | undefined => known.get(commandId)?.record,
  };
}

const refusal = (status: Answer["status"], code: string, reason: string): Answer => ({
  status,
  record: { state: "refused", code, reason },
});
