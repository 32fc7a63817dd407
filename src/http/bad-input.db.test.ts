import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "../ids.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { type Route, routesOf } from "../testing/scenarios/routes.ts";
import { ana, createTestService, jonas, type TestService } from "../testing/service.ts";
import { bodyBytesMax } from "./app.ts";

let service: TestService;
let routes: Route[];
/** An admin's key, an agent, an expert: between them they may open every door. */
let tokens: Record<string, string>;
beforeAll(async () => {
  service = await createTestService();
  routes = await routesOf(service);
  tokens = {
    machine: String((await makeKey(["admin"])).key),
    agent: await service.deskToken(),
    expert: await service.microsoft.issueTabToken(jonas.id),
  };
  service.center.startCall({ customer: { name: "Lucía" }, agent: ana.account });
  await service.settle();
});
afterAll(() => service?.close());

const makeKey = async (scopes: string[], more: object = {}) =>
  (await service.ask("POST", "/v1/api-keys", { body: { name: "made", scopes, ...more } })).body;

/** Asks, and sees to it that nothing has come of it. */
async function unmoved(work: () => Promise<void>): Promise<void> {
  const before = await service.rows();
  await work();
  expect(await service.rows()).toEqual(before);
}

const unknown = newId("cst");

describe("every door", () => {
  it("is described", () => {
    const handled = service.wired.app.routes
      .filter(({ path, method }) => path.startsWith("/v1/") && method !== "ALL")
      .map(({ path, method }) => `${method} ${path.replace(/:(\w+)/g, "{$1}")}`);
    expect(new Set(routes.map(({ method, path }) => `${method} ${path}`))).toEqual(new Set(handled));
    expect(routes.length).toBeGreaterThan(20);
  });

  it("wants to know who is there, before it looks at what they brought", () =>
    unmoved(async () => {
      for (const { method, path, at } of routes) {
        const answer = await service.ask(method, at(unknown), {
          token: "",
          ...(method === "GET" ? {} : { body: "{" }),
        });
        expectProblem(answer, 401, `${method} ${path}`);
        expect(answer.headers.get("www-authenticate")).toBe("Bearer");
      }
    }));

  it("is shut to a key with another scope", async () => {
    const flow = String((await makeKey(["routing:decide"])).key);
    const minter = String((await makeKey(["desk:mint"])).key);
    await unmoved(async () => {
      for (const { method, path, at, body } of routes) {
        const token = /^\/v1\/(routing-|lines|callbacks)/.test(path) ? minter : flow;
        const sent = body(unknown);
        const answer = await service.ask(method, at(unknown), { token, ...(sent === undefined ? {} : { body: sent }) });
        expectProblem(answer, 403, `${method} ${path}`);
      }
    });
  });
});

describe("a body that is not as described", () => {
  const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
  const json = (body: string) => ({ body, headers: {} });
  const garbage: [name: string, { body: string; headers: Record<string, string> }][] = [
    ["malformed", json('{"a":')],
    ["empty", json("")],
    ["null", json("null")],
    ["a list", json("[]")],
    ["a number", json("7")],
    ["deep", json(deep)],
    ["an unknown member", json('{"surprise":true}')],
    ["a prototype", json('{"__proto__":{"kind":"consult"},"constructor":{"prototype":{}}}')],
    ["NUL", json('{"interactionId":"\\u0000","kind":"consult","skill":"\\u0000"}')],
    ["text", { body: "{}", headers: { "content-type": "text/plain" } }],
    ["a form", { body: "a=b", headers: { "content-type": "application/x-www-form-urlencoded" } }],
    ["no type", { body: "{}", headers: { "content-type": "" } }],
    ["too large", json(`{"a":"${"x".repeat(bodyBytesMax)}"}`)],
  ];

  it.each(garbage)("%s is refused by every route", (name, sent) =>
    unmoved(async () => {
      for (const { method, at, path, body } of routes.filter((route) => route.body("x") !== undefined)) {
        expect(body(unknown)).toBeDefined();
        for (const token of Object.values(tokens)) {
          const answer = await service.ask(method, at(unknown), { token, ...sent });
          expectProblem(answer, [400, 403, 413, 422], `${method} ${path} ${name}`);
        }
      }
    }));

  it("names the member that is wrong", async () => {
    const answer = await service.ask("POST", "/v1/api-keys", { body: { name: "x", scopes: ["everything"] } });
    expectProblem(answer, 422);
    expect(answer.body.detail).toMatch(/^scopes\.0: /);
    expect(answer.body.issues).toHaveLength(1);
  });

  it("is cut off while it is read when it does not say how large it is", () =>
    unmoved(async () => {
      for (const path of ["/v1/consults", `/hooks/${newId("con")}`]) {
        let given = 0;
        const piece = new TextEncoder().encode("x".repeat(65_536));
        const body = new ReadableStream({
          pull(controller) {
            given += piece.length;
            controller.enqueue(piece);
          },
        });
        const headers = { "content-type": "application/json", authorization: `Bearer ${tokens.machine}` };
        const init = { method: "POST", body, headers, duplex: "half" };
        const response = await service.wired.app.request(path, init as RequestInit);
        const { status, headers: told } = response;
        expectProblem({ status, headers: told, body: (await response.json()) as never }, 413, path);
        expect(given).toBeLessThan(bodyBytesMax * 1.5);
      }
    }));
});

