/** Agents sign in to a desk that no back end makes tokens for: by OpenID Connect, and by the platform's own token. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakeTwilio } from "../../adapters/twilio/fake.ts";
import { applyPlan } from "../admin/apply.ts";
import { planSchema } from "../admin/plan.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { ana, anaInTeams, createTestService, jonas, publicUrl, type TestService } from "../testing/service.ts";

const worker = `WK${"7".repeat(32)}`;
const strangerWorker = `WK${"8".repeat(32)}`;

let service: TestService;
let twilio: ReturnType<typeof createFakeTwilio>;
beforeAll(async () => {
  // The sign-in library reads the machine's own clock.
  service = await createTestService({ start: new Date() });
  twilio = createFakeTwilio({
    workers: [{ sid: worker, name: ana.email, attributes: { email: ana.email, full_name: ana.name } }],
    clock: service.clock,
    fetch: service.toService,
  });
  for (const host of ["api", "taskrouter", "events", "iam"])
    service.origins.set(`https://${host}.twilio.com`, twilio.app);
  const { urls, tenantId, clientId } = service.microsoft;
  const { clientSecret } = service.microsoft.settings();
  const agents = { issuer: `${urls.login}/${tenantId}/v2.0`, audience: clientId, clientSecret };
  await applyPlan(
    service.wired.service,
    planSchema.parse({
      tenant: { slug: "test", name: "Test" },
      signIns: { agents },
      connections: [{ name: "Flex", adapter: "twilio", settings: twilio.settings() }],
    }),
  );
  await service.pass(5_000);
});
afterAll(() => service?.close());

const request = (path: string, init: RequestInit = {}) =>
  service.wired.app.request(new URL(path, publicUrl).href, init);

async function signIn(user: string): Promise<Response> {
  const begun = await request("/auth/login?tenant=test&for=desk");
  expect(begun.status).toBe(302);
  const flow = begun.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const page = new URL(begun.headers.get("location") ?? "");
  page.searchParams.set("chosen", user);
  const chosen = await service.microsoft.app.fetch(new Request(page));
  const { pathname, search } = new URL(chosen.headers.get("location") ?? "");
  return request(pathname + search, { headers: { cookie: flow } });
}

describe("by OpenID Connect", () => {
  it("an agent gets a desk token, on a page that gives it to our own origin alone", async () => {
    const response = await signIn(anaInTeams);
    expect(response.status).toBe(200);
    const page = await response.text();
    const token = /data-token="([\w.-]+)"/.exec(page)?.[1] ?? "";
    const { agent } = (await service.ask("GET", "/v1/desk", { token })).body as { agent?: { name: string } };
    expect(agent?.name).toBe(ana.name);
    expect(response.headers.getSetCookie().join()).not.toContain("patchcord_session");
    expect(response.headers.get("cache-control")).toBe("no-store");
    // Elsewhere a page is cut off from whoever opened it; here the desk is to be found.
    expect(response.headers.get("cross-origin-opener-policy")).toBe("unsafe-none");
    expect((await request("/openapi.json")).headers.get("cross-origin-opener-policy")).toBe("same-origin");
    const script = /<script>(.*)<\/script>/.exec(page)?.[1] ?? "";
    const hash = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(script))).toString(
      "base64",
    );
    const policy = response.headers.get("content-security-policy");
    expect(policy).toContain(`script-src 'sha256-${hash}'`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(script).toContain("location.origin)");
  });

  it("a colleague who is no agent does not, and an organization without this sign-in has none", async () => {
    const refused = await signIn(jonas.id);
    const body = (await refused.json()) as Record<string, unknown>;
    expectProblem({ status: refused.status, headers: refused.headers, body }, 403);
    // The same people are no administrators by it, and there is none for those here.
    expect((await request("/auth/login?tenant=test")).status).toBe(404);
    expect((await request("/auth/login?tenant=nobody&for=desk")).status).toBe(404);
  });

  it("a sign-in that was begun for a desk is none for anything else, and is over when it is used", async () => {
    expect((await request("/auth/callback?code=x&state=y")).status).toBe(401);
  });
});

describe("by the platform's own token", () => {
  const exchange = async (token: string, change: object = {}) => {
    const response = await request("/auth/desk", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ tenant: "test", connection: "Flex", token, ...change }),
    });
    const body = (await response.json()) as Record<string, unknown> & { token?: string };
    return { status: response.status, headers: response.headers, body };
  };

  it("the agent whose Flex session it is gets a desk", async () => {
    const { status, body } = await exchange(twilio.flexTokens.issue(worker));
    expect(status).toBe(201);
    const { agent } = (await service.ask("GET", "/v1/desk", { token: String(body.token) })).body as {
      agent?: { name: string };
    };
    expect(agent?.name).toBe(ana.name);
  });

  it("nobody else does, and all hear the same", async () => {
    const answers = [
      await exchange("made.up.by.some.one"),
      await exchange(twilio.flexTokens.issue()),
      await exchange(twilio.flexTokens.issue(strangerWorker)),
      await exchange(twilio.flexTokens.issue(worker), { tenant: "nobody" }),
      await exchange(twilio.flexTokens.issue(worker), { connection: "Another" }),
    ];
    for (const answer of answers) expectProblem(answer, 401);
    expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1);
  });

  it("a platform whose tokens cannot be verified says so, and what to do instead", async () => {
    const answer = await exchange("a.b.c", { connection: "Contact center" });
    expectProblem(answer, 422);
    expect(answer.body.detail).toContain("OpenID Connect");
  });

  it("the platform's silence is said to be ours to mend, not the agent's", async () => {
    twilio.faults.next({ path: /validate/, status: 503 });
    const answer = await exchange(twilio.flexTokens.issue(worker));
    expect([answer.status, answer.body.code]).toEqual([503, "platform_unavailable"]);
  });

  it.each([
    {},
    { tenant: "test" },
    { token: "x".repeat(9_000) },
    "text",
  ])("what is no sign-in is refused: %j", async (body) => {
    const response = await request("/auth/desk", { method: "POST", body: JSON.stringify(body) });
    expect(response.status).toBe(422);
  });
});
