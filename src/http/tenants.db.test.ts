import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { signatureHeaders } from "../platform/signature.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { routesOf } from "../testing/scenarios/routes.ts";
import { addSecondTenant, pavel, type SecondTenant } from "../testing/scenarios/second-tenant.ts";
import { createTestService, jonas, marta, publicUrl, type TestService } from "../testing/service.ts";

let service: TestService;
let theirs: SecondTenant;
/** The first tenant's people: what they hold in their hands while they try the neighbour's doors. */
let tokens: Record<string, string>;
/** Everything of the neighbour by which it could be recognised, and the ids that may be tried. */
let marks: string[];
let ids: Map<string, string>;

beforeAll(async () => {
  service = await createTestService();
  theirs = await addSecondTenant(service);
  await askPavel();
  const key = await service.ask("POST", "/v1/api-keys", { body: { name: "all", scopes: ["admin"] } });
  tokens = {
    machine: String(key.body.key),
    agent: await service.deskToken(),
    expert: await service.microsoft.issueTabToken(jonas.id),
  };
  ids = new Map();
  marks = ["Neighbour", "Nina", "plumbing"];
  for (const table of [
    "people",
    "accounts",
    "connections",
    "interactions",
    "consults",
    "offers",
    "contexts",
    "api_keys",
  ]) {
    const rows = await service.sql`
      select id from ${service.sql(table)} where tenant_id = ${theirs.tenantId} order by id`;
    expect(rows.length, table).toBeGreaterThan(0);
    ids.set(table, String(rows[0]?.id));
    marks.push(...rows.map((row) => String(row.id)));
  }
});
afterAll(() => service?.close());

async function askPavel(): Promise<void> {
  const desk = await service.ask("GET", "/v1/desk", { token: theirs.deskToken });
  const [call] = desk.body.interactions as { id: string }[];
  const body = {
    interactionId: call?.id,
    kind: "question",
    skill: "plumbing",
    question: "Is the Neighbour's tap open?",
  };
  const asked = await service.ask("POST", "/v1/consults", { token: theirs.deskToken, body });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  await service.settle();
}

const holdsNone = (text: string, sent = "") => marks.filter((mark) => text.includes(mark) && !sent.includes(mark));

describe("the neighbour's ids", () => {
  it("open no door, whoever tries and wherever they are put, and nothing changes on either side", async () => {
    const routes = await routesOf(service);
    const before = await service.rows();
    let tried = 0;
    for (const route of routes) {
      const wantsId = route.path.includes("{id}") || /"\w*Ids?":/.test(JSON.stringify(route.body("x") ?? ""));
      for (const [table, id] of wantsId ? ids : []) {
        for (const [who, token] of Object.entries(tokens)) {
          const body = route.body(id);
          const answer = await service.ask(route.method, route.at(id), {
            token,
            ...(body === undefined ? {} : { body }),
          });
          const about = `${route.method} ${route.path} as ${who} with one of ${table}`;
          expectProblem(answer, [403, 404], about);
          expect(holdsNone(JSON.stringify(answer.body), id), about).toEqual([]);
          tried++;
        }
      }
    }
    expect(tried).toBeGreaterThan(150);
    expect(await service.rows()).toEqual(before);
  });

  it("show nothing in any list, query or page", async () => {
    const before = await service.rows(theirs.tenantId);
    const routes = (await routesOf(service)).filter(({ method, path }) => method === "GET" && path !== "/v1/live");
    const queries = [
      "",
      `?cursor=${ids.get("people")}&limit=200`,
      `?cursor=${ids.get("consults")}&limit=200`,
      `?q=Neighbour&interaction=${ids.get("interactions")}`,
      "?skill=plumbing",
    ];
    for (const { path } of routes.filter((route) => !route.path.includes("{"))) {
      for (const token of Object.values(tokens)) {
        for (const query of queries) {
          const { body } = await service.ask("GET", `${path}${query}`, { token });
          expect(holdsNone(JSON.stringify(body)), `${path}${query}`).toEqual([]);
        }
      }
    }
    expect(await service.rows(theirs.tenantId)).toEqual(before);
  });

  it("cannot be named as whom to ask", async () => {
    const { body } = await service.ask("GET", "/v1/desk", { token: tokens.agent ?? "" });
    expect(body.interactions).toEqual([]);
    const call = service.center.startCall({ customer: { name: "Lucía" }, agent: "agent-1" });
    await service.settle();
    const desk = await service.ask("GET", "/v1/desk", { token: tokens.agent ?? "" });
    const [mine] = desk.body.interactions as { id: string }[];
    const [person] =
      await service.sql`select id from people where tenant_id = ${theirs.tenantId} and name = ${pavel.name}`;
    const asked = await service.ask("POST", "/v1/consults", {
      token: tokens.agent ?? "",
      body: { interactionId: mine?.id, kind: "consult", personIds: [person?.id] },
    });
    expectProblem(asked, 422);
    expect(asked.body.code).toBe("unreachable");
    service.center.customerHangsUp(call);
    await service.settle();
  });

  it("take a connection's name without touching the neighbour's connection", async () => {
    const before = await service.rows(theirs.tenantId);
    const answer = await service.ask("PUT", "/v1/connections/Neighbour%20center", {
      body: {
        adapter: "webhook",
        settings: { commandUrl: "https://center.test", secret: "x".repeat(32) },
        enabled: false,
      },
    });
    expect(answer.status).toBe(200);
    expect(holdsNone(String(answer.body.id))).toEqual([]);
    expect(await service.rows(theirs.tenantId)).toEqual(before);
  });
});

describe("the neighbour's platforms", () => {
  const connection = async (adapter: string) => {
    const [row] =
      await service.sql`select id from connections where tenant_id = ${theirs.tenantId} and adapter = ${adapter}`;
    return String(row?.id);
  };

  it("are not spoken for with our own secret", async () => {
    const before = await service.rows();
    const event = { eventId: "e1", type: "events.lost", occurredAt: service.clock.now().toISOString() };
    const body = new TextEncoder().encode(JSON.stringify(event));
    const ours = "whsec_dGVzdC1zZWNyZXQtb2YtdGhlLWNvbnRhY3QtY2VudGVy";
    const proof = await signatureHeaders([ours], { id: "e1", sentAt: service.clock.now(), body });
    const answer = await service.ask("POST", `/hooks/${await connection("webhook")}`, {
      token: "",
      body: new TextDecoder().decode(body),
      headers: proof,
    });
    expectProblem(answer, 401);
    expect(await service.rows()).toEqual(before);
  });

  it("a bot hears no activity that was meant for another bot, nor one of another directory", async () => {
    const before = await service.rows();
    const bot = await connection("teams");
    const endpoint = `${publicUrl}/teams/${bot}/messages`;
    service.microsoft.setBotEndpoint(endpoint);
    const answer = await service.microsoft.say(marta.id, "pause");
    expect(answer.status).toBe(401);
    expect(await service.rows()).toEqual(before);
  });

  it("a person of the neighbour's directory is nobody here", async () => {
    const token = await theirs.microsoft.issueTabToken(pavel.id);
    expectProblem(await service.ask("GET", "/v1/me", { token }), 401);
  });
});
