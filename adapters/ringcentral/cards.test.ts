import { describe, expect, it } from "vitest";
import type { Card } from "../../src/platform/contract.ts";
import { deliver, toRingCentral, update, withdraw } from "./cards.ts";
import { ada, ben, blocked, createScene, service, stranger } from "./fake/scene.ts";

const card = (text: string): Card => ({
  text,
  content: { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text }] },
});
const conversations = "/team-messaging/v1/conversations";

describe("a card in RingCentral", () => {
  const teamsCard: Card = {
    text: "Ada asks about an order",
    content: {
      $schema: "https://adaptivecards.io/schemas/adaptive-card.json",
      type: "AdaptiveCard",
      version: "1.5",
      refresh: { action: { type: "Action.Execute", verb: "refresh" } },
      msteams: { width: "full" },
      body: [
        { type: "Input.Text", id: "note" },
        {
          type: "ActionSet",
          actions: [{ type: "Action.Execute", title: "Not me", verb: "decline", data: { offer: "off_1" } }],
        },
        { type: "Container", items: [], selectAction: { type: "Action.Execute", verb: "open" } },
      ],
      actions: [
        {
          type: "Action.Execute",
          title: "Now",
          verb: "accept",
          data: { offer: "off_1", minutes: 5 },
          style: "positive",
        },
        {
          type: "Action.ShowCard",
          card: { type: "AdaptiveCard", actions: [{ type: "Action.Submit", data: { a: 1 } }] },
        },
        { type: "Action.OpenUrl", url: "https://example.com" },
      ],
    },
  };

  it("submits what it would execute elsewhere, with the verb and flat data", () => {
    expect(toRingCentral(teamsCard)).toEqual({
      $schema: "https://adaptivecards.io/schemas/adaptive-card.json",
      type: "AdaptiveCard",
      version: "1.3",
      fallbackText: "Ada asks about an order",
      body: [
        { type: "Input.Text", id: "note" },
        {
          type: "ActionSet",
          actions: [
            { type: "Action.Submit", title: "Not me", data: { verb: "decline", payload: '{"offer":"off_1"}' } },
          ],
        },
        {
          type: "Container",
          items: [],
          selectAction: { type: "Action.Submit", data: { verb: "open", payload: "{}" } },
        },
      ],
      actions: [
        {
          type: "Action.Submit",
          title: "Now",
          style: "positive",
          data: { verb: "accept", payload: '{"offer":"off_1","minutes":5}' },
        },
        {
          type: "Action.ShowCard",
          card: { type: "AdaptiveCard", actions: [{ type: "Action.Submit", data: { payload: '{"a":1}' } }] },
        },
        { type: "Action.OpenUrl", url: "https://example.com" },
      ],
    });
  });

  it("is not changed by being sent", () => {
    const before = JSON.stringify(teamsCard);
    toRingCentral(teamsCard);
    expect(JSON.stringify(teamsCard)).toBe(before);
  });
});

