import { isBridgeError } from "../../errors.ts";
import type { CommandId, OfferId, PersonId } from "../../ids.ts";
import { reviveDates } from "../../json-dates.ts";
import type { Outcome, Party, Target } from "../../platform/contract.ts";
import { newConsult, step as realStep } from "../machine.ts";
import type { Consult, ConsultEvent, Effect, Offer } from "../model.ts";
import { isDial } from "../towards.ts";
import { Breach, checkRest, checkStep, Heard, promise } from "./checks.ts";
import {
  type Act,
  calmAtMs,
  cancelAtMs,
  endsAtMs,
  type Fate,
  freeEveryMs,
  type History,
  lookEveryMs,
  type Person,
  smooth,
  storyTiming,
} from "./history.ts";
import { describe, freeze } from "./notes.ts";
import { type Phone, Platform } from "./platform.ts";
import { type Longest, Stopwatch } from "./stopwatch.ts";

export type Step = typeof realStep;
type CommandEffect = Extract<Effect, { do: "command" }>;

/** What came of a story. */
export type Report = Longest & {
  consult: Consult;
  platform: Platform;
  commands: string[];
  /** What happened, in words on demand. */
  notes: unknown[][];
};

/**
 * Plays one story from start to rest. `isStored`: between any two steps the consult is read back from the database.
 * @throws Breach with the timeline when a promise is broken.
 */
export function play(history: History, step: Step = realStep, isStored = false): Report {
  const world = new World(history, step, isStored);
  try {
    return world.play();
  } catch (error) {
    if (!(error instanceof Breach)) throw error;
    throw new Breach([error.message, ...world.notes.map(describe)].join("\n"));
  }
}

/** A story in which the wires work: then the seconds that we promise count as well. */
export function playOnTime(history: History, step: Step = realStep): Report {
  const report = play(history, step);
  promise(report.heldAfterLossMs <= 3_000, "the customer is back within 3 s");
  promise(report.cancelMs <= 3_000, "cancelling takes 3 s at most");
  promise(report.ghostRingMs <= 2_000, "a phone stops ringing for nobody within 2 s");
  return report;
}

class World {
  readonly notes: unknown[][] = [];
  private readonly history: History;
  private readonly step: Step;
  private readonly isStored: boolean;
  private readonly platform: Platform;
  private readonly heard = new Heard();
  private consult: Consult;
  private nowMs = 0;
  private queue: { atMs: number; run: () => void }[] = [];
  private readonly used = { fates: 0, pushes: 0, looks: 0, ids: 0 };
  private readonly commands = new Map<string, string>();
  /** Dials by id: how many copies are still on their way, and the leg that came of them. */
  private readonly dials = new Map<string, { flying: number; leg?: Party }>();
  private running = "";
  /** When a cancel was accepted. */
  private cancelledAtMs: number | undefined;
  private readonly stopwatch = new Stopwatch();

  constructor(history: History, step: Step, isStored: boolean) {
    this.isStored = isStored;
    this.history = history;
    this.step = step;
    this.platform = new Platform(
      history.quirks,
      () => this.nowMs,
      (leg, target) => this.ring(leg, target),
    );
    this.consult = newConsult({
      kind: history.kind,
      mode: history.mode,
      abreast: history.abreast,
      offers: history.people.map((person, index) => offerOf(index, person)),
      requestedAt: new Date(0),
      seen: this.platform.snapshot(),
    });
  }

  play(): Report {
    this.deliver({ type: "start" });
    for (const { atMs, does } of this.history.acts) this.after(atMs, () => this.act(does));
    for (const index of this.history.people.keys()) this.watch(index);
    this.after(cancelAtMs, () => this.deliver({ type: "move", move: "cancel" }));
    for (let atMs = lookEveryMs; atMs < endsAtMs; atMs += lookEveryMs) this.after(atMs, () => this.look());
    this.run();
    checkRest(this.consult, this.platform);
    const { consult, platform, notes } = this;
    return { consult, platform, notes, commands: [...this.commands.values()], ...this.stopwatch.longest };
  }

