/** The promises that hold after every step, whatever came before it, as far as the lifecycle alone can keep them. */
import { reviveDates } from "../../json-dates.ts";
import { callOperations, type RecordingState } from "../../platform/contract.ts";
import { factsOf } from "../derive.ts";
import type { Consult, ConsultEvent, Effect } from "../model.ts";
import { isDial, isOrphaned } from "../towards.ts";
import { promise } from "./checks.ts";

type Stepped = { consult: Consult; effects: Effect[] };
/** The lifecycle at this instant, with ids of commands that no other step has. */
type Again = (consult: Consult, event: ConsultEvent) => Stepped;

const commandsOf = ({ effects }: Stepped) => effects.filter((effect) => effect.do === "command");

export function checkAlways(before: Consult, event: ConsultEvent, stepped: Stepped, again: Again): void {
  const { consult: after } = stepped;
  const facts = factsOf(after);
  for (const { operation, party, target } of commandsOf(stepped)) {
    promise(
      party === undefined || party !== facts.customer?.ref || operation === "resume",
      "nothing is done to the customer's leg but resuming it",
    );
    promise(callOperations.includes(operation), "recording is never touched");
    promise(
      target === undefined || after.offers.some((offer) => offer.target === target),
      "only who was asked is rung",
    );
    const isOfExpert =
      party !== undefined && party === facts.leg?.ref && (operation === "removeParty" || operation === "cancelConsult");
    promise(!isOrphaned(facts) || !isOfExpert, "the call outlives the agent");
  }
  if (after.state === "ended" && isOrphaned(facts) && before.ring)
    promise(after.result === "transferred", "who is with the customer when the agent has gone has taken over");
  if (event.type === "delivered" && after.state === before.state)
    promise(JSON.stringify(before) === JSON.stringify(after), "no call waits for a card or its context");
  checkCrash(before, event, stepped, again);
  checkRecording(before, event, stepped, again);
  checkRepeated(event, stepped, again);
  checkLate(stepped, again);
}

/** A process that has read the consult from the database goes on as the one that wrote it would have. */
function checkCrash(before: Consult, event: ConsultEvent, stepped: Stepped, again: Again): void {
  const kept = reviveDates<Consult>(JSON.parse(JSON.stringify(before)));
  promise(shapeOf(again(kept, event)) === shapeOf(stepped), "what is kept is all that is needed to go on");
}

/**
 * Whatever the phase, a recording is shown as the platform tells it, and whether it runs or is paused changes nothing that
 * we ask for: nothing of ours starts it again.
 */
function checkRecording(before: Consult, event: ConsultEvent, stepped: Stepped, again: Again): void {
  if (event.type !== "snapshot" || stepped.consult.seen === before.seen) return;
  const told = (recording: RecordingState) =>
    again(before, { ...event, snapshot: { ...event.snapshot, recording } } satisfies ConsultEvent);
  const paused = told("paused");
  const isTaken = stepped.consult.state === "ended" || paused.consult.seen?.recording === "paused";
  promise(isTaken, "a paused recording is shown as paused");
  const { seen } = stepped.consult;
  const asTold = { ...paused, consult: { ...paused.consult, ...(seen ? { seen } : {}) } };
  promise(shapeOf(asTold) === shapeOf(stepped), "recording changes nothing that we do");
}

/** Ids are made anew for each step. */
const shapeOf = (stepped: Stepped): string =>
  JSON.stringify(stepped, (key, value) => (key === "id" || key === "command" ? String(value).slice(0, 3) : value));

function checkRepeated(event: ConsultEvent, { consult }: Stepped, again: Again): void {
  if (event.type === "tick" || event.type === "move" || event.type === "free") return;
  const twice = commandsOf(again(consult, event));
  promise(
    !consult.pending || twice.every(({ id }) => id === consult.pending?.id),
    "a repeated event sends nothing new",
  );
  promise(
    !twice.some((command) => isDial(command) && consult.ring && !consult.ring.over),
    "a repeated event rings nobody",
  );
}

function checkLate({ consult }: Stepped, again: Again): void {
  const { seen } = consult;
  if (!seen || consult.state === "ended") return;
  const old = { ...seen, observedAt: new Date(seen.observedAt.getTime() - 1), parties: [], state: "ended" } as const;
  const late = again(consult, { type: "snapshot", snapshot: { ...old, parties: [] } });
  promise(late.consult.state !== "ended" || late.consult.result !== "customer-left", "old news ends nothing");
}
