import { describe, expect, it } from "vitest";
import type { Card } from "../../src/platform/contract.ts";
import { countRequests, jonas, marta, sentTo, stranger, useMicrosoft } from "./fake/test-world.ts";
import { invitations } from "./invitations.ts";

const microsoft = useMicrosoft();

const cardOf = (text: string, more: Record<string, unknown> = {}): Card => ({
  text,
  content: { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text }], ...more },
});
const card = cardOf("Ana needs you: duplicate invoice");
const { deliver, update } = invitations;

describe("delivering a card", () => {
  it("begins the chat with this person and puts the card in it", async () => {
    const { fake, connect } = microsoft.world;
    const place = await deliver(connect(), jonas.id, card);
    expect(fake.chatOf(jonas.id)).toEqual([
      { id: place.activityId, from: "bot", at: expect.any(Date), summary: card.text, card: card.content },
    ]);
    expect(sentTo(fake, /v3\/conversations$/)).toEqual([
      {
        bot: { id: `28:${fake.botAppId}` },
        isGroup: false,
        tenantId: fake.tenantId,
        members: [{ id: jonas.id }],
        channelData: { tenant: { id: fake.tenantId } },
      },
    ]);
  });

  it("gives a place that survives storage", async () => {
    const { connect } = microsoft.world;
    const place = await deliver(connect(), jonas.id, card);
    expect(Object.keys(place).sort()).toEqual(["activityId", "conversationId", "serviceUrl"]);
    expect(Object.values(place).every((value) => typeof value === "string")).toBe(true);
  });

  it("stays at the usual address where Teams names no other", async () => {
    const { fake, connect } = microsoft.world;
    const { conversationId } = await deliver(connect(), jonas.id, card); // another connection remembers nothing
    fake.fail.next({ path: /v3\/conversations$/, status: 201, body: { id: conversationId } });
    expect(await deliver(connect(), jonas.id, card)).toMatchObject({
      serviceUrl: "https://smba.trafficmanager.net/teams",
    });
    expect(fake.chatOf(jonas.id)).toHaveLength(2);
  });

  it("keeps cards in the order of sending, in one chat", async () => {
    const { fake, connect } = microsoft.world;
    const first = await deliver(connect(), jonas.id, cardOf("one"));
    const second = await deliver(connect(), jonas.id, cardOf("two"));
    expect(second.conversationId).toBe(first.conversationId);
    expect(fake.chatOf(jonas.id).map(({ summary }) => summary)).toEqual(["one", "two"]);
  });

  it("remembers the chat, and opens it anew when it no longer works", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    await deliver(c, jonas.id, cardOf("one"));
    await deliver(c, jonas.id, cardOf("two"));
    expect(countRequests(fake, /v3\/conversations$/)).toBe(1);
    fake.fail.next({
      path: /activities$/,
      status: 404,
      body: { error: { code: "ConversationNotFound", message: "" } },
    });
    await deliver(c, jonas.id, cardOf("three"));
    expect(countRequests(fake, /v3\/conversations$/)).toBe(2);
    expect(fake.chatOf(jonas.id)).toHaveLength(3);
  });

  it("installs the app anew for who took it away since the last card", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    await deliver(c, jonas.id, card);
    fake.uninstallApp(jonas.id);
    await deliver(c, jonas.id, card);
    expect(fake.chatOf(jonas.id)).toHaveLength(2);
  });

  it("says who has blocked the app", async () => {
    const { fake, connect } = microsoft.world;
    fake.blockBot(jonas.id);
    await expect(deliver(connect(), jonas.id, card)).rejects.toMatchObject({
      code: "unreachable",
      details: { platform_code: "MessageWritesBlocked" },
    });
    expect(countRequests(fake, /installedApps/)).toBe(0);
  });

  it("says that a stranger cannot be reached", async () => {
    const { connect } = microsoft.world;
    await expect(deliver(connect({ catalogAppId: undefined }), stranger, card)).rejects.toMatchObject({
      code: "unreachable",
    });
  });

  it("does not send what Teams would not show everywhere", async () => {
    const { fake, connect } = microsoft.world;
    const large = cardOf("x", { note: "å".repeat(15_000) });
    await expect(deliver(connect(), jonas.id, large)).rejects.toMatchObject({ code: "too_large" });
    expect(fake.requests).toEqual([]);
  });

  it("passes on that Teams finds it too large", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: /activities/, status: 413, body: { error: { code: "MessageSizeTooBig", message: "" } } });
    await expect(deliver(connect(), jonas.id, card)).rejects.toMatchObject({
      code: "too_large",
      details: { platform_code: "MessageSizeTooBig" },
    });
  });

  it.each([
    [412, "platform_unavailable"],
    [429, "platform_throttled"],
    [502, "platform_unavailable"],
    [504, "platform_unavailable"],
  ])("calls %i something to try again: %s", async (status, code) => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: /activities/, status });
    await expect(deliver(connect(), jonas.id, card)).rejects.toMatchObject({ code, retry: true });
    expect(countRequests(fake, /activities/)).toBe(1);
  });

  it("is slowed down by Teams after seven messages a second", async () => {
    const { connect, clock } = microsoft.world;
    const c = connect();
    const place = await deliver(c, jonas.id, card);
    for (let sent = 1; sent < 7; sent++) await update(c, place, card);
    await expect(update(c, place, card)).rejects.toMatchObject({ code: "platform_throttled", retryAfterMs: 1_000 });
    clock.pass(2_000);
    await expect(update(c, place, card)).resolves.toBeUndefined();
  });

  it("signs in again when the token is no longer accepted", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    await deliver(c, jonas.id, card);
    fake.revokeTokens();
    await deliver(c, jonas.id, card);
    expect(fake.chatOf(jonas.id)).toHaveLength(2);
  });

  it("is refused with a token for another audience", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const get: typeof c.tokens.get = (key, issue) =>
      key.startsWith("chat.") ? c.tokens.get(key, issue) : fake.issueTabToken(jonas.id);
    const swapped = { ...c, tokens: { ...c.tokens, get } };
    await expect(deliver(swapped, jonas.id, card)).rejects.toMatchObject({ code: "platform_unauthorized" });
  });
});

