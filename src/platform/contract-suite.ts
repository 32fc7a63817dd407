/**
 * What every adapter must do, as tests: `testAdapter(webhook, makeWorld)` in `adapters/<id>/adapter.test.ts`. The suite
 * runs whatever the adapter has functions for; `makeWorld` gives each test a fresh fake of the platform, and the suite
 * works it through the hooks below. A hook acts on the platform, never through the adapter.
 */
import { describe } from "vitest";
import type { z } from "zod";
import type { Adapter, Connection, Presence, Target } from "./contract.ts";
import { testCalls } from "./contract-suite/calls.ts";
import { testEvents } from "./contract-suite/events.ts";
import { testFacts } from "./contract-suite/facts.ts";
import { testInvitations, testMeetings } from "./contract-suite/invitations.ts";
import { testPeople } from "./contract-suite/people.ts";
import { testPresence } from "./contract-suite/presence.ts";

type Awaitable<T> = T | Promise<T>;

/** One test's platform and the connection to it. Parts for ports that the adapter lacks are left out. */
export type World<S = unknown> = {
  connection: Connection<S>;
  /** From now on each request is answered "too many requests, ask again after …"; signing in still works. */
  throttle(retryAfterMs: number): void;
  /** From now on the platform takes no credentials of ours: 401 (or its own word for it), signing in included. */
  revoke(): void;
  /** Lets time pass on the platform and on the connection's clock. Absent: leases are not seen to run out. */
  pass?(ms: number): Awaitable<void>;
  close?(): Awaitable<void>;
  presence?: PresenceWorld;
  people?: PeopleWorld;
  calls?: CallsWorld;
  events?: EventsWorld;
  invitations?: InvitationsWorld;
  meetings?: { organizer: string };
};

export type PresenceWorld = {
  /** An account that is at work and free, by the platform's own doing: not by hand, not on a call. */
  account: string;
  /** Well formed, but nobody's. */
  stranger: string;
  /** The account shows a word that the platform invented after the adapter was written. */
  showUnknownWord(account: string): Awaitable<void>;
  /** The person chooses a status by hand, one that must win over ours. Answers what a reader sees then. */
  chooseByHand?(account: string): Awaitable<Presence>;
  /** Contact center: the agent goes where work is routed to them. Needed for `setState`. */
  goOnQueue?(account: string): Awaitable<void>;
};

/** The directory must be longer than one page. `withPhoto`: one of them, who alone has a picture. */
export type PeopleWorld = { accounts: readonly string[]; withPhoto?: string };

export type CallsWorld = {
  /** A customer talks to an agent. */
  startCall(): Awaitable<{ interaction: string; agent: string }>;
  /** Well formed, but no interaction. */
  stranger: string;
  /** Somebody outside the contact center whose phone rings until `answer`. */
  expert: Target;
  /** The phone that rings is picked up by a person. */
  answer(): Awaitable<void>;
  /** How often the platform has dialled anybody since the world was made. */
  dials(): number;
  /** The next request that dials takes effect; then its connection breaks before the answer. */
  loseNextAnswer(): void;
  /** The next request of a command is answered 503 and takes no effect. */
  failNextCommand(): void;
};

export type Delivery = { method: string; url: string; headers: Headers; body: Uint8Array };

export type EventsWorld = {
  /**
   * A delivery as the platform would send it now, with at least one event. `sentAt`: as if sent then.
   * `body`: any bytes, with genuine proof, for malformed content.
   */
  deliver(change?: { sentAt?: Date; body?: Uint8Array }): Awaitable<Delivery>;
  /** The headers that prove where a delivery comes from. */
  proof: readonly string[];
  /** Does the proof cover the body, so that no byte of it can be changed? */
  signsBody: boolean;
  /** Does the proof cover the time of sending, so that old deliveries can be told? */
  signsTime: boolean;
};

export type InvitationsWorld = {
  account: string;
  /** Has blocked or not installed the app. */
  blocked: string;
  /** The texts of the cards that this person sees now, oldest first. */
  seen(account: string): Awaitable<string[]>;
};

export type MakeWorld<S> = () => Awaitable<World<S>>;

/** Runs the suite for one adapter; to be called at the top of a test file. */
export function testAdapter<S extends z.ZodType>(adapter: Adapter<S>, makeWorld: MakeWorld<z.output<S>>): void {
  describe(`${adapter.id}: the contract`, () => {
    testFacts(adapter, makeWorld);
    if (adapter.presence) testPresence(adapter, makeWorld);
    if (adapter.people) testPeople(adapter, makeWorld);
    if (adapter.calls) testCalls(adapter, makeWorld);
    if (adapter.events) testEvents(adapter, makeWorld);
    if (adapter.invitations) testInvitations(adapter, makeWorld);
    if (adapter.meetings) testMeetings(adapter, makeWorld);
  });
}
