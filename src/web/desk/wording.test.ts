import { describe, expect, test } from "vitest";
import type { ConsultView, InteractionView } from "../../views.ts";
import { createFormat } from "../shared/format.ts";
import { en } from "../texts/en.ts";
import { sv } from "../texts/sv.ts";
import { consult, hit, interaction, party } from "./samples.ts";
import type { Speech } from "./speech.ts";
import {
  consultSentence,
  eventSentence,
  offerSentence,
  pendingSentence,
  presenceLine,
  troubleOfConsult,
  whoOf,
} from "./wording.ts";

const speech: Speech = { language: "en", words: en, format: createFormat("en-GB", "UTC") };
const now = Date.parse("2026-03-02T12:00:06.000Z");
const jonas = { personId: "per_jonas", name: "Jonas Sund" };
const held = interaction({
  parties: [
    party("customer", { state: "held", music: true }),
    party("agent", { hears: ["expert"] }),
    party("expert", { hears: ["agent"] }),
  ],
});
const say = (view: Partial<ConsultView>, call: InteractionView = interaction(), language = speech) =>
  consultSentence(consult(view), call, language, now);

describe("what is happening", () => {
  test.each<[string, Partial<ConsultView>, InteractionView, string]>([
    ["asking", {}, interaction(), "We are asking Jonas. Lucía is with you."],
    ["ringing", { state: "ringing", expert: jonas }, held, "Jonas is ringing. Lucía hears music."],
    ["not rung yet", { state: "ringing", expert: jonas }, interaction(), "We are calling Jonas. Lucía is with you."],
    [
      "talking in private",
      { state: "consulting", expert: jonas },
      held,
      "You are talking to Jonas. Lucía hears music.",
    ],
    [
      "talking to the customer",
      { state: "consulting", talkingTo: "customer", expert: jonas },
      interaction(),
      "You are talking to Lucía. Jonas waits.",
    ],
    [
      "together",
      { state: "conferencing", expert: jonas },
      interaction({ parties: [party("customer", { hears: ["agent", "expert"] }), party("agent"), party("expert")] }),
      "You, Lucía and Jonas hear each other.",
    ],
    [
      "later",
      {
        state: "waiting",
        offers: [{ id: "o", personId: "p", name: "Jonas Sund", state: "later", againAt: "2026-03-02T12:05:06.000Z" }],
      },
      interaction(),
      "Jonas has time in 5 minutes. Lucía is with you.",
    ],
    [
      "a question",
      { kind: "question", state: "consulting", expert: jonas },
      interaction(),
      "Jonas is answering by chat.",
    ],
    [
      "transferred",
      { state: "ended", result: "transferred", expert: jonas },
      interaction(),
      "Jonas has Lucía. You are out of the call.",
    ],
  ])("%s", (_what, view, call, sentence) => expect(say(view, call)).toBe(sentence));

  test("says who is late with an answer, and since when", () => {
    const offer = {
      personId: "p",
      state: "asked",
      askedAt: "2026-03-02T11:54:00Z",
      lateAt: "2026-03-02T11:59:00Z",
    } as const;
    const [first, second] = [
      { ...offer, id: "off_1", name: "Jonas Sund" },
      { ...offer, id: "off_2", name: "Marta Ruiz", askedAt: "2026-03-02T11:53:00Z", lateAt: "2026-03-02T11:58:00Z" },
    ];
    const kind = "question" as const;
    expect(say({ kind, offers: [first] })).toBe("No answer yet from Jonas since 11:54.");
    expect(say({ kind, offers: [first, second] })).toBe("No answer yet from Jonas and Marta since 11:53.");
    expect(say({ kind, offers: [{ ...first, lateAt: "2026-03-02T12:00:07Z" }] })).toBe("We are asking Jonas.");
    const said = { ...first, state: "accepted" as const, answeredAt: "2026-03-02T11:55:00Z" };
    expect(say({ kind, state: "consulting", expert: jonas, offers: [said] })).toBe(
      "Jonas said yes at 11:55 and has not written yet.",
    );
  });

  test("names nobody wrongly while several are asked", () => {
    const offers = [
      consult().offers[0],
      { id: "off_2", personId: "per_m", name: "Marta Ruiz", state: "asked" as const },
    ].filter((offer) => offer !== undefined);
    expect(say({ offers })).toBe("We are asking Jonas and Marta. Lucía is with you.");
    expect(whoOf(consult({ offers }), interaction(), en).expert).toBe("your colleague");
  });

  test("says whom we wait for, who has named no time", () => {
    const offers: ConsultView["offers"] = [{ id: "off_1", personId: "per_1", name: "Jonas Sund", state: "later" }];
    expect(say({ state: "waiting", offers })).toContain("We ask Jonas as soon as they are free.");
    expect(offers.map((offer) => offerSentence(offer, speech, now))).toEqual(["asked as soon as they are free"]);
    expect(say({ state: "waiting", offers: [...offers, ...offers] })).toContain("waiting for somebody to be free");
  });

  test("speaks of a customer without a name", () => {
    const call = { ...held, customer: {} };
    expect(say({ state: "ringing", expert: jonas }, call)).toBe("Jonas is ringing. The customer hears music.");
    expect(say({ state: "ringing", expert: jonas }, call, { ...speech, language: "sv", words: sv })).toBe(
      "Det ringer hos Jonas. Kunden hör musik.",
    );
  });

  test("says uncertain things as uncertain", () => {
    const view = consult({
      state: "ringing",
      expert: jonas,
      pending: { operation: "startConsult", state: "unknown", askedAt: "" },
    });
    expect(pendingSentence(view, whoOf(view, interaction(), en), en)).toBe(
      "We asked the phone system to ring Jonas and have not heard back. Checking.",
    );
  });
});

