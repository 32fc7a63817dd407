/** The made-up world: the company's platforms, its people and phones, and what the stage sees and does of them. */
import { act } from "./actions.ts";
import { createBreakage } from "./breakage.ts";
import { createPlatforms, type PlatformOptions } from "./platforms.ts";
import type { WorldAction, WorldView } from "./protocol.ts";
import { createTelephony } from "./telephony.ts";
import { createViews } from "./views.ts";
import { createWireLog } from "./wire-log.ts";

/** Changes closer together than this are shown at once. */
const coalesceMs = 50;
/** What only time changes (leases, the age of ended calls) is looked for this often. */
const lookMs = 1_000;

export type World = ReturnType<typeof createWorld>;

/** @param origin Where the world is served. `service`: how our server is, and how to kill it. */
export function createWorld(
  origin: string,
  service: { view(): WorldView["service"]; kill(): void },
  options: PlatformOptions = {},
) {
  const listeners = new Set<(view: WorldView) => void>();
  let shownSince = new Date(0);
  let shown: WorldView | undefined;
  let timer: NodeJS.Timeout | undefined;

  const changed = (): void => {
    timer ??= setTimeout(look, coalesceMs);
  };
  const breakage = createBreakage(changed);
  const wireLog = createWireLog(changed);
  const hooks = { heard: wireLog.hear, losesPush: () => breakage.bite("pushes-lost") };
  const platforms = createPlatforms(origin, hooks, options);
  const telephony = createTelephony(platforms);
  const chosen = new Map<string, string>();
  const views = createViews({
    platforms,
    telephony,
    breakage,
    wireLog,
    chosen,
    service: service.view,
    shownSince: () => shownSince,
  });

  /** The present view; a change of it gets the next number and is told. */
  function look(): WorldView {
    clearTimeout(timer);
    timer = undefined;
    const now = views();
    const { sequence = 0, at: _at, ...before } = shown ?? {};
    if (shown && JSON.stringify(before) === JSON.stringify(now)) return shown;
    shown = { sequence: sequence + 1, at: new Date().toISOString(), ...now };
    for (const tell of listeners) tell(shown);
    return shown;
  }

  breakage.attach(platforms.contactCenter);
  platforms.contactCenter.onChange(() => {
    telephony.follow();
    changed();
  });
  platforms.microsoft.onChange(changed);
  platforms.ringcentral.onChange(changed);
  const looking = setInterval(look, lookMs);

  const hands = {
    platforms,
    telephony,
    breakage,
    chosen,
    killService: service.kill,
    hideThePast: () => {
      shownSince = new Date();
    },
  };
  return {
    platforms,
    /** Goes before the contact center's own answers. */
    guards: [wireLog.middleware, breakage.middleware] as const,
    look,
    changed,
    async act(order: WorldAction): Promise<WorldView> {
      await act(hands, order);
      return look();
    },
    onView(listener: (view: WorldView) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop(): void {
      clearInterval(looking);
      clearTimeout(timer);
    },
  };
}
