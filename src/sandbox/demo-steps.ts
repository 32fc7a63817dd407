/** The story as the demo tells it, with what must be true after each step. */
import { says } from "./chats.ts";
import { isWithAgent } from "./hearing.ts";
import { beginJourney, type Journey } from "./journey.ts";
import { presencesOf, soundOf } from "./picture.ts";
import type { WireCommand, WorldView } from "./protocol.ts";

export type Step = {
  /** Since the customer rang. */
  atMs: number;
  step: string;
  ok: boolean;
  problem?: string;
  /** Who hears whom. */
  sound: string;
  /** What each platform shows, by person. */
  presences: Record<string, Record<string, string>>;
};
export type Played = {
  ok: boolean;
  steps: Step[];
  commands: Pick<WireCommand, "operation" | "state" | "latencyMs">[];
};

/** Presence is read every few seconds where nobody pushes it. */
const presenceMs = 12_000;

export async function playDemo(at: { url: string; worldUrl: string }, write?: (line: string) => void): Promise<Played> {
  const journey = await beginJourney(at);
  const before = await journey.player.world();
  const startedAt = Date.now();
  const steps: Step[] = [];
  write?.(`${"".padEnd(13)}${"step".padEnd(46)}  who hears whom (♪ music)\n`);
  for (const { step: name, act, shows } of storyOf(journey, before)) {
    const obstacle = await problemOf(act);
    // A presence that lags behind does not end the story.
    const problem =
      obstacle ?? (shows && (await problemOf(() => journey.player.seen(shows.what, shows.isSo, presenceMs))));
    const view = await journey.player.world();
    const people = [agentName(view, journey), ...(journey.told.expert ? [journey.told.expert.name] : [])];
    const step: Step = {
      atMs: Date.now() - startedAt,
      step: name,
      ok: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
      sound: soundOf(journey.call(view)),
      presences: Object.fromEntries(people.map((person) => [person, presencesOf(view, person)])),
    };
    write?.(toLines(step, steps.at(-1)));
    steps.push(step);
    if (obstacle) break;
  }
  const commands = commandsOf(journey, await journey.player.world());
  write?.("\n    command             outcome   answered in");
  for (const { operation, state, latencyMs } of commands) {
    write?.(`    ${operation.padEnd(18)}  ${state.padEnd(8)}  ${latencyMs} ms`);
  }
  return { ok: steps.every(({ ok }) => ok), steps, commands };
}

const agentName = (view: WorldView, { agent }: Journey) =>
  view.agents.find(({ account }) => account === agent)?.name ?? "";

const commandsOf = (journey: Journey, view: WorldView): Played["commands"] =>
  (journey.call(view)?.commands ?? []).map(({ operation, state, latencyMs = 0 }) => ({ operation, state, latencyMs }));

const indent = " ".repeat(13);

/** One line for the step, and one for each person who shows something else than the line before said. */
function toLines(step: Step, before: Step | undefined): string {
  const time = `${(step.atMs / 1000).toFixed(1)} s`.padStart(8);
  const changed = Object.entries(step.presences).filter(
    ([name, shown]) => !isSame(shown, before?.presences[name] ?? {}),
  );
  const shown = changed.map(([name, words]) => {
    const list = Object.entries(words).map(([platform, word]) => `${platform}: ${word}`);
    return `${indent}${name.padEnd(14)} ${list.join(" · ")}`;
  });
  return [
    `${time}  ${step.ok ? "✓" : "✗"}  ${step.step.padEnd(46)}  ${step.sound}`,
    ...(step.problem === undefined ? [] : [`${indent}${step.problem}`]),
    ...shown,
  ].join("\n");
}

const problemOf = (act: () => Promise<unknown>): Promise<string | undefined> =>
  act().then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

type Act = {
  step: string;
  act: () => Promise<unknown>;
  /** What the platforms then show of everybody's presence. */
  shows?: { what: string; isSo: (view: WorldView) => boolean };
};

function storyOf(journey: Journey, before: WorldView): Act[] {
  const agent = agentName(before, journey);
  const expert = () => journey.told.expert?.name ?? "";
  const busy = (person: () => string) => ({
    what: `${person() || "the expert"} is shown as busy on every platform`,
    isSo: (view: WorldView) => Object.values(presencesOf(view, person())).every((word) => /^(Busy|On call)/.test(word)),
  });
  const asBefore = (...people: (() => string)[]) => ({
    what: "everybody shows again what they did",
    isSo: (view: WorldView) =>
      people.every((person) => isSame(presencesOf(view, person()), presencesOf(before, person()))),
  });
  return [
    {
      step: "A customer calls, the agent answers",
      async act() {
        await journey.customerCalls();
        await journey.heard("customer and agent talk", isWithAgent);
      },
      shows: busy(() => agent),
    },
    { step: "The agent finds an expert by skill", act: () => search(journey) },
    { step: "One click asks; the card arrives in Teams", act: () => consult(journey) },
    {
      step: "The expert answers now; the phone rings",
      async act() {
        await journey.expertAnswers("now");
        await journey.phoneRings();
      },
    },
    { step: "Agent and expert talk in private", act: journey.expertPicksUp, shows: busy(expert) },
    { step: "The agent brings all three together", act: () => journey.allTogether() },
    {
      step: "The agent leaves; customer and expert talk on",
      act: () => journey.agentLeaves(),
      shows: asBefore(() => agent),
    },
    { step: "The customer hangs up", act: journey.customerHangsUp, shows: asBefore(() => agent, expert) },
    { step: "Each command has gone out once", act: () => checkCommands(journey) },
  ];
}

const isSame = (one: object, other: object) => JSON.stringify(one) === JSON.stringify(other);

/** Best first, each with a presence that is seconds old. */
async function search(journey: Journey): Promise<void> {
  const [best] = await journey.agentSearches();
  const presences = best?.reachability.presences ?? [];
  if (presences.length === 0 || presences.some(({ stale }) => stale)) throw new Error("the presence shown is not live");
  if (journey.told.expert?.platform !== "teams") throw new Error("the best expert is not in Teams");
}

async function consult(journey: Journey): Promise<void> {
  await journey.agentConsults();
  const card = await journey.cardArrives();
  const { tier, intent } = journey.customer.about;
  if (!says(card, intent) || !says(card, tier)) throw new Error("the card lacks the context");
  await journey.heard("the customer still talks to the agent", isWithAgent);
}

const wanted = ["startConsult", "mergeConference", "completeTransfer"];

async function checkCommands(journey: Journey): Promise<void> {
  const commands = commandsOf(journey, await journey.player.world());
  const operations = commands.map(({ operation }) => operation);
  if (operations.join() !== wanted.join()) throw new Error(`the commands were ${operations.join(", ") || "none"}`);
  const late = commands.find(({ state }) => state !== "done");
  if (late) throw new Error(`${late.operation} is ${late.state}`);
}
