/** What the stage knows. Pure. */
import type { Theme } from "../../desk/protocol.ts";
import type { WorldView } from "../../sandbox/protocol.ts";
import type { Trouble } from "../shared/trouble.ts";
import { isColleague, isWaiting, type Person, usersOf } from "./next-step.ts";

export type StageState = {
  world: WorldView | undefined;
  /** The world itself cannot be reached. */
  lost: boolean;
  agent: string | undefined;
  person: Person | undefined;
  /** The visitor chose whom to look at during this call; only what begins to wait for somebody else changes that. */
  picked: boolean;
  /** The name of whom the desk suggests first for the present call. */
  suggested: string | undefined;
  theme: Theme;
  trouble: Trouble | undefined;
};

export type StageEvent =
  | { type: "world"; world: WorldView }
  | { type: "lost" }
  | { type: "agent"; agent: string }
  | { type: "person"; person: Person }
  | { type: "suggested"; name: string | undefined }
  | { type: "theme"; theme: Theme }
  | { type: "trouble"; trouble: Trouble | undefined };

export const initialStage = (theme: Theme): StageState => ({
  world: undefined,
  lost: false,
  agent: undefined,
  person: undefined,
  picked: false,
  suggested: undefined,
  theme,
  trouble: undefined,
});

export function reduceStage(state: StageState, event: StageEvent): StageState {
  switch (event.type) {
    case "world":
      return takeWorld(state, event.world);
    case "lost":
      return { ...state, lost: true };
    case "agent":
      return { ...state, agent: event.agent };
    case "person":
      return { ...state, person: event.person, picked: true };
    case "suggested":
      return takeSuggestion(state, event.name);
    case "theme":
      return { ...state, theme: event.theme };
    case "trouble":
      return { ...state, trouble: event.trouble };
  }
}

function takeWorld(state: StageState, world: WorldView): StageState {
  if (state.world && world.sequence < state.world.sequence) return { ...state, lost: false };
  const agent = world.agents.some(({ account }) => account === state.agent) ? state.agent : world.agents[0]?.account;
  return { ...state, world, lost: false, agent, person: whoIsInSight(state, world) };
}

/** Whom the desk suggests is who should be looked at, unless the visitor wanted to see somebody else. */
function takeSuggestion(state: StageState, name: string | undefined): StageState {
  const { world, person, picked } = state;
  if (name === undefined) return { ...state, suggested: undefined, picked: false };
  const found = world && !whoHelps(world) ? namedSo(world, name) : undefined;
  return { ...state, suggested: name, person: found && !picked ? found : person };
}

const namedSo = (world: WorldView, name: string): Person | undefined =>
  (["teams", "ringcentral"] as const).flatMap((platform) =>
    usersOf(world, platform)
      .filter((user) => user.name === name)
      .map(({ id }) => ({ platform, user: id })),
  )[0];

/** The expert in a call that goes on: whom to show when the page is opened in the middle of it. */
function whoHelps(world: WorldView): Person | undefined {
  const parties = world.calls.flatMap((call) => (call.state === "live" ? call.parties : []));
  const expert = parties.find(({ role, state }) => role === "expert" && state !== "left" && state !== "failed");
  return expert && namedSo(world, expert.name);
}

/** Stays with whom the visitor chose until something new begins to wait for somebody else. */
function whoIsInSight({ person, world: before }: StageState, world: WorldView): Person | undefined {
  const everybody = (["teams", "ringcentral"] as const).flatMap((platform) =>
    usersOf(world, platform).map(({ id }): Person => ({ platform, user: id })),
  );
  const fresh = everybody.find((each) => isWaiting(world, each) && !(before && isWaiting(before, each)));
  const known = everybody.find((each) => isSame(each, person));
  const first = everybody.find(({ platform, user }) =>
    usersOf(world, platform).some((each) => each.id === user && isColleague(world, each)),
  );
  return fresh ?? known ?? whoHelps(world) ?? first ?? everybody[0];
}

export const isSame = (one: Person | undefined, other: Person | undefined): boolean =>
  one?.platform === other?.platform && one?.user === other?.user;
