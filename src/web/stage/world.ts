/** The made-up world as the stage uses it. */
import type { DeskTokenAnswer, SandboxConfig, TabTokenAnswer, WorldAction, WorldView } from "../../sandbox/protocol.ts";
import { follow } from "../shared/events.ts";
import { ask } from "../shared/http.ts";
import type { Store } from "../shared/store.ts";
import { troubleOf } from "../shared/trouble.ts";
import type { StageEvent, StageState } from "./state.ts";

export type World = ReturnType<typeof meetWorld>;

export async function findWorld(): Promise<string> {
  return (await ask<SandboxConfig>("/sandbox/config")).worldUrl;
}

export function meetWorld(stage: Store<StageState, StageEvent>, worldUrl: string) {
  const at = (path: string) => new URL(path, worldUrl).href;
  follow(() => at("/world/stream"), {
    headers: () => ({}),
    open() {},
    event: ({ data }) => stage.send({ type: "world", world: JSON.parse(data) as WorldView }),
    lost: () => stage.send({ type: "lost" }),
  });
  return {
    async act(action: WorldAction): Promise<void> {
      try {
        stage.send({ type: "trouble", trouble: undefined });
        stage.send({
          type: "world",
          world: await ask<WorldView>(at("/world/actions"), { method: "POST", body: action }),
        });
      } catch (error) {
        stage.send({ type: "trouble", trouble: troubleOf(error) });
      }
    },
    deskToken: (agent: string) => ask<DeskTokenAnswer>(at("/world/desk-token"), { method: "POST", body: { agent } }),
    tabToken: (user: string) => ask<TabTokenAnswer>(at("/world/tab-token"), { method: "POST", body: { user } }),
  };
}
