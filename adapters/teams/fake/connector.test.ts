import { describe, expect, it } from "vitest";
import { fetchFrom } from "../../../src/testing/connection.ts";
import { accessToken } from "../tokens.ts";
import { createTestWorld, jonas } from "./test-world.ts";

const endpoint = "https://patchcord.example/api/messages";
const chatPath = `/a:1${jonas.id.replaceAll("-", "")}`;

/** Talks to the Connector as any bot could, not only as our adapter does. */
async function start() {
  const world = createTestWorld({ botEndpoint: endpoint, fetch: async () => new Response(null, { status: 202 }) });
  const send = fetchFrom(world.fake.app);
  const c = world.connect({}, send);
  const token = await accessToken(c, "bot");
  const ask = (method: string, path: string, body?: unknown, bearer = token) =>
    send(`https://smba.trafficmanager.net/teams/v3/conversations${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return { ...world, c, ask, chat: `${chatPath}/activities` };
}

describe("the connector", () => {
  const conversation = (tenantId: string, bot: string, member = jonas.id) => ({
    bot: { id: bot },
    members: [{ id: member }],
    tenantId,
  });

  it("refuses a message beyond 100 KB of UTF-16", async () => {
    const { ask, chat } = await start();
    const text = (length: number) => JSON.stringify({ type: "message", text: "x".repeat(length) });
    const around = text(0).length;
    expect((await ask("POST", chat, text(51_200 - around))).status).toBe(201);
    const refused = await ask("POST", chat, text(51_201 - around));
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: { code: "MessageSizeTooBig" } });
  });

  it("refuses tokens for another audience and of another app", async () => {
    const { ask, chat, c, fake } = await start();
    const message = { type: "message", text: "hi" };
    expect((await ask("POST", chat, message, await accessToken(c, "graph"))).status).toBe(401);
    expect((await ask("POST", chat, message, await fake.issueTabToken(jonas.id))).status).toBe(401);
    expect((await ask("POST", chat, message, "nonsense")).status).toBe(401);
  });

  it("refuses the token of an app that is not the bot", async () => {
    const { fake, connect } = createTestWorld({
      botAppId: "55555555-5555-4555-8555-555555555555",
      botAppSecret: "the bot's",
    });
    const send = fetchFrom(fake.app);
    const token = await accessToken(connect({ botAppId: fake.clientId, botAppSecret: undefined }, send), "bot");
    const url = `https://smba.trafficmanager.net/teams/v3/conversations${chatPath}/activities`;
    const headers = { authorization: `Bearer ${token}` };
    const body = JSON.stringify({ type: "message", text: "hi" });
    expect((await send(url, { method: "POST", headers, body })).status).toBe(401);
  });

  it("begins chats only with one person of this tenant, for this bot", async () => {
    const { ask, fake } = await start();
    const bot = `28:${fake.botAppId}`;
    expect((await ask("POST", "", conversation(fake.tenantId, bot))).status).toBe(201);
    expect((await ask("POST", "", conversation("elsewhere", bot))).status).toBe(400);
    expect((await ask("POST", "", conversation(fake.tenantId, "28:another"))).status).toBe(400);
    expect((await ask("POST", "", conversation(fake.tenantId, bot, "nobody"))).status).toBe(404);
    expect((await ask("POST", "", { ...conversation(fake.tenantId, bot), isGroup: true })).status).toBe(400);
  });

  it("refuses what is no message", async () => {
    const { ask, chat } = await start();
    for (const body of ["{half", {}, { type: "typing" }, { type: "message" }])
      expect((await ask("POST", chat, body)).status).toBe(400);
    const attachments = [{ contentType: "application/vnd.microsoft.card.adaptive", content: { type: "HeroCard" } }];
    expect((await ask("POST", chat, { type: "message", attachments })).status).toBe(400);
  });

  it("lets a bot change and delete only its own messages", async () => {
    const { ask, chat, fake } = await start();
    const { id: own } = (await (await ask("POST", chat, { type: "message", text: "ours" })).json()) as { id: string };
    await fake.say(jonas.id, "mine");
    const mine = fake.chatOf(jonas.id).at(-1)?.id;
    expect((await ask("PUT", `${chat}/${mine}`, { type: "message", text: "yours" })).status).toBe(404);
    expect((await ask("DELETE", `${chat}/${own}`)).status).toBe(200);
    expect((await ask("DELETE", `${chat}/${own}`)).status).toBe(404);
    expect(fake.chatOf(jonas.id)).toHaveLength(1);
  });

  it("tells who is in the chat", async () => {
    const { ask } = await start();
    const members = await ask("GET", `${chatPath}/pagedmembers`);
    expect(await members.json()).toMatchObject({ members: [{ aadObjectId: jonas.id, tenantId: expect.any(String) }] });
  });
});
