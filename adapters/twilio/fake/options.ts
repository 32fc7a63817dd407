import { type Clock, realClock } from "../../../src/testing/clock.ts";
import type { Settings } from "../settings.ts";
import type { Activity } from "./model.ts";
import type { FakeWorker } from "./workspace.ts";

type Settled = {
  clock: Clock;
  /** Carries the callbacks. */
  fetch: typeof fetch;
  accountSid: string;
  apiKeySid: string;
  apiKeySecret: string;
  authToken: string;
  workspaceSid: string;
  /** Caller numbers of the account. */
  numbers: readonly string[];
  activities: readonly Omit<Activity, "sid">[];
  /** From dialling until it rings. */
  dialMs: number;
  /** The most that a page of a list holds, whatever is asked for. */
  pageSizeMax: number;
  /** Lists show attributes. Twilio documents that they do not. */
  listsAttributes: boolean;
  /** A participant who has not answered can be removed. Vendors' plugins report "Participant is not connected". */
  removesRinging: boolean;
  /** A phone that is being rung rings on when the conference ends. */
  ringsOn: boolean;
};

export type FakeOptions = Partial<Settled> & {
  workers: readonly FakeWorker[];
  /** Where the flow that takes calls in has conferences report to: of all parties only the first may say. */
  conferenceCallback?: { url: string; events: readonly string[] };
};
export type Options = Settled & FakeOptions;

/** TaskRouter's pre-made ones, Flex's, and one that is neither at rest nor open for work. */
export const usualActivities: readonly Omit<Activity, "sid">[] = [
  { name: "Offline", available: false },
  { name: "Available", available: true },
  { name: "Unavailable", available: false },
  { name: "Break", available: false },
  { name: "Training", available: false },
  { name: "Online", available: false },
];

export const settle = (options: FakeOptions): Options => ({
  clock: realClock,
  fetch: (input, init) => fetch(input, init),
  accountSid: `AC${"a".repeat(32)}`,
  apiKeySid: `SK${"b".repeat(32)}`,
  apiKeySecret: "a fake secret",
  authToken: "a fake auth token",
  workspaceSid: `WS${"c".repeat(32)}`,
  numbers: ["+15125550100"],
  activities: usualActivities,
  dialMs: 0,
  pageSizeMax: 1_000,
  listsAttributes: false,
  removesRinging: false,
  ringsOn: true,
  ...options,
});

/** What an admin would enter for a connection to this fake. */
export const settingsFor = (options: Options, origin?: string): Settings => ({
  accountSid: options.accountSid,
  apiKeySid: options.apiKeySid,
  apiKeySecret: options.apiKeySecret,
  authToken: options.authToken,
  workspaceSid: options.workspaceSid,
  fromNumber: options.numbers[0] ?? "+15125550100",
  machineDetection: false,
  voiceUrl: origin ?? "https://api.twilio.com",
  taskRouterUrl: origin ?? "https://taskrouter.twilio.com",
  eventsUrl: origin ?? "https://events.twilio.com",
  iamUrl: origin ?? "https://iam.twilio.com",
});