describe("somebody who does not have the app", () => {
  it("gets it installed, then the card", async () => {
    const { fake, connect } = microsoft.world;
    fake.uninstallApp(marta.id);
    await deliver(connect(), marta.id, card);
    expect(fake.chatOf(marta.id)).toHaveLength(1);
    expect(sentTo(fake, /installedApps/)).toEqual([
      {
        "teamsApp@odata.bind": expect.stringMatching(
          /^https:\/\/graph\.microsoft\.com\/v1\.0\/appCatalogs\/teamsApps\//,
        ),
      },
    ]);
  });

  it("cannot be reached where the settings do not name the app", async () => {
    const { fake, connect } = microsoft.world;
    fake.uninstallApp(marta.id);
    await expect(deliver(connect({ catalogAppId: undefined }), marta.id, card)).rejects.toMatchObject({
      code: "unreachable",
    });
    expect(countRequests(fake, /installedApps/)).toBe(0);
  });

  it("cannot be reached without the permission to install, which is named", async () => {
    const { fake, connect } = microsoft.world;
    fake.setRoles(["Presence.Read.All"]);
    fake.uninstallApp(marta.id);
    await expect(deliver(connect(), marta.id, card)).rejects.toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("TeamsAppInstallation.ReadWriteSelfForUser.All"),
    });
  });

  it("is tried again later when Microsoft is only busy", async () => {
    const { fake, connect } = microsoft.world;
    fake.uninstallApp(marta.id);
    fake.fail.next({ path: /installedApps/, status: 429, headers: { "Retry-After": "2" } });
    await expect(deliver(connect(), marta.id, card)).rejects.toMatchObject({
      code: "platform_throttled",
      retryAfterMs: 2_000,
    });
  });

  it("is not asked for a second time when the app is there and the chat still refuses", async () => {
    const { fake, connect } = microsoft.world;
    fake.fail.next({ path: /v3\/conversations$/, status: 403 });
    await expect(deliver(connect(), jonas.id, card)).rejects.toMatchObject({
      code: "unreachable",
      details: { platform_status: 403 },
    });
    expect(countRequests(fake, /v3\/conversations$/)).toBe(1);
  });
});

describe("updating a card", () => {
  it("replaces it where it stands, as often as one likes", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const place = await deliver(c, jonas.id, card);
    await deliver(c, jonas.id, cardOf("another"));
    await update(c, place, cardOf("Taken by Marta"));
    await update(c, place, cardOf("Taken by Marta"));
    expect(fake.chatOf(jonas.id).map(({ summary }) => summary)).toEqual(["Taken by Marta", "another"]);
  });

  it("may be repeated after the answer was lost", async () => {
    const { fake, connect } = microsoft.world;
    const c = connect();
    const place = await deliver(c, jonas.id, card);
    fake.fail.next({ method: "PUT", applyThenDrop: true });
    await expect(update(c, place, cardOf("Taken"))).rejects.toMatchObject({ code: "platform_unavailable" });
    await update(c, place, cardOf("Taken"));
    expect(fake.chatOf(jonas.id).map(({ summary }) => summary)).toEqual(["Taken"]);
  });

  it.each([
    ["the message is gone", { activityId: "1" }, "unreachable"],
    ["the chat is gone", { conversationId: "a:1nobody" }, "unreachable"],
    ["the place was never one of Teams", { conversationId: "" }, "invalid"],
  ])("tells when %s", async (_name, change, code) => {
    const c = microsoft.world.connect();
    const place = await deliver(c, jonas.id, card);
    await expect(update(c, { ...place, ...change }, card)).rejects.toMatchObject({ code });
  });

  it.each([
    "https://evil.example/teams",
    "http://smba.trafficmanager.net/teams",
    "https://smba.trafficmanager.net.evil.example/",
  ])("never takes our token to %s", async (serviceUrl) => {
    const { fake, connect } = microsoft.world;
    const place = { serviceUrl, conversationId: "a:1", activityId: "1" };
    await expect(update(connect(), place, card)).rejects.toMatchObject({ code: "platform_refused" });
    expect(fake.requests).toEqual([]);
  });
});
