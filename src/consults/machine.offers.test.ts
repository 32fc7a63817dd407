import { describe, expect, it } from "vitest";
import { tell } from "./simulation/telling.ts";

describe("asking", () => {
  it("asks side by side, and the first yes wins", () => {
    const story = tell("consult", { experts: 4, abreast: 3 });
    expect(story.start()).toEqual(["offer 0", "offer 1", "offer 2"]);
    story.answers(1, "now");
    expect([0, 1, 2, 3].map(story.offer)).toEqual(["taken", "accepted", "taken", "planned"]);
    const before = story.consult;
    expect(story.answers(0, "now")).toEqual([]);
    expect(story.consult).toEqual(before);
  });

  it("moves on after a no and after 20 s of silence", () => {
    const story = tell("consult", { experts: 3 });
    story.start();
    expect(story.answers(0, "no", "busy")).toEqual(["offer 1"]);
    expect(story.passes(19_999)).toEqual([]);
    expect(story.passes(1)).toEqual(["offer 2"]);
    expect([0, 1, 2].map(story.offer)).toEqual(["declined", "silent", "asked"]);
    expect(story.consult.offers[0]?.reason).toBe("busy");
  });

  it("wakes for the earliest deadline and not before", () => {
    const story = tell("consult");
    story.start();
    const { wakeAt, requestedAt } = story.consult;
    expect(Number(wakeAt) - Number(requestedAt)).toBe(20_000);
    const before = story.consult;
    story.passes(5_000);
    expect(story.consult).toEqual(before);
  });

  it("lets a late yes win while others are still being asked", () => {
    const story = tell("consult");
    story.start();
    story.passes(20_000);
    expect(story.answers(0, "now")).toContain("startConsult +493012340");
    expect([0, 1].map(story.offer)).toEqual(["accepted", "taken"]);
  });

  it("ignores a yes after the end", () => {
    const story = tell("consult", { experts: 1 });
    story.start();
    story.passes(20_000);
    expect(story.consult).toMatchObject({ state: "ended", result: "unanswered" });
    expect(story.answers(0, "now")).toEqual([]);
    expect(story.offer(0)).toBe("silent");
  });

  it.each([
    ["declined", ["no", "no"]],
    ["declined", ["chat", "no"]],
    ["unanswered", ["silence", "no"]],
    ["unreachable", ["undeliverable", "undeliverable"]],
  ] as const)("ends %s after %j", (result, said) => {
    const story = tell("consult");
    story.start();
    said.forEach((word, index) => {
      if (word === "silence") story.passes(20_000);
      else if (word === "undeliverable")
        story.happen({ type: "undeliverable", offer: `off_${index}`, reason: "not-installed" });
      else story.answers(index, word);
    });
    expect(story.consult).toMatchObject({ state: "ended", result });
  });

  it("asks again in five minutes, and waits if nobody else is there", () => {
    const story = tell("consult");
    story.start();
    expect(story.answers(0, "later")).toEqual(["offer 1"]);
    story.answers(1, "no");
    expect(story.state).toBe("waiting");
    expect(story.passes(299_999)).toEqual([]);
    expect(story.passes(1)).toEqual(["offer 0"]);
    expect(story.answers(0, "now")).toContain("startConsult +493012340");
  });

  it("lets somebody who said later come sooner", () => {
    const story = tell("consult", { experts: 1 });
    story.start();
    story.answers(0, "later");
    expect(story.answers(0, "now")).toContain("startConsult +493012340");
  });

  it("remembers that somebody could help by chat only", () => {
    const story = tell("consult");
    story.start();
    story.answers(0, "chat");
    expect([0, 1].map(story.offer)).toEqual(["chat", "asked"]);
    expect(story.consult.trouble).toBe("chat-only");
  });
});

describe("a question", () => {
  it("leaves ten minutes to write, then asks the next; the first to write is the one", () => {
    const story = tell("question");
    story.start();
    expect(story.passes(599_999)).toEqual([]);
    expect(story.passes(1)).toEqual(["offer 1"]);
    expect([0, 1].map(story.offer)).toEqual(["silent", "asked"]);
    story.answers(0, "chat");
    story.happen({ type: "replied" });
    expect(story.consult).toMatchObject({ state: "ended", result: "answered" });
    expect(story.offer(1)).toBe("taken");
  });

  it("does not wait in vain for somebody who said yes and writes nothing", () => {
    const story = tell("question", { experts: 1 });
    story.start();
    story.answers(0, "chat");
    expect(story.state).toBe("consulting");
    story.passes(600_000);
    expect(story.consult).toMatchObject({ state: "ended", result: "unanswered", trouble: "no-reply" });
  });
});

