import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { fetchFrom } from "../../../src/testing/connection.ts";
import { invitations } from "../invitations.ts";
import { createTestWorld, jonas, marta } from "./test-world.ts";

const endpoint = "https://patchcord.example/api/messages";
const cardOf = (text: string) => ({ type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text }] });

type Received = { url: string; headers: Headers; activity: Record<string, unknown> };

/** A bot of the test's own, and one card in Jonas' chat. */
async function start(
  answer: (activity: Record<string, unknown>) => Response = () => new Response(null, { status: 202 }),
) {
  const received: Received[] = [];
  const botFetch: typeof fetch = async (input, init) => {
    const request = new Request(input, init);
    const activity = (await request.json()) as Record<string, unknown>;
    received.push({ url: request.url, headers: request.headers, activity });
    return answer(activity);
  };
  const world = createTestWorld({ botEndpoint: endpoint, fetch: botFetch });
  const c = world.connect({}, fetchFrom(world.fake.app));
  const place = await invitations.deliver(c, jonas.id, { text: "Help?", content: cardOf("Help?") });
  return { ...world, c, received, cardId: place.activityId ?? "" };
}
const accept = { verb: "accept", data: { offer: "off_1" } };

describe("pressing a button on a card", () => {
  it("reaches the bot as Teams would send it", async () => {
    const { fake, received, cardId } = await start();
    await fake.clickAction(jonas.id, cardId, accept);
    expect(received[0]?.url).toBe(endpoint);
    expect(received[0]?.activity).toMatchObject({
      type: "invoke",
      name: "adaptiveCard/action",
      channelId: "msteams",
      serviceUrl: "https://smba.trafficmanager.net/teams/",
      from: { aadObjectId: jonas.id, name: "Jonas Sund" },
      recipient: { id: `28:${fake.botAppId}` },
      conversation: { conversationType: "personal", tenantId: fake.tenantId },
      channelData: { tenant: { id: fake.tenantId } },
      replyToId: cardId,
      value: { action: { type: "Action.Execute", ...accept }, trigger: "manual" },
    });
  });

  it("is signed by the Bot Framework for this bot and this service URL", async () => {
    const { fake, received, cardId, clock } = await start();
    await fake.clickAction(jonas.id, cardId, accept);
    const send = fetchFrom(fake.app);
    const metadata = (await (
      await send("https://login.botframework.com/v1/.well-known/openidconfiguration")
    ).json()) as {
      issuer: string;
      jwks_uri: string;
    };
    const keys = (await (await send(metadata.jwks_uri)).json()) as JSONWebKeySet;
    expect(keys.keys[0]).toMatchObject({ endorsements: ["msteams"] });
    const token = received[0]?.headers.get("authorization")?.replace("Bearer ", "") ?? "";
    const check = { issuer: metadata.issuer, audience: fake.botAppId, currentDate: clock.now() };
    const { payload } = await jwtVerify(token, createLocalJWKSet(keys), check);
    expect(payload.serviceurl).toBe(received[0]?.activity.serviceUrl);
    // Entra's keys are others: a mix-up must not go unnoticed.
    const entra = (await (
      await send(`https://login.microsoftonline.com/${fake.tenantId}/discovery/v2.0/keys`)
    ).json()) as JSONWebKeySet;
    await expect(jwtVerify(token, createLocalJWKSet(entra), check)).rejects.toThrow();
  });

  it("replaces the card with the one in the answer", async () => {
    const type = "application/vnd.microsoft.card.adaptive";
    const { fake, cardId } = await start(() => Response.json({ statusCode: 200, type, value: cardOf("Ringing") }));
    await fake.clickAction(jonas.id, cardId, accept);
    expect(fake.chatOf(jonas.id)).toMatchObject([{ id: cardId, card: cardOf("Ringing") }]);
  });

  it.each([
    [
      "a message",
      Response.json({ statusCode: 200, type: "application/vnd.microsoft.activity.message", value: "Thank you" }),
      "Thank you",
    ],
    [
      "an error",
      Response.json({
        statusCode: 400,
        type: "application/vnd.microsoft.error",
        value: { code: "late", message: "Somebody was faster" },
      }),
      "Somebody was faster",
    ],
    [
      "another type",
      Response.json({ statusCode: 200, type: "application/vnd.microsoft.adaptive.card", value: {} }),
      /went wrong/,
    ],
    [
      "a status other than 200",
      Response.json({ statusCode: 200, type: "application/vnd.microsoft.card.adaptive", value: {} }, { status: 500 }),
      /went wrong/,
    ],
    ["no JSON", new Response("oops"), /went wrong/],
    ["nothing", new Response(null, { status: 202 }), /went wrong/],
  ])("shows %s under the card, which stays", async (_name, answer, notice) => {
    const { fake, cardId } = await start(() => answer.clone());
    await fake.clickAction(jonas.id, cardId, accept);
    expect(fake.chatOf(jonas.id)).toMatchObject([{ card: cardOf("Help?"), notice: expect.stringMatching(notice) }]);
  });

  it("is only possible on a card that is in the chat", async () => {
    const { fake, cardId } = await start();
    await expect(fake.clickAction(marta.id, cardId, accept)).rejects.toThrow("no card");
  });
});

describe("what else a person does in the chat", () => {
  it("is written to the bot and stays in the chat", async () => {
    const { fake, received } = await start();
    await fake.say(jonas.id, "help");
    expect(received[0]?.activity).toMatchObject({ type: "message", text: "help", from: { aadObjectId: jonas.id } });
    expect(fake.chatOf(jonas.id).at(-1)).toMatchObject({ from: "person", text: "help" });
  });

  it("adds the app, which the bot is told, and takes it away, which it is not", async () => {
    const { fake, received } = await start();
    fake.uninstallApp(jonas.id);
    expect(received).toEqual([]);
    await fake.installApp(jonas.id);
    expect(received[0]?.activity).toMatchObject({ type: "installationUpdate", action: "add" });
  });

  it("is told to whoever watches, until they stop", async () => {
    const { fake } = await start();
    const seen: unknown[] = [];
    const stop = fake.onChange((change) => seen.push(change));
    fake.startCall(marta.id);
    fake.endCall(marta.id);
    await fake.say(jonas.id, "hello");
    stop();
    fake.signOut(marta.id);
    expect(seen).toEqual([
      { kind: "presence", user: marta.id },
      { kind: "presence", user: marta.id },
      { kind: "chat", user: jonas.id },
    ]);
  });
});
