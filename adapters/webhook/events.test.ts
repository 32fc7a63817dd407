import { describe, expect, it } from "vitest";
import { signatureHeaders } from "../../src/platform/signature.ts";
import { webhook } from "./index.ts";
import { openStub, secret } from "./testing.ts";

const { connection, clock } = openStub(() => new Response());
const occurredAt = "2026-03-02T08:59:58Z";
const snapshot = {
  ref: "call-2",
  rootRef: "call-1",
  channel: "voice",
  state: "live",
  parties: [{ ref: "leg-1", role: "customer", state: "connected", name: "Ada Lovelace" }],
  recording: "paused",
  attributes: { tier: "gold" },
  startedAt: "2026-03-02T08:50:00Z",
  observedAt: occurredAt,
  sequence: 4,
};

async function receive(content: unknown, change: { headers?: Record<string, string>; method?: string } = {}) {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const body = content instanceof Uint8Array ? content : new TextEncoder().encode(text);
  const proof = await signatureHeaders([secret], { id: "msg-1", sentAt: clock.now(), body });
  const headers = new Headers({ "content-type": "application/json", ...proof, ...change.headers });
  const delivery = { method: change.method ?? "POST", url: "https://patchcord.example/hooks", headers, body };
  const answer = await webhook.events?.receive(connection, delivery);
  if (!answer || "handshake" in answer) throw new Error("no answer");
  return answer;
}

describe("each event", () => {
  it("agent.state.changed is a presence", async () => {
    const state = { status: "Pause déjeuner", means: "meal", routable: false, sequence: 9 };
    const event = { eventId: "e1", occurredAt, type: "agent.state.changed", agent: "agent-1", state };
    expect(await receive(event)).toEqual({
      events: [
        {
          kind: "presence",
          eventId: "e1",
          report: {
            account: "agent-1",
            presence: { availability: "away", activity: "break", native: "Pause déjeuner", routable: false },
            observedAt: new Date(occurredAt),
            sequence: 9,
            source: "push",
          },
        },
      ],
    });
  });

  it.each(["zen", "", "__proto__", "constructor", "Available"])("the word %j means no information", async (means) => {
    const state = { status: "?", means, routable: true };
    const event = { eventId: "e1", occurredAt, type: "agent.state.changed", agent: "agent-1", state };
    expect(await receive(event)).toMatchObject({ events: [{ report: { presence: { availability: "unknown" } } }] });
  });

  it("interaction.changed carries the whole interaction", async () => {
    const event = { eventId: "e2", occurredAt, type: "interaction.changed", interaction: "call-2", snapshot };
    expect(await receive(event)).toEqual({
      events: [
        {
          kind: "interaction",
          eventId: "e2",
          snapshot: { ...snapshot, startedAt: new Date(snapshot.startedAt), observedAt: new Date(occurredAt) },
        },
      ],
    });
  });

  it("interaction.changed without it says where to look", async () => {
    const event = { eventId: "e3", occurredAt, type: "interaction.changed", interaction: "call-2" };
    expect(await receive(event)).toEqual({
      events: [{ kind: "interaction-changed", eventId: "e3", interaction: "call-2" }],
    });
  });

  it("command.finished says what came of a command", async () => {
    const event = { eventId: "e4", occurredAt, type: "command.finished", commandId: "cmd-1" };
    const refused = { ...event, state: "refused", code: "wrong_agent", reason: "not in this call" };
    expect(await receive({ ...event, state: "done" })).toMatchObject({
      events: [{ kind: "command", commandId: "cmd-1", outcome: { state: "done" } }],
    });
    expect(await receive(refused)).toMatchObject({
      events: [{ outcome: { state: "refused", code: "wrong_agent", reason: "not in this call" } }],
    });
  });

  it("events.lost asks us to look at everything", async () => {
    expect(await receive({ eventId: "e5", occurredAt, type: "events.lost" })).toEqual({
      events: [{ kind: "attention", eventId: "e5", what: "gap" }],
    });
  });
});

describe("a delivery", () => {
  const lost = (index: number) => ({ eventId: `e${index}`, occurredAt, type: "events.lost" });
  const batch = (length: number) => ({ events: Array.from({ length }, (_, index) => lost(index)) });

  it("holds up to a hundred events, in order", async () => {
    const answer = await receive(batch(100));
    expect("events" in answer && answer.events.map((event) => event.eventId)).toEqual(
      batch(100).events.map((e) => e.eventId),
    );
    expect(await receive(batch(101))).toHaveProperty("rejected");
    expect(await receive(batch(0))).toHaveProperty("rejected");
  });

  it("keeps members that we do not know to itself", async () => {
    expect(await receive({ ...lost(1), invented: { later: true } })).toHaveProperty("events");
  });

  it.each([
    ["no JSON", "{", /not JSON/],
    ["no UTF-8", Uint8Array.from([0x22, 0xff, 0x22]), /not JSON in UTF-8/],
    ["no event", "null", /body/],
    ["an unknown type", { ...lost(1), type: "party.danced" }, /type/],
    ["no id", { occurredAt, type: "events.lost" }, /eventId/],
    ["a date without a zone", { ...lost(1), occurredAt: "2026-03-02T08:59:58" }, /occurredAt/],
    ["one wrong among many", { events: [lost(1), { ...lost(2), occurredAt: 7 }] }, /events\.1\.occurredAt/],
    [
      "a role that nobody has",
      {
        ...lost(1),
        type: "interaction.changed",
        interaction: "call-1",
        snapshot: { ...snapshot, parties: [{ ref: "leg-1", role: "Ada Lovelace", state: "connected" }] },
      },
      /snapshot\.parties\.0\.role/,
    ],
  ])("is rejected with a reason: %s", async (_name, content, reason) => {
    const answer = await receive(content);
    expect(answer).toEqual({ rejected: expect.stringMatching(reason) });
    expect(JSON.stringify(answer)).not.toContain("Ada");
  });

  it("is rejected when it is not JSON by POST, or too large", async () => {
    expect(await receive(lost(1), { method: "PUT" })).toHaveProperty("rejected");
    expect(await receive(lost(1), { headers: { "content-type": "text/plain" } })).toHaveProperty("rejected");
    expect(await receive(lost(1), { headers: { "content-type": "application/jsonp" } })).toHaveProperty("rejected");
    expect(await receive(lost(1), { headers: { "content-type": "application/json; charset=utf-8" } })).toHaveProperty(
      "events",
    );
    expect(await receive({ ...lost(1), padding: "x".repeat(1_000_001) })).toEqual({
      rejected: expect.stringMatching(/megabyte/),
    });
  });
});