describe("waiting until somebody is free", () => {
  const waiting = (experts = 2) => {
    const story = tell("consult", { experts, isFree: false });
    story.start();
    return story;
  };
  const free = (story: ReturnType<typeof waiting>, index: number) =>
    story.happen({
      type: "free",
      offer: `off_${index}`,
      target: { kind: "phone", e164: `+4930555${index}` },
    });

  it("asks nobody until then, and then before it rings", () => {
    const story = waiting();
    expect(story.state).toBe("waiting");
    expect(story.passes(600_000)).toEqual([]);
    expect(free(story, 1)).toEqual(["offer 1"]);
    expect(story.state).toBe("offering");
    expect(story.answers(1, "now")).toContain("startConsult +49305551");
    expect(story.offer(0)).toBe("taken");
  });

  it("asks one at a time, and the next only if they are still free", () => {
    const story = waiting();
    free(story, 0);
    const before = story.consult;
    expect(free(story, 1)).toEqual([]);
    expect(free(story, 0)).toEqual([]);
    expect(story.consult).toEqual(before);
    expect(story.answers(0, "no")).toEqual([]);
    expect(story.state).toBe("waiting");
    expect(free(story, 1)).toEqual(["offer 1"]);
  });

  it("ends after half an hour and says why", () => {
    const story = waiting();
    story.passes(1_799_999);
    expect(story.state).toBe("waiting");
    story.passes(1);
    expect(story.consult).toMatchObject({ state: "ended", result: "unreachable", trouble: "not-free" });
  });

  it("is cancelled by the agent and by the customer's leaving", () => {
    const cancelled = waiting();
    cancelled.moves("cancel");
    expect(cancelled.consult).toMatchObject({ state: "ended", result: "cancelled" });
    expect(free(cancelled, 0)).toEqual([]);
    const left = waiting();
    left.shows({ customer: "left" });
    expect(left.consult).toMatchObject({ state: "ended", result: "customer-left" });
  });

  it("does not ask sooner somebody who said: in five minutes", () => {
    const story = tell("consult", { experts: 1 });
    story.start();
    story.answers(0, "later");
    expect(free(story, 0)).toEqual([]);
    expect(story.offer(0)).toBe("later");
  });
});