  private run(): void {
    for (let steps = 0; this.queue.length > 0; steps++) {
      promise(steps < 3_000, "everything comes to rest");
      this.queue.sort((one, other) => one.atMs - other.atMs);
      const next = this.queue[0];
      const wakeAtMs = this.consult.wakeAt?.getTime() ?? Number.POSITIVE_INFINITY;
      if (!next || Math.min(next.atMs, wakeAtMs) > endsAtMs) return;
      if (wakeAtMs < next.atMs) {
        this.nowMs = Math.max(this.nowMs, wakeAtMs);
        this.deliver({ type: "tick" });
        const woken = this.consult.wakeAt?.getTime() ?? Number.POSITIVE_INFINITY;
        promise(woken > this.nowMs, "a tick deals with all that is due");
      } else {
        this.queue.shift();
        this.nowMs = Math.max(this.nowMs, next.atMs);
        next.run();
      }
      this.stopwatch.look(this.nowMs, {
        heldAfterLossMs: this.isForgotten,
        ghostRingMs: this.isGhostRinging,
        cancelMs: this.cancelledAtMs !== undefined && this.consult.state !== "ended" && !this.isSentBlindly,
      });
    }
  }

  /** On hold by our doing, with no expert on the way any more. */
  private get isForgotten(): boolean {
    const { customer, agent, experts } = this.platform;
    return customer?.heldByUs === true && agent !== undefined && experts.length === 0 && this.dials.size > 0;
  }

  /** Nobody is left to come back to: whoever rings is watched until they answer. */
  private get isSentBlindly(): boolean {
    return this.history.kind === "blind-transfer" && this.platform.agent === undefined;
  }

  private get isGhostRinging(): boolean {
    const { customer, experts } = this.platform;
    return !customer && experts.some((leg) => leg.state === "ringing");
  }

  private note(...words: unknown[]): void {
    this.notes.push([this.nowMs, ...words]);
  }

  private after(ms: number, run: () => void): void {
    this.queue.push({ atMs: this.nowMs + ms, run });
  }

  private get isCalm(): boolean {
    return this.nowMs >= calmAtMs;
  }

  private deliver(event: ConsultEvent): void {
    this.note(this.consult.state, "<", event);
    this.heard.hear(event);
    const before = this.consult;
    try {
      const { consult, effects } = this.step(before, event, new Date(this.nowMs), this.newId, storyTiming);
      if (event.type === "move" && event.move === "cancel") this.cancelledAtMs ??= this.nowMs;
      checkStep(before, event, consult, effects, this.heard);
      if (this.isStored) this.checkRepeat(consult, event);
      this.consult = this.isStored ? freeze(reviveDates<Consult>(JSON.parse(JSON.stringify(consult)))) : consult;
      for (const effect of effects) this.carryOut(effect);
    } catch (error) {
      const isRefusedMove = event.type === "move" && isBridgeError(error) && error.code === "conflict";
      if (!isRefusedMove) throw error;
    }
  }

  /** The same event once more, at the same instant, is no news. */
  private checkRepeat(consult: Consult, event: ConsultEvent): void {
    if (event.type === "move" || event.type === "command") return;
    const again = this.step(consult, event, new Date(this.nowMs), this.newId, storyTiming);
    promise(again.effects.length === 0, `a repeated ${event.type} asks for nothing`);
    promise(JSON.stringify(again.consult) === JSON.stringify(consult), `a repeated ${event.type} changes nothing`);
  }

  private readonly newId = (): CommandId => `cmd_${++this.used.ids}`;

  private carryOut(effect: Effect): void {
    this.note(">", effect);
    promise(this.cancelledAtMs === undefined || effect.do !== "offer", "nobody is asked after cancel");
    if (effect.do === "offer") this.offer(effect.offer);
    if (effect.do === "lookup") this.look();
    if (effect.do === "command") this.send(effect);
  }

  // ---------------------------------------------------------------- commands

  private send(command: CommandEffect): void {
    const { do: _do, id, ...asked } = command;
    const text = JSON.stringify(asked);
    promise((this.commands.get(id) ?? text) === text, "an id belongs to one command");
    if (isDial(command) && !this.dials.has(id)) {
      promise(this.cancelledAtMs === undefined, "nobody is rung after cancel");
      for (const dial of this.dials.values())
        promise(!this.mayRing(dial, command), "no second dial while the first may ring");
    }
    this.commands.set(id, text);
    const fate = (this.isCalm ? undefined : this.history.fates[this.used.fates++]) ?? smooth.fate;
    const outcome = this.apply(command, fate);
    if (!outcome) return;
    this.after(fate.afterMs, () => {
      const told = outcome();
      this.deliver({ type: "command", command: id, outcome: told });
      if (fate.againAfterMs !== undefined)
        this.after(fate.againAfterMs, () => this.deliver({ type: "command", command: id, outcome: told }));
    });
  }

