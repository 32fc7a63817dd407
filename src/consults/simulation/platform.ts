import type { CallOperation, InteractionSnapshot, Outcome, Party, Target } from "../../platform/contract.ts";
import type { Command } from "../model.ts";

/** How a made-up platform differs from the next one. All of these have been met in the field. */
export type Quirks = {
  /** It numbers its changes; otherwise only its clock orders them. */
  numbers: boolean;
  clockSkewMs: number;
  /** It no longer lists who has left. */
  forgetsTheLeft: boolean;
  /** When the expert's leg ends, the customer stays on hold until somebody resumes them. */
  keepsHoldAfterLoss: boolean;
  /** Completing or cancelling leaves the customer on hold. */
  keepsHoldAfterCommand: boolean;
  /** When the customer hangs up, everything ends; otherwise agent and expert stay connected. */
  endsWithCustomer: boolean;
};

/** What the person behind a phone number does. `unknown…`: the platform cannot tell a person from a machine. */
export type Phone = {
  does:
    | "answer"
    | "answer-unknown"
    | "voicemail"
    | "voicemail-late"
    | "voicemail-unknown"
    | "busy"
    | "ring-on"
    | "decline";
  afterMs: number;
  hangsUpAfterMs?: number;
};

type Leg = Party & { heldByUs?: boolean };
const isAlive = (leg: Leg) => leg.state !== "left" && leg.state !== "failed";
const isConnected = (leg: Leg) => leg.state === "connected" || leg.state === "held";
const refusal = (code: string): Outcome => ({ state: "refused", code, reason: code });

/** The truth about one call: who is in it and who is on hold. Knows nothing of consults. */
export class Platform {
  readonly legs: Leg[] = [
    { ref: "customer", role: "customer", state: "connected", name: "Lucía" },
    { ref: "agent", role: "agent", state: "connected", account: "ana" },
  ];
  ended = false;
  private changes = 0;
  /** No two changes carry the same time. */
  private changedAtMs = 0;
  private dialled = 0;
  private readonly applied = new Set<string>();
  private readonly quirks: Quirks;
  private readonly clock: () => number;
  /** A phone begins to ring. */
  private readonly rings: (leg: Party, target: Target) => void;

  constructor(quirks: Quirks, clock: () => number, rings: (leg: Party, target: Target) => void) {
    this.quirks = quirks;
    this.clock = clock;
    this.rings = rings;
  }

  get customer(): Leg | undefined {
    return this.legs.find((leg) => leg.role === "customer" && isAlive(leg));
  }
  get agent(): Leg | undefined {
    return this.legs.find((leg) => leg.role === "agent" && isAlive(leg));
  }
  get experts(): Leg[] {
    return this.legs.filter((leg) => leg.role === "expert" && isAlive(leg));
  }

  snapshot(): InteractionSnapshot {
    const isShown = (leg: Leg) => isAlive(leg) || !this.quirks.forgetsTheLeft;
    return {
      ref: "call",
      rootRef: "call",
      channel: "voice",
      state: this.ended ? "ended" : "live",
      parties: this.legs.filter(isShown).map(({ heldByUs: _heldByUs, ...leg }) => ({ ...leg })),
      recording: "on",
      attributes: {},
      startedAt: new Date(0),
      observedAt: new Date(Math.max(this.clock(), this.changedAtMs) + this.quirks.clockSkewMs),
      ...(this.quirks.numbers ? { sequence: this.changes } : {}),
    };
  }

  /** The same id never takes effect twice. */
  run(id: string, command: Command): Outcome {
    if (this.applied.has(id)) return { state: "done" };
    const outcome = this.ended ? refusal("ended") : operations[command.operation](this, command);
    if (outcome.state === "done") this.applied.add(id);
    this.noteChange();
    return outcome;
  }

  dial(target: Target): void {
    const leg: Leg = { ref: `expert-${++this.dialled}`, role: "expert", state: "ringing" };
    this.legs.push(leg);
    this.rings(leg, target);
  }

