import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { addSecondTenant, olga, type SecondTenant } from "../testing/scenarios/second-tenant.ts";
import { ana, createTestService, jonas, marta, type TestService } from "../testing/service.ts";

const bo = { id: "agent-2", name: "Bo Lind", emails: ["bo@example.com"] };
let service: TestService;
let theirs: SecondTenant;
const open: (() => Promise<void>)[] = [];
let marks = 0;
beforeAll(async () => {
  service = await createTestService({ agents: [bo] });
  theirs = await addSecondTenant(service);
});
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});
afterAll(() => service?.close());

type Seen = { event: string; data: { id?: string; personId?: string; name?: string } };

async function listen(token: string, query = "", headers: Record<string, string> = {}) {
  const response = await service.wired.app.request(`/v1/live${query}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("cache-control")).toBe("no-store");
  const reader = response.body?.getReader();
  const seen: Seen[] = [];
  let ids: string[] = [];
  const follow = async () => {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      for (const block of new TextDecoder().decode(part.value).split("\n\n")) {
        const [, event] = /^event: (.+)$/m.exec(block) ?? [];
        const [, data] = /^data: (.+)$/m.exec(block) ?? [];
        ids = [...ids, ...(/^id: (.+)$/m.exec(block)?.slice(1) ?? [])];
        if (event && data) seen.push({ event, data: JSON.parse(data) });
      }
    }
  };
  const following = follow().catch(() => {});
  const close = async () => {
    await reader?.cancel();
    await following;
  };
  open.push(close);
  return {
    seen,
    close,
    lastId: () => ids.at(-1) ?? "",
    of: (topic: string) => seen.filter(({ event }) => event === topic),
    /** Waits for what has been written by now, by writing one thing more that everybody may see. */
    async settled() {
      await service.settle();
      const before = seen.length;
      const mark = `x${marks++}`;
      const expert = await personId(marta.name);
      await service.ask("PUT", `/v1/experts/${expert}`, {
        body: { skills: { invoicing: 3 }, languages: [mark] },
      });
      service.wired.hub.wake();
      await expect.poll(() => JSON.stringify(seen.slice(before))).toContain(`"${mark}"`);
    },
  };
}

const personId = async (name: string) => String((await service.sql`select id from people where name = ${name}`)[0]?.id);

async function call(account: string) {
  const ref = service.center.startCall({ customer: { name: "Lucía" }, agent: account });
  await service.settle();
  const token = await service.deskToken(account);
  const { body } = await service.ask("GET", "/v1/desk", { token });
  const [interaction] = body.interactions as { id: string }[];
  return { ref, token, id: String(interaction?.id), end: () => service.center.customerHangsUp(ref) };
}

const ask = (token: string, interactionId: string, name: string) =>
  personId(name).then((id) =>
    service.ask("POST", "/v1/consults", {
      token,
      body: { interactionId, kind: "question", personIds: [id], question: "Why?" },
    }),
  );

describe("who sees what", () => {
  it("an agent's consult is seen by that agent, the machines that may, and nobody else", async () => {
    const mine = await call(ana.account);
    const boToken = await service.deskToken(bo.id);
    const keyFor = async (...scopes: string[]) =>
      String((await service.ask("POST", "/v1/api-keys", { body: { name: "k", scopes } })).body.key);
    const own = await listen(mine.token);
    const overseer = await listen(await keyFor("presence:read", "consults:read"));
    const others = [
      await listen(boToken),
      await listen(await keyFor("presence:read")),
      await listen(await service.microsoft.issueTabToken(marta.id)),
    ];
    const neighbour = await listen(theirs.apiKey);
    const consult = await ask(mine.token, mine.id, jonas.name);
    expect(consult.status, JSON.stringify(consult.body)).toBe(201);
    for (const feed of [own, overseer, ...others]) await feed.settled();
    for (const feed of [own, overseer])
      expect(feed.of("consult").map(({ data }) => data.id)).toContain(consult.body.id);
    for (const feed of others) {
      expect(feed.of("consult")).toEqual([]);
      expect(feed.of("interaction")).toEqual([]);
      expect(feed.of("presence").length).toBeGreaterThan(0);
    }
    expect(neighbour.seen.map(({ event }) => event)).toEqual(["hello"]);
    mine.end();
    await service.settle();
  });

  it("the expert who has taken it sees it too, from then on", async () => {
    const mine = await call(ana.account);
    const feed = await listen(await service.microsoft.issueTabToken(jonas.id));
    const consult = await ask(mine.token, mine.id, jonas.name);
    await feed.settled();
    expect(feed.of("consult")).toEqual([]);
    const [offer] = consult.body.offers as { id: string }[];
    const token = await service.microsoft.issueTabToken(jonas.id);
    await service.ask("POST", `/v1/offers/${offer?.id}/answers`, { token, body: { answer: "chat" } });
    await feed.settled();
    expect(feed.of("consult").map(({ data }) => data.id)).toContain(consult.body.id);
    mine.end();
    await service.settle();
  });

  it("a call is seen by the agent who is on it", async () => {
    const [own, other] = [await listen(await service.deskToken()), await listen(await service.deskToken(bo.id))];
    const mine = await call(ana.account);
    for (const feed of [own, other]) await feed.settled();
    expect(own.of("interaction").map(({ data }) => data.id)).toContain(mine.id);
    expect(other.of("interaction")).toEqual([]);
    mine.end();
    await service.settle();
  });

  it("the neighbour's presence is never seen, even when their people are named", async () => {
    const ids = [await personId(olga.name), await personId(marta.name)];
    const feed = await listen(await service.deskToken(), `?people=${ids.join(",")}`);
    const call = theirs.center.startCall({ customer: { name: "Nina" }, agent: olga.account });
    await feed.settled();
    theirs.center.customerHangsUp(call);
    await feed.settled();
    expect(new Set(feed.of("presence").map(({ data }) => data.personId))).toEqual(new Set([ids[1]]));
  });
});

describe("a change", () => {
  it("of presence arrives whole, after hello", async () => {
    const feed = await listen(await service.deskToken());
    service.microsoft.startCall(marta.id);
    await service.pass(6_000);
    await expect
      .poll(() => feed.of("presence").findLast(({ data }) => data.name === marta.name)?.data)
      .toMatchObject({ reachability: { activity: "on-call" } });
    expect(feed.seen[0]).toEqual({ event: "hello", data: { serverTime: expect.any(String) } });
    service.microsoft.endCall(marta.id);
    await service.pass(6_000);
  });

  it("that was missed comes with Last-Event-ID, to another process too", async () => {
    const token = await service.deskToken();
    const first = await listen(token);
    await first.settled();
    const lastId = first.lastId();
    await first.close();
    const mine = await call(ana.account);
    service.restart();
    const second = await listen(token, "", { "last-event-id": lastId });
    await expect.poll(() => second.of("interaction").map(({ data }) => data.id)).toContain(mine.id);
    expect(second.seen[0]?.event).toBe("hello");
    mine.end();
    await service.settle();
  });
});

describe("a feed is refused", () => {
  it.each(["", "x", "pck_unknown"])("to %j", async (token) => {
    expectProblem(await service.ask("GET", "/v1/live", { token }), 401);
  });

  it("to a key with another scope", async () => {
    const { body } = await service.ask("POST", "/v1/api-keys", { body: { name: "d", scopes: ["desk:mint"] } });
    expectProblem(await service.ask("GET", "/v1/live", { token: String(body.key) }), 403);
  });
});

describe("a feed ends", () => {
  it("soon after its key is revoked", async () => {
    const { body } = await service.ask("POST", "/v1/api-keys", { body: { name: "r", scopes: ["presence:read"] } });
    const response = await service.wired.app.request("/v1/live", {
      headers: { authorization: `Bearer ${String(body.key)}` },
    });
    const reader = response.body?.getReader();
    await reader?.read();
    await service.ask("DELETE", `/v1/api-keys/${body.id}`);
    await service.pass(16_000, 4_000);
    await expect.poll(async () => (await reader?.read())?.done).toBe(true);
  });
});