  /** Whoever is added comes to those who talk. */
  private mayRing({ flying, leg }: { flying: number; leg?: Party }, { operation }: CommandEffect): boolean {
    if (!leg) return flying > 0; // once there is a leg, copies on their way come to nothing
    if (operation === "addParty" && leg.state !== "ringing") return false;
    return leg.state !== "left" && leg.state !== "failed";
  }

  /** Lets the command take effect as fate wants it. Returns what will be answered; undefined when nothing ever is. */
  private apply(command: CommandEffect, { answers, effect, afterMs, lateMs }: Fate): (() => Outcome) | undefined {
    const isLost = answers === "unknown" || answers === "nothing";
    if (answers === "refused") return () => ({ state: "refused", code: "refused", reason: "" });
    let result: Outcome = { state: "unknown", reason: "" };
    const isNever = isLost && effect === "never";
    if (!isNever) {
      const dial = this.dials.get(command.id) ?? { flying: 0 };
      if (isDial(command)) this.dials.set(command.id, dial);
      dial.flying += 1;
      const takesMs =
        answers === "accepted" ? afterMs + lateMs / 10 : isLost && effect === "late" ? lateMs : afterMs / 2;
      this.after(takesMs, () => {
        dial.flying -= 1;
        result = this.runOnPlatform(command);
      });
    }
    if (answers === "nothing") return undefined;
    return () => {
      if (isLost) return { state: "unknown", reason: "" };
      if (answers === "accepted") return { state: "accepted" };
      if (result.state === "done" && answers === "done-and-shows")
        return { state: "done", snapshot: this.platform.snapshot() };
      return result;
    };
  }

  private runOnPlatform(command: CommandEffect): Outcome {
    const hadCustomer = this.platform.customer !== undefined;
    this.running = command.id;
    const outcome = this.platform.run(command.id, command);
    this.running = "";
    this.note(command.operation, outcome.state);
    promise(!hadCustomer || this.platform.customer, "no command removes the customer");
    this.push();
    return outcome;
  }

  // ---------------------------------------------------------------- what the platform tells

  private push(): void {
    const { afterMs, isLost, againAfterMs } =
      (this.isCalm ? undefined : this.history.pushes[this.used.pushes++]) ?? smooth.push;
    if (isLost) return;
    const snapshot = this.platform.snapshot();
    this.after(afterMs, () => this.deliver({ type: "snapshot", snapshot }));
    if (againAfterMs !== undefined)
      this.after(afterMs + againAfterMs, () => this.deliver({ type: "snapshot", snapshot }));
  }

  private look(): void {
    const { afterMs, isLost } = (this.isCalm ? undefined : this.history.looks[this.used.looks++]) ?? smooth.look;
    if (isLost) return;
    const lookedAt = new Date(this.nowMs);
    this.after(afterMs / 2, () => {
      const snapshot = this.platform.ended ? undefined : this.platform.snapshot();
      this.after(afterMs / 2, () =>
        this.deliver(snapshot ? { type: "snapshot", snapshot, lookedAt } : { type: "interaction-gone", lookedAt }),
      );
    });
  }

  // ---------------------------------------------------------------- people

  private personOf(offer: string) {
    const { people, guests = [] } = this.history;
    return [...people, ...guests][Number(offer.slice(4))];
  }

  /** The next who can be added; those who are not free at first are not. */
  private addExpert(): void {
    const { people, guests = [] } = this.history;
    const index = Math.max(people.length, this.consult.offers.length);
    const { freeAfterMs, ...guest } = guests[index - people.length] ?? {};
    const offers = "phone" in guest ? [offerOf(index, guest)] : [];
    this.deliver({ type: "move", move: "add-expert", offers });
  }

  private dropSecond(): void {
    const second = this.consult.offers.find((offer) => offer.guest && offer.state === "accepted");
    if (second) this.deliver({ type: "move", move: "drop-expert", person: second.person });
  }