describe("codes that we have no words for", () => {
  const who = { expert: "Jonas", customer: "Lucía" };
  test.each(["constructor", "toString", "brand-new"])("%s is said in general terms", (code) => {
    expect(troubleOfConsult(consult({ trouble: code }), who, en)).toBe(en.troubleOther());
    expect(eventSentence({ at: "", what: code, data: {} }, consult(), who, en)).toBe(en.eventOther());
    expect(offerSentence({ id: "", personId: "", name: "", state: "declined", reason: code }, speech, now)).toBe(
      "said no",
    );
  });
});

describe("the timeline", () => {
  const line = (what: string, data: Record<string, unknown>) =>
    eventSentence({ at: "", what, data }, consult({ expert: jonas }), { expert: "Jonas", customer: "Lucía" }, en);
  test.each([
    ["offer-declined", { name: "Marta Ruiz", reason: "not-my-topic" }, "Marta said no: not their topic"],
    ["move", { move: "talk-to-customer" }, "You chose “Talk to Lucía”"],
    ["trouble", { trouble: "expert-busy" }, "Jonas is on another call."],
    ["ended", { result: "returned" }, "Jonas has left. Lucía is with you."],
    ["offer-planned", { name: "Marta Ruiz" }, undefined],
  ])("%s", (what, data, sentence) => expect(line(what, data)).toBe(sentence));
});

describe("a person's line", () => {
  const presence = {
    account: "a",
    platform: "Microsoft Teams",
    adapter: "teams",
    availability: "available",
    activity: "none",
    observedAt: "2026-03-02T12:00:03.000Z",
    stale: false,
  } as const;

  test("is the word, the platform as people call it, and since when", () => {
    const person = { ...hit("a"), reachability: { ...hit("a").reachability, presences: [presence] } };
    expect(presenceLine(person, speech, now)).toEqual({
      status: "Available",
      platform: "Teams",
      observedAt: presence.observedAt,
      stale: false,
    });
  });

  test("gives the reason why not, until when", () => {
    const reachability = {
      ...hit("a", "later").reachability,
      reasons: [{ code: "in-meeting" as const, until: "2026-03-02T14:30:00.000Z" }],
      presences: [presence],
    };
    expect(presenceLine({ reachability }, speech, now).status).toBe("In a meeting until 14:30");
  });

  test("names the platform that the reason is from, where its sentence does not", () => {
    const reachability = {
      ...hit("a", "later").reachability,
      reasons: [{ code: "away" as const, platform: "Microsoft Teams" }],
      presences: [{ ...presence, platform: "RingCentral" }],
    };
    expect(presenceLine({ reachability }, speech, now)).toMatchObject({ status: "Away", platform: "Teams" });
  });

  test("does not name the platform twice", () => {
    const reachability = {
      ...hit("a", "later").reachability,
      reasons: [{ code: "in-call" as const, platform: "Microsoft Teams" }],
      presences: [presence],
    };
    expect(presenceLine({ reachability }, speech, now)).toMatchObject({
      status: "In a call on Teams",
      platform: undefined,
    });
  });
});
