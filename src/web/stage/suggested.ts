/** Whom the desk suggests first for the call: asked of the service as the desk asks it, so that the hint says the same. */
import type { DeskTokenAnswer, WorldView } from "../../sandbox/protocol.ts";
import type { DeskView, ExpertHit } from "../../views.ts";
import { ask } from "../shared/http.ts";
import type { Store } from "../shared/store.ts";
import type { StageEvent, StageState } from "./state.ts";

const attemptsMax = 6;
const pauseMs = 500;

/** The service hears of a call a moment after the world; undefined while it has not, or when nobody can be rung. */
async function bestFor(call: string, token: string): Promise<string | undefined> {
  const { interactions, agent } = await ask<DeskView>("/v1/desk", { token });
  const skill = interactions.find(({ ref }) => ref === call)?.skill;
  if (!skill) return undefined;
  const search = new URLSearchParams({ skill, limit: "5" });
  const { items } = await ask<{ items: ExpertHit[] }>(`/v1/experts?${search}`, { token });
  return items.find((hit) => hit.reachability.state === "call" && hit.personId !== agent.personId)?.name;
}

const liveCall = (world: WorldView | undefined, agent: string | undefined) =>
  world?.calls.find((call) => call.state === "live" && call.agent === agent)?.ref;

export function followSuggestion(
  stage: Store<StageState, StageEvent>,
  deskToken: (agent: string) => Promise<DeskTokenAnswer>,
): void {
  let known: string | undefined;
  async function suggest(call: string, agent: string) {
    for (let attempt = 0; attempt < attemptsMax && call === known; attempt++) {
      const name = await deskToken(agent)
        .then(({ token }) => bestFor(call, token))
        .catch(() => undefined);
      if (name) return stage.send({ type: "suggested", name });
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
  }
  stage.watch(() => {
    const { world, agent } = stage.get();
    const call = liveCall(world, agent);
    if (call === known) return;
    known = call;
    stage.send({ type: "suggested", name: undefined });
    if (call && agent) void suggest(call, agent);
  });
}