  /** Somebody who is not free at first is looked at again and again. */
  private watch(index: number): void {
    const { freeAfterMs, hasPhone } = this.history.people[index] ?? {};
    if (freeAfterMs === undefined) return;
    const target = hasPhone ? { target: phoneOf(index) } : {};
    for (let atMs = freeAfterMs; atMs < cancelAtMs; atMs += freeEveryMs) {
      this.after(atMs, () => {
        const offer = this.consult.offers[index];
        if (offer?.state === "later") this.deliver({ type: "free", offer: offer.id, ...target });
      });
    }
  }

  private offer(offer: OfferId): void {
    const person = this.personOf(offer);
    if (!person) return;
    const isGuest = this.consult.offers.some((one) => one.id === offer && one.guest);
    promise(isGuest || this.nowMs >= (person.freeAfterMs ?? 0), "nobody is asked before they are free");
    const press = (answer: typeof person.answer, afterMs: number) =>
      answer && this.after(afterMs, () => this.deliver({ type: "answer", offer, answer, reason: "busy" }));
    if (person.isUndeliverable) {
      this.after(50, () => this.deliver({ type: "undeliverable", offer, reason: "not-installed" }));
      return;
    }
    press(person.answer, person.afterMs);
    if (person.againAfterMs !== undefined) press(person.answer, person.afterMs + person.againAfterMs);
    if (person.later) press(person.later.answer, person.later.afterMs);
  }

  private ring(leg: Party, target: Target): void {
    const dial = this.dials.get(this.running);
    if (dial) dial.leg = leg;
    const phone = target.kind === "phone" ? this.personOf(`off_${target.e164}`)?.phone : undefined;
    if (!phone) return;
    const { does, afterMs, hangsUpAfterMs } = phone;
    this.after(afterMs, () => this.change(leg.ref, pickUp[does]));
    if (does === "voicemail-late") this.after(afterMs + 700, () => this.change(leg.ref, { human: false }));
    if (hangsUpAfterMs !== undefined)
      this.after(afterMs + hangsUpAfterMs, () => this.change(leg.ref, { state: "left", reason: "hung-up" }));
    this.after(20_000, () => leg.state === "ringing" && this.change(leg.ref, { state: "failed", reason: "no-answer" }));
  }

  private change(ref: string, change: Partial<Party>): void {
    if (!this.platform.change(ref, change)) return;
    this.note(ref, change);
    this.push();
  }

  private act(does: Act): void {
    const { platform } = this;
    const expert = platform.experts[0];
    switch (does) {
      case "hand-over-heard":
        this.deliver({ type: "move", move: "hand-over", heard: true });
        break;
      case "agent-hangs-up":
        this.change("agent", { state: "left", reason: "hung-up" });
        break;
      case "add-expert":
        this.addExpert();
        break;
      case "drop-second":
        this.dropSecond();
        break;
      case "customer-hangs-up":
        this.change("customer", { state: "left", reason: "hung-up" });
        break;
      case "agent-drops-expert":
        if (expert) this.change(expert.ref, { state: "left", reason: "removed" });
        break;
      case "agent-holds":
        if (platform.customer?.state === "connected" && platform.agent) this.change("customer", { state: "held" });
        break;
      case "agent-resumes":
        if (platform.customer?.state === "held" && platform.agent)
          this.change("customer", { state: "connected", ...{ heldByUs: false } });
        break;
      case "agent-merges":
        platform.resume(platform.customer);
        for (const leg of platform.experts) platform.resume(leg);
        if (platform.customer) this.change("customer", {});
        break;
      case "replied":
      case "start":
      case "tick":
        this.deliver({ type: does });
        break;
      default:
        this.deliver({ type: "move", move: does });
    }
  }
}

const pickUp: Record<Phone["does"], Partial<Party>> = {
  answer: { state: "connected", human: true },
  "answer-unknown": { state: "connected" },
  voicemail: { state: "connected", human: false },
  "voicemail-late": { state: "connected" },
  "voicemail-unknown": { state: "connected", reason: "voicemail" },
  busy: { state: "failed", reason: "busy" },
  decline: { state: "failed", reason: "declined" },
  "ring-on": { state: "ringing" },
};

const phoneOf = (index: number): Target => ({ kind: "phone", e164: String(index) });

const offerOf = (index: number, { hasPhone, freeAfterMs }: Pick<Person, "hasPhone" | "freeAfterMs">): Offer => ({
  id: `off_${index}`,
  person: `per_${index}` as PersonId,
  state: freeAfterMs === undefined ? "planned" : "later",
  ...(hasPhone && freeAfterMs === undefined ? { target: phoneOf(index) } : {}),
});