  /** Something about a leg changes by itself; false when it is over already. */
  change(ref: string, change: Partial<Leg>): boolean {
    const leg = this.legs.find((one) => one.ref === ref);
    if (!leg || !isAlive(leg) || this.ended) return false;
    Object.assign(leg, change);
    this.noteChange();
    if (!isAlive(leg)) this.afterLoss(leg);
    return true;
  }

  private afterLoss(leg: Leg): void {
    if (leg.role === "expert" && !this.quirks.keepsHoldAfterLoss) this.resume(this.customer);
    if (leg.role === "customer" && this.quirks.endsWithCustomer) this.end();
  }

  end(): void {
    this.ended = true;
    this.noteChange();
    for (const leg of this.legs) if (isAlive(leg)) leg.state = "left";
  }

  private noteChange(): void {
    this.changes += 1;
    this.changedAtMs = Math.max(this.clock(), this.changedAtMs + 1);
  }

  hold(leg: Leg | undefined, heldByUs: boolean): void {
    if (leg && isConnected(leg)) Object.assign(leg, { state: "held", heldByUs });
  }

  resume(leg: Leg | undefined): void {
    if (leg?.state === "held") Object.assign(leg, { state: "connected", heldByUs: false });
  }

  leave(leg: Leg | undefined, reason: string): void {
    if (leg) Object.assign(leg, { state: "left", reason, heldByUs: false });
  }

  /** Completing and cancelling are meant to bring the customer back; not every platform does. */
  resumeCustomer(): void {
    if (!this.quirks.keepsHoldAfterCommand) this.resume(this.customer);
  }
}

type Operation = (platform: Platform, command: Command) => Outcome;
const done: Outcome = { state: "done" };
const answered = (platform: Platform) => platform.experts.find(isConnected);

function dialInto(platform: Platform, { target }: Command): Outcome {
  if (!target || !platform.customer || !platform.agent) return refusal("no-call");
  if (platform.experts.length > 0) return refusal("consult-under-way");
  platform.dial(target);
  return done;
}

const operations: Record<CallOperation, Operation> = {
  startConsult(platform, command) {
    const outcome = dialInto(platform, command);
    if (outcome.state === "done") platform.hold(platform.customer, true);
    return outcome;
  },
  addParty(platform, { target }) {
    const isRinging = platform.experts.some((leg) => leg.state === "ringing");
    const isPrivate = [platform.customer, ...platform.experts].some((leg) => leg?.state === "held");
    if (!target || !platform.customer || !platform.agent || isRinging || isPrivate) return refusal("no-conference");
    platform.dial(target);
    return done;
  },
  blindTransfer(platform, command) {
    const outcome = dialInto(platform, command);
    if (outcome.state === "done") platform.leave(platform.agent, "transfer");
    return outcome;
  },
  switchParty(platform, { speakTo }) {
    const expert = answered(platform);
    if (!expert || !platform.agent) return refusal("no-consult");
    platform.resume(speakTo === "customer" ? platform.customer : expert);
    platform.hold(speakTo === "customer" ? expert : platform.customer, true);
    return done;
  },
  mergeConference(platform) {
    if (!answered(platform)) return refusal("no-consult");
    platform.resume(platform.customer);
    for (const expert of platform.experts) platform.resume(expert);
    return done;
  },
  /** Careless on purpose: it lets the agent go while the expert's phone still rings. */
  completeTransfer(platform) {
    const [expert] = platform.experts;
    if (!expert || !platform.agent) return refusal("no-consult");
    platform.leave(platform.agent, "transfer");
    platform.resumeCustomer();
    return done;
  },
  cancelConsult(platform, { party }) {
    for (const expert of platform.experts) if (!party || expert.ref === party) platform.leave(expert, "removed");
    platform.resumeCustomer();
    return done;
  },
  removeParty(platform, { party }) {
    const leg = platform.legs.find((one) => one.ref === party && isAlive(one));
    if (!leg) return refusal("no-such-party");
    platform.leave(leg, "removed");
    return done;
  },
  hold(platform, { party }) {
    platform.hold(
      platform.legs.find((leg) => leg.ref === party),
      true,
    );
    return done;
  },
  resume(platform, { party }) {
    platform.resume(platform.legs.find((leg) => leg.ref === party));
    return done;
  },
};