describe("ringing", () => {
  const ringing = (mode: "ask" | "ring" = "ask") => {
    const story = tell("consult", { mode });
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    return story;
  };

  it.each([
    ["busy", "undeliverable", "expert-busy"],
    ["declined", "declined", "expert-declined"],
    ["no-answer", "silent", "expert-no-answer"],
    ["unreachable", "undeliverable", "expert-unreachable"],
    ["a new word", "silent", "expert-no-answer"],
  ])("brings the customer back when the phone is %s, and asks the next", (reason, offer, trouble) => {
    const story = ringing();
    expect(story.shows({ customer: "held", expert: "failed", reason })).toEqual(["offer 1", "resume customer"]);
    expect(story.offer(0)).toBe(offer);
    expect(story.consult).toMatchObject({ state: "offering", trouble });
  });

  it("stops after 18 s and rings the next only when the last phone is still", () => {
    const story = ringing("ring");
    expect(story.passes(18_000)).toContain("cancelConsult leg-1");
    story.outcome("done");
    expect(story.shows({ customer: "held", expert: "ringing" })).toEqual([]);
    expect(story.shows({ expert: "left" })).toEqual(["offer 1", "startConsult +493012341"]);
    expect(story.shows({ customer: "held", expert: "ringing", leg: "leg-2" })).toEqual([]);
    expect(story.consult).toMatchObject({ state: "ringing", expertParty: "leg-2" });
  });

  it("has not stopped in vain while we were away, before the call has been looked at", () => {
    const story = ringing();
    expect(story.passes(40_000)).toEqual(["lookup"]);
    expect(story.consult).toMatchObject({ state: "ringing", winner: "off_0" });
    story.finds({ customer: "held", expert: "connected" });
    expect(story.consult).toMatchObject({ state: "consulting", expertProven: true });
    expect(story.passes(60_000)).toEqual([]);
  });

  it("has after that, once the platform has had its time to answer too", () => {
    const story = ringing();
    story.passes(40_000);
    expect(story.finds({ customer: "held", expert: "ringing" })).toEqual([]);
    expect(story.passes(4_999)).toEqual([]);
    expect(story.passes(1)).toContain("cancelConsult leg-1");
    const silent = ringing();
    silent.passes(40_000);
    expect(silent.passes(5_000)).toContain("cancelConsult leg-1");
  });

  it("does not ring somebody twice for one yes", () => {
    const story = ringing();
    story.shows({ customer: "held", expert: "failed", reason: "no-answer" });
    story.outcome("done");
    story.shows({});
    expect(story.answers(0, "now")).toEqual([]);
  });

  it("stops for somebody who presses another button while it rings", () => {
    const story = tell("consult", { mode: "ring" });
    story.start();
    story.outcome("done");
    story.shows({ customer: "held", expert: "ringing" });
    expect(story.answers(0, "later")).toContain("cancelConsult leg-1");
    expect(story.offer(0)).toBe("later");
  });

  it("is taken back by the platform's own button", () => {
    const story = ringing();
    story.shows({ expert: "left", reason: "removed" });
    expect(story.consult).toMatchObject({ state: "ended", result: "cancelled" });
  });

  it("goes on without the card", () => {
    const story = tell("consult", { mode: "ring" });
    story.start();
    expect(story.happen({ type: "undeliverable", offer: "off_0", reason: "blocked" })).toEqual([]);
    expect(story.offer(0)).toBe("asked");
  });

  it("passes over those without a phone, who may still help by chat when they are asked", () => {
    const ring = tell("consult", { mode: "ring" });
    delete ring.consult.offers[0]?.target;
    expect(ring.start()).toEqual(["offer 1", "startConsult +493012341"]);
    expect(ring.consult.offers[0]).toMatchObject({ state: "undeliverable", reason: "no-number" });

    const ask = tell("consult");
    delete ask.consult.offers[0]?.target;
    ask.start();
    expect(ask.answers(0, "now")).toEqual(["offer 1"]);
    expect(ask.consult).toMatchObject({ state: "offering", trouble: "chat-only" });
  });

  it("rings the next when the winner changes their mind", () => {
    const story = ringing();
    expect(story.answers(0, "no", "busy")).toEqual(["offer 1", "cancelConsult leg-1"]);
    expect(story.consult.offers[0]).toMatchObject({ state: "declined", reason: "busy" });
  });

  it("knows an expert with a seat in the contact center by the account that was rung", () => {
    const story = tell("consult", { experts: 1 });
    const [offer] = story.consult.offers;
    if (offer) offer.target = { kind: "agent", account: "jonas" };
    story.start();
    story.answers(0, "now");
    story.outcome("done");
    const snapshot = story.snapshot({ customer: "held" });
    snapshot.parties.push({ ref: "seat", role: "agent", state: "connected", account: "jonas" });
    story.happen({ type: "snapshot", snapshot });
    expect(story.consult).toMatchObject({ state: "consulting", expertParty: "seat", expertProven: true });
  });

  it("takes no other agent for the expert", () => {
    const story = tell("consult", { experts: 1 });
    const [offer] = story.consult.offers;
    if (offer) offer.target = { kind: "agent", account: "jonas" };
    story.start();
    story.answers(0, "now");
    story.outcome("accepted");
    const snapshot = story.snapshot({ customer: "held" });
    snapshot.parties.push({ ref: "supervisor", role: "agent", state: "connected", account: "maria" });
    story.happen({ type: "snapshot", snapshot });
    expect(story.state).toBe("ringing");
    expect(story.consult.expertParty).toBeUndefined();
  });

  it("begins anew with the next expert", () => {
    const story = ringing();
    story.shows({ customer: "held", expert: "connected" });
    story.shows({ customer: "held", expert: "connected", human: false });
    story.outcome("done");
    story.answers(1, "now");
    expect(story.shows({ expert: "left" })).toEqual(["startConsult +493012341"]);
    story.outcome("done");
    expect(story.shows({ expert: "connected", leg: "leg-2" })).toEqual(["switchParty expert"]);
  });

  it("takes no recorder for an expert", () => {
    const story = ringing();
    const snapshot = story.snapshot({ customer: "held", expert: "ringing" });
    snapshot.parties.push({ ref: "recorder", role: "system", state: "connected" });
    story.happen({ type: "snapshot", snapshot });
    expect(story.consult).toMatchObject({ state: "ringing", expertParty: "leg-1" });
  });
});
