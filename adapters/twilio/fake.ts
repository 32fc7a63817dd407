/**
 * Twilio as this adapter meets it: Voice conferences with their traps, TaskRouter, Event Streams and signed callbacks.
 * Serves contract tests, scenarios and the sandbox. It can be worked like the real thing (customers call, phones ring,
 * agents crash) and told to fail (`faults` for its answers, `misbehave` for its callbacks).
 */
import { createFaults } from "../../src/testing/faults.ts";
import { createCenter } from "./fake/center.ts";
import { createPeople, createPhones, createSights } from "./fake/controls.ts";
import { type FakeOptions, settingsFor, settle } from "./fake/options.ts";
import { createServer } from "./fake/server.ts";
import { createTimeline } from "./fake/timeline.ts";

export { type Clock, createManualClock } from "../../src/testing/clock.ts";
export type { Hearing } from "./fake/audio.ts";
export type { PhoneHabit, Ringing } from "./fake/bells.ts";
export type { NewCall } from "./fake/controls.ts";
export type { Mishap } from "./fake/deliveries.ts";
export type { FakeOptions } from "./fake/options.ts";
export type { TimelineEntry } from "./fake/timeline.ts";
export type { FakeWorker } from "./fake/workspace.ts";

export type FakeTwilio = ReturnType<typeof createFakeTwilio>;

export function createFakeTwilio(given: FakeOptions) {
  const options = settle(given);
  const { clock } = options;
  const center = createCenter(options);
  const faults = createFaults((ms) => new Promise((resolve) => void clock.after(ms, resolve)));
  const timeline = createTimeline(clock);
  const { deliveries, state, flexTokens } = center;
  return {
    app: createServer(center, timeline.middleware, faults.middleware),
    clock,
    faults,
    /** Each request that changes something, with how long its answer took. */
    timeline: timeline.entries,
    /** What an admin would enter. `origin`: where the app is served, if not at Twilio's own addresses. */
    settings: (origin?: string) => settingsFor(options, origin),
    /** Sign-ins to Flex. */
    flexTokens,
    ...createPeople(center),
    ...createPhones(center),
    ...createSights(center),
    /** The next callbacks are lost, doubled, late or out of order. */
    misbehave: deliveries.misbehave,
    /** Each attempt to deliver a callback; status 0 when nobody answered. */
    deliveries: deliveries.tries,
    /** Waits until no callback is on its way. */
    idle: deliveries.idle,
    /** From now on none of these credentials is accepted; all of them unless told. */
    revoke(...users: string[]): void {
      if (users.length === 0) state.credentials.clear();
      for (const user of users) state.credentials.delete(user);
    },
  };
}