describe("delivering a card", () => {
  it("opens the chat once and posts into it", async () => {
    const { c, fake } = createScene();
    const first = await deliver(c, ada, card("one"));
    const second = await deliver(c, ada, card("two"));
    expect(first.chat).toBe(second.chat);
    expect(fake.requests.filter((one) => one.path === conversations)).toHaveLength(1);
    expect(fake.chatOf(ada).map((one) => one.card.fallbackText)).toEqual(["one", "two"]);
    expect(fake.chatOf(ben)).toEqual([]);
    expect(fake.chatOf(service)).toHaveLength(2);
  });

  it("opens the chat again when it is gone", async () => {
    const { c, fake } = createScene();
    const { chat } = await deliver(c, ada, card("one"));
    fake.closeChat(chat ?? "");
    const again = await deliver(c, ada, card("two"));
    expect(again.chat).not.toBe(chat);
  });

  it.each([
    ["is not to be written to", blocked],
    ["is unknown", stranger],
  ])("is impossible to who %s", async (_name, account) => {
    const { c } = createScene();
    await expect(deliver(c, account, card("one"))).rejects.toMatchObject({ code: "unreachable" });
  });

  it("tells a fault of ours from a person who cannot be reached", async () => {
    const poor = createScene({ client: { scopes: ["ReadAccounts"] } });
    await expect(deliver(poor.c, ada, card("one"))).rejects.toThrow("(TeamMessaging)");
    const { c } = createScene();
    const broken = { text: "one", content: { type: "AdaptiveCard" } };
    await expect(deliver(c, ada, broken)).rejects.toMatchObject({ code: "platform_refused" });
  });

  it("does not remember a chat that could not be opened", async () => {
    const { c, fake } = createScene();
    fake.fail.next({ path: conversations, status: 503 });
    await expect(deliver(c, ada, card("one"))).rejects.toMatchObject({ code: "platform_unavailable" });
    expect(await deliver(c, ada, card("one"))).toHaveProperty("card");
  });

  const lose = async (text: string, first = { key: "off_1", again: false }) => {
    const scene = createScene();
    await deliver(scene.c, ada, card("before"), { key: "off_0", again: false });
    scene.fake.fail.next({ path: /adaptive-cards$/, applyThenDrop: true });
    await expect(deliver(scene.c, ada, card(text), first)).rejects.toMatchObject({ code: "platform_unavailable" });
    return { ...scene, texts: () => scene.fake.chatOf(ada).map((one) => one.card.fallbackText) };
  };

  it("finds the card whose answer was lost and replaces it, instead of posting another", async () => {
    const { c, texts } = await lose("one");
    const place = await deliver(c, ada, card("one, a minute later"), { key: "off_1", again: true });
    expect(texts()).toEqual(["before", "one, a minute later"]);
    await update(c, place, card("taken"));
    expect(texts()).toEqual(["before", "taken"]);
  });

  it("posts again where nothing was posted, another request's card is there, or the chat is gone", async () => {
    const { c, fake, texts } = await lose("one");
    const { chat } = await deliver(c, ada, card("two"), { key: "off_2", again: true });
    expect(texts()).toEqual(["before", "one", "two"]);
    fake.closeChat(chat ?? "");
    await deliver(c, ada, card("three"), { key: "off_3", again: true });
    expect(texts()).toEqual(["three"]);
  });

  it("shows a second card to who does not ask it to look", async () => {
    const { c, texts } = await lose("one");
    await deliver(c, ada, card("one"));
    expect(texts()).toEqual(["before", "one", "one"]);
  });

  it("does not post when it could not look", async () => {
    const { c, fake, texts } = await lose("one");
    fake.fail.next({ path: /posts$/, status: 503 });
    const again = deliver(c, ada, card("one"), { key: "off_1", again: true });
    await expect(again).rejects.toMatchObject({ code: "platform_unavailable" });
    expect(texts()).toEqual(["before", "one"]);
  });
});

describe("withdrawing a card", () => {
  it("takes it away, as often as it is told", async () => {
    const { c, fake } = createScene();
    const place = await deliver(c, ada, card("one"));
    await withdraw(c, place);
    await withdraw(c, place);
    expect(fake.chatOf(ada)).toEqual([]);
  });
});

describe("updating a card", () => {
  it("replaces it in place", async () => {
    const { c, fake } = createScene();
    const place = await deliver(c, ada, card("one"));
    await update(c, place, card("taken by Ben"));
    expect(fake.chatOf(ada).map((one) => one.card.fallbackText)).toEqual(["taken by Ben"]);
  });

  it("says when it is gone", async () => {
    const { c, fake } = createScene();
    const place = await deliver(c, ada, card("one"));
    fake.removeCard(place.card ?? "");
    await expect(update(c, place, card("taken"))).rejects.toMatchObject({ code: "not_found" });
    await expect(update(c, { card: "../../restapi" }, card("taken"))).rejects.toMatchObject({ code: "not_found" });
  });
});