describe("ids and queries", () => {
  it.each([
    ["unknown", unknown],
    ["of no kind", "x"],
    ["too long", "x".repeat(500)],
    ["with a NUL", "per_\u0000"],
    ["a path", "../../etc/passwd"],
    ["SQL", "' or 1=1 --"],
    ["another script", "пер_١٢٣"],
  ])("%s: nothing is found and nothing happens", (name, id) =>
    unmoved(async () => {
      for (const { method, path, at, body } of routes.filter((route) => route.path.includes("{id}"))) {
        for (const token of Object.values(tokens)) {
          const sent = body(id);
          const answer = await service.ask(method, at(id), { token, ...(sent === undefined ? {} : { body: sent }) });
          expectProblem(answer, [403, 404, 422], `${method} ${path} ${name}`);
        }
      }
    }));

  it("the id of another kind of thing opens nothing", async () => {
    const kinds = ["people", "accounts", "connections", "interactions", "api_keys", "tenants"];
    const ids: string[] = [];
    for (const kind of kinds) {
      const [row] = await service.sql`select id from ${service.sql(kind)} limit 1`;
      ids.push(String(row?.id));
    }
    const prefixes = { people: "per", experts: "per", accounts: "acc", connections: "con", interactions: "int" };
    const own: Record<string, string> = { ...prefixes, "api-keys": "key", consults: "cst", offers: "off" };
    const isOwn = (path: string, id: string) => id.startsWith(`${own[path.split("/")[2] ?? ""]}_`);
    await unmoved(async () => {
      for (const { method, path, at, body } of routes.filter((route) => route.path.includes("{id}"))) {
        for (const id of ids.filter((one) => !isOwn(path, one))) {
          const sent = body(id);
          const answer = await service.ask(method, at(id), sent === undefined ? {} : { body: sent });
          expectProblem(answer, [403, 404], `${method} ${path} ${id.slice(0, 4)}`);
        }
      }
    });
  });

  it.each([
    "/v1/people?limit=0",
    "/v1/people?limit=1e9",
    "/v1/people?limit=1&limit=2",
    "/v1/people?cursor=%00",
    "/v1/people?cursor=from-somewhere-else",
    "/v1/audit?cursor=from-somewhere-else",
    "/v1/audit?cursor=99999999999999999999999",
    "/v1/consults?live=perhaps",
    "/v1/experts?skill=%00",
    `/v1/experts?q=${"x".repeat(201)}`,
  ])("%s is answered with what is wrong", async (path) => {
    expectProblem(await service.ask("GET", path), 422);
  });

  it.each([
    "' & | ! :* <-> \\",
    "\u{1F600}",
    "a:b",
    "((",
    "%",
    "x".repeat(200),
  ])("search takes %j as it comes", async (q) => {
    expect((await service.ask("GET", `/v1/experts?q=${encodeURIComponent(q)}`)).status).toBe(200);
  });

  it("an address that leads nowhere says so", async () => {
    for (const path of ["/v1/nothing", "/nothing", "/v1/consults/a/b/c", "/hooks", "/teams"])
      expectProblem(await service.ask("GET", path), 404);
    expectProblem(await service.ask("PATCH", "/v1/me", { body: {} }), 404);
  });
});

describe("values that look right", () => {
  const expert = async () => {
    const { body } = await service.ask("GET", "/v1/people");
    return String(body.items?.find((one) => one.name === jonas.name)?.id);
  };

  it("two spellings of one skill are one skill", async () => {
    const path = `/v1/experts/${await expert()}`;
    const answer = await service.ask("PUT", path, {
      body: { skills: { Invoicing: 2, " invoicing ": 5, contracts: 3 } },
    });
    expect(answer.status).toBe(200);
    expect(answer.body.skills).toEqual([
      { skill: "invoicing", level: 5 },
      { skill: "contracts", level: 3 },
    ]);
  });

  it("a time zone that nobody knows would break every search, so it is not taken", async () => {
    const path = `/v1/experts/${await expert()}`;
    const hours = [{ days: [1], from: "08:00", to: "17:00" }];
    await unmoved(async () => {
      const body = { skills: { invoicing: 5 }, roster: { timeZone: "Nowhere/Land", hours } };
      expectProblem(await service.ask("PUT", path, { body }), 422);
    });
    expect((await service.ask("GET", "/v1/experts")).status).toBe(200);
  });
});

describe("a database that does not answer", () => {
  it("is told as such, with when to try again", async () => {
    await service.wired.service.database.close();
    const answer = await service.ask("GET", "/v1/me");
    service.restart();
    expectProblem(answer, 503);
    expect(answer.headers.get("retry-after")).toBe("2");
    expect((await service.ask("GET", "/v1/me")).status).toBe(200);
  });
});
