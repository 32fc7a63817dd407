/** What a contact center can do for a consult, and why not the rest, as codes that the desk words. Pure. */
import type { CallFacts, CallOperation, Channel, Target } from "../platform/contract.ts";
import type { Kind, Move } from "./model.ts";

/** The operations that a kind of help stands on; a platform without them cannot do that kind. */
export const needs: Record<Kind, readonly CallOperation[]> = {
  consult: ["startConsult", "cancelConsult"],
  conference: ["startConsult", "mergeConference", "cancelConsult"],
  transfer: ["startConsult", "completeTransfer", "cancelConsult"],
  "blind-transfer": ["blindTransfer"],
  question: [],
  meeting: [],
};

const needsOfMove: Record<Move, readonly CallOperation[]> = {
  "talk-to-customer": ["switchParty"],
  "talk-to-expert": ["switchParty"],
  "all-together": ["mergeConference"],
  "hand-over": ["completeTransfer"],
  "add-expert": ["addParty", "removeParty"],
  "drop-expert": [],
  cancel: [],
};

const hasAll = (calls: CallFacts | undefined, operations: readonly CallOperation[]) =>
  operations.every((operation) => calls?.operations[operation] !== undefined);

/** What leads to a person: a queue does not. */
const toPeople: readonly Target["kind"][] = ["phone", "agent", "sip", "user"];

/** Why this kind of help cannot be had here; undefined when it can. */
export function obstacle(calls: CallFacts | undefined, channel: Channel, kind: Kind): string | undefined {
  if (needs[kind].length === 0) return undefined;
  if (channel !== "voice") return "not-a-call";
  if (!hasAll(calls, needs[kind])) return "platform-cannot";
  return calls?.targets.some((target) => toPeople.includes(target)) ? undefined : "cannot-ring";
}

/** Why a move is beyond this platform, whatever the state of the consult; undefined when it is not. */
export const moveObstacle = (calls: CallFacts | undefined, kind: Kind, move: Move): string | undefined =>
  needs[kind].length === 0 || hasAll(calls, needsOfMove[move]) ? undefined : "platform-cannot";
