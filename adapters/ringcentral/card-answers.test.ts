import { describe, expect, it } from "vitest";
import { parseCardAnswer } from "./card-answers.ts";
import { deliver } from "./cards.ts";
import { receive } from "./events.ts";
import { ada, createScene } from "./fake/scene.ts";
import { hexHmac } from "./secrets.ts";

const card = {
  text: "Can you help?",
  content: {
    type: "AdaptiveCard",
    body: [{ type: "Input.Text", id: "note" }],
    actions: [
      { type: "Action.Execute", title: "Now", verb: "accept", data: { offer: "off_1", nested: { deep: [1] } } },
    ],
  },
};
const settings = { webhookSecret: "made-up-shared-secret" };
const bytes = (text: string) => new TextEncoder().encode(text);

/** A press of the button in the fake, as it arrives at the outbound webhook. */
async function press() {
  const arrived: { headers: Headers; body: Uint8Array }[] = [];
  const scene = createScene({
    client: { outboundWebhook: "https://bridge.example/cards" },
    fetch: async (input, init) => {
      const request = new Request(input, init);
      arrived.push({ headers: request.headers, body: new Uint8Array(await request.arrayBuffer()) });
      return new Response(null);
    },
  });
  const place = await deliver(scene.c, ada, card);
  await scene.fake.clickAction(ada, place.card ?? "", { verb: "accept", inputs: { note: "in a minute" } });
  const [delivery] = arrived;
  if (!delivery) throw new Error("nothing arrived");
  return { ...delivery, now: scene.clock.now() };
}

async function signed(content: unknown, secret = settings.webhookSecret) {
  const body = bytes(JSON.stringify(content));
  return { body, headers: new Headers({ "X-Glip-Signature": await hexHmac("SHA-1", secret, body) }) };
}
const now = new Date("2026-03-02T09:00:00Z");
const submission = {
  uuid: "u1",
  timestamp: now.toISOString(),
  type: "button_submit",
  user: { id: ada },
  data: { verb: "accept" },
};

describe("a pressed button", () => {
  it("comes back as who pressed it, the verb, its data and what was typed", async () => {
    const { headers, body, now } = await press();
    expect(await parseCardAnswer(settings, headers, body, now)).toEqual({
      eventId: expect.any(String),
      account: ada,
      verb: "accept",
      data: { offer: "off_1", nested: { deep: [1] }, note: "in a minute" },
    });
  });

  it("is known again when it comes twice", async () => {
    const { headers, body, now } = await press();
    const first = await parseCardAnswer(settings, headers, body, now);
    expect(await parseCardAnswer(settings, headers, body, now)).toEqual(first);
  });

  it("may have its signature after sha1=, as the guide's text says", async () => {
    const { headers, body, now } = await press();
    headers.set("x-glip-signature", `sha1=${headers.get("x-glip-signature")}`);
    expect(await parseCardAnswer(settings, headers, body, now)).toHaveProperty("verb", "accept");
  });

  it("is rejected when a single byte of body or signature is changed", async () => {
    const { headers, body, now } = await press();
    for (const index of body.keys()) {
      const changed = Uint8Array.from(body);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(await parseCardAnswer(settings, headers, changed, now)).toHaveProperty("rejected");
    }
    const signature = headers.get("x-glip-signature") ?? "";
    for (const wrong of [
      "",
      signature.slice(1),
      `${signature}0`,
      signature.replace(/.$/, "g"),
      signature.toUpperCase(),
    ]) {
      const other = new Headers({ "x-glip-signature": wrong });
      if (wrong !== signature) expect(await parseCardAnswer(settings, other, body, now)).toHaveProperty("rejected");
    }
  });

  it("is an event of ours, from the same address as the others", async () => {
    const { headers, body } = await press();
    const scene = createScene({ settings });
    const request = { method: "POST", url: "https://bridge.example/cards", headers, body };
    const answer = {
      kind: "answer",
      eventId: expect.any(String),
      account: ada,
      verb: "accept",
      data: expect.anything(),
    };
    expect(await receive(scene.c, request)).toEqual({ events: [answer] });
    headers.set("x-glip-signature", "0".repeat(40));
    expect(await receive(scene.c, request)).toHaveProperty("rejected");
  });

  it("is rejected with another secret, without one, and when it is old", async () => {
    const { headers, body, now } = await press();
    const late = new Date(now.getTime() + 5 * 60_000 + 1);
    expect(await parseCardAnswer({ webhookSecret: "other" }, headers, body, now)).toHaveProperty("rejected");
    expect(await parseCardAnswer({}, headers, body, now)).toHaveProperty("rejected");
    expect(await parseCardAnswer(settings, headers, body, late)).toHaveProperty("rejected");
    expect(await parseCardAnswer(settings, new Headers(), body, now)).toHaveProperty("rejected");
  });

  it.each([
    ["of another type", { ...submission, type: "message" }],
    ["of nobody", { ...submission, user: {} }],
    ["of no time", { ...submission, timestamp: "now" }],
    ["no object", [submission]],
  ])("is rejected: %s", async (_name, content) => {
    const { headers, body } = await signed(content);
    expect(await parseCardAnswer(settings, headers, body, now)).toHaveProperty("rejected");
  });

  it("without data of ours has an empty verb, and a payload that is no JSON is nothing", async () => {
    for (const data of [{}, { payload: "{" }, { payload: "7" }]) {
      const { headers, body } = await signed({ ...submission, data });
      expect(await parseCardAnswer(settings, headers, body, now)).toMatchObject({ account: ada, data: {} });
    }
    const { headers, body } = await signed({ ...submission, user: { id: 801001 }, data: { verb: 7 } });
    expect(await parseCardAnswer(settings, headers, body, now)).toMatchObject({ account: ada, verb: "" });
  });
});
