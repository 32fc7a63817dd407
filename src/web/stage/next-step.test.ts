import { describe, expect, test } from "vitest";
import type { CallView, PhoneView, UserView, WorldView } from "../../sandbox/protocol.ts";
import { isWaiting, nextStep } from "./next-step.ts";
import { initialStage, reduceStage, type StageEvent } from "./state.ts";

const user = (id: string, card?: Record<string, unknown>): UserView => ({
  id,
  name: id.toUpperCase(),
  title: "",
  presence: { availability: "Available", activity: "Available" },
  own: { onCall: false },
  chat: { messages: card ? [{ id: "m", from: "bot", card, at: "" }] : [] },
});
const asking = {
  body: [
    {
      type: "ActionSet",
      actions: [{ type: "Action.Execute", verb: "answer", data: { offer: "off_1", answer: "now" } }],
    },
  ],
};
const party = (
  role: CallView["parties"][number]["role"],
  state: CallView["parties"][number]["state"] = "connected",
) => ({
  ref: role,
  role,
  name: role,
  state,
  hears: [],
  music: state === "held",
  since: "",
});
const call = (change: Partial<CallView> = {}): CallView => ({
  ref: "c",
  startedAt: "",
  state: "live",
  agent: "a",
  recording: "on",
  parties: [party("customer"), party("agent")],
  commands: [],
  ...change,
});
const ringing: PhoneView = {
  number: "+1",
  owner: "asa",
  platform: "ringcentral",
  ringing: { partyRef: "leg", from: "A" },
  connected: null,
  mode: "manual",
};
const world = (change: Partial<WorldView> = {}): WorldView => ({
  sequence: 1,
  at: "",
  service: { up: true, restarts: 0 },
  customers: [],
  agents: [],
  calls: [],
  phones: [{ ...ringing, owner: "jonas", platform: "teams", ringing: null }],
  teams: { users: [user("jonas")] },
  ringcentral: { extensions: [user("asa")] },
  faults: [],
  ...change,
});

describe("the story", () => {
  test.each<[string, WorldView, Partial<ReturnType<typeof nextStep>>]>([
    ["begins with a call", world(), { key: "start-call", action: { action: "start-call" } }],
    ["goes on with a consult", world({ calls: [call()] }), { key: "consult", name: "JONAS" }],
    [
      "then the card",
      world({ calls: [call()], teams: { users: [user("jonas", asking)] } }),
      { key: "press-card", person: { platform: "teams", user: "jonas" } },
    ],
    [
      "then the phone",
      world({ calls: [call()], phones: [ringing] }),
      { key: "answer", name: "ASA", action: { action: "answer-phone", partyRef: "leg" } },
    ],
    [
      "then all together",
      world({ calls: [call({ parties: [party("customer", "held"), party("agent"), party("expert")] })] }),
      { key: "together" },
    ],
    [
      "then the hand-over",
      world({ calls: [call({ parties: [party("customer"), party("agent"), party("expert")] })] }),
      { key: "hand-over" },
    ],
    [
      "then the end",
      world({ calls: [call({ parties: [party("customer"), party("agent", "left"), party("expert")] })] }),
      { key: "over", action: { action: "customer-hangs-up", call: "c" } },
    ],
    [
      "then breaking things",
      world({
        calls: [
          call({ state: "ended", commands: [{ id: "1", operation: "completeTransfer", state: "done", at: "" }] }),
        ],
      }),
      { key: "break-it" },
    ],
    [
      "and waits for a killed server",
      world({ service: { up: false, restarts: 0 }, calls: [call()] }),
      { key: "wait-service" },
    ],
  ])("%s", (_what, view, step) => expect(nextStep(view)).toMatchObject(step));

  test("presses the card with the very data that is in it", () => {
    const step = nextStep(world({ teams: { users: [user("jonas", asking)] } }));
    expect(step.action).toEqual({
      action: "press-card",
      platform: "teams",
      user: "jonas",
      message: "m",
      verb: "answer",
      data: { offer: "off_1", answer: "now" },
    });
  });

  test("takes a card that was answered for what it is", () => {
    const answered = { body: [{ type: "TextBlock", text: "Your phone rings now." }] };
    expect(nextStep(world({ calls: [call()], teams: { users: [user("jonas", answered)] } })).key).toBe("consult");
  });
});

describe("who is in sight", () => {
  const seen = (...views: WorldView[]) =>
    views.reduce((state, view) => reduceStage(state, { type: "world", world: view }), initialStage("light"));

  test("is whoever something new waits for", () => {
    const state = seen(world(), world({ sequence: 2, phones: [ringing] }));
    expect(state.person).toEqual({ platform: "ringcentral", user: "asa" });
    expect(isWaiting(world({ phones: [ringing] }), { platform: "ringcentral", user: "asa" })).toBe(true);
  });

  test("stays whom the visitor chose while nothing new waits", () => {
    const rings = world({ sequence: 2, phones: [ringing] });
    const chosen = reduceStage(seen(world(), rings), { type: "person", person: { platform: "teams", user: "jonas" } });
    expect(reduceStage(chosen, { type: "world", world: { ...rings, sequence: 3 } }).person).toEqual({
      platform: "teams",
      user: "jonas",
    });
  });

  test("a late view changes nothing", () => {
    expect(seen(world({ sequence: 5, calls: [call()] }), world({ sequence: 4 })).world?.calls).toHaveLength(1);
  });
});

describe("whom the desk suggests", () => {
  const inCall = world({ calls: [call()] });

  test("is whom the hint names and who comes into sight", () => {
    const before = reduceStage(initialStage("light"), { type: "world", world: inCall });
    const state = reduceStage(before, { type: "suggested", name: "JONAS" });
    expect(state.person).toEqual({ platform: "teams", user: "jonas" });
    expect(nextStep(inCall, state.suggested)).toMatchObject({ key: "consult", name: "JONAS" });
  });

  test("does not take the visitor away from whom they chose, until the next call", () => {
    const chosen: StageEvent[] = [
      { type: "world", world: inCall },
      { type: "person", person: { platform: "teams", user: "marta" } },
      { type: "suggested", name: "JONAS" },
    ];
    const state = chosen.reduce(reduceStage, initialStage("light"));
    expect(state.person?.user).toBe("marta");
    const next: StageEvent[] = [
      { type: "suggested", name: undefined },
      { type: "suggested", name: "JONAS" },
    ];
    expect(next.reduce(reduceStage, state).person?.user).toBe("jonas");
  });
});
