import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv, type AnySchemaObject, type ErrorObject } from "ajv";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { appPackage } from "../../src/testing/app-package.ts";
import { uploadPermissions } from "./catalogue.ts";
import { createTestWorld, jonas, marta, minute, stranger } from "./fake/test-world.ts";
import { teams } from "./index.ts";
import { permissions } from "./permissions.ts";

/** Microsoft's own descriptions are not part of the project; the tests read them from a folder beside it. */
const folder = process.env.PATCHCORD_CONTRACTS ?? fileURLToPath(new URL("../../../shared/contracts", import.meta.url));
const isHere = existsSync(folder);
const describeContracts = describe.skipIf(!isHere);
const suffix = "(needs the contracts folder)";
const readContract = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));

// ---------------------------------------------------------------- everything that goes over the wire, once

type Exchange = { method: string; path: string; sent: unknown; status: number; received: unknown };

const parse = (text: string): unknown => (text.startsWith("{") ? JSON.parse(text) : undefined);
const card = {
  text: "Help?",
  content: { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text: "Help?" }] },
};
const onCall = { availability: "busy", activity: "on-call" } as const;

/** Uses every function of the adapter, in good cases and bad, and keeps what was said. */
async function record() {
  const exchanges: Exchange[] = [];
  const activities: Record<string, unknown>[] = [];
  const botFetch: typeof fetch = async (_url, init) => {
    activities.push(JSON.parse(String(init?.body)));
    return new Response(null, { status: 202 });
  };
  const { fake, connect } = createTestWorld({
    pageSize: 2,
    botEndpoint: "https://patchcord.example/api/messages",
    fetch: botFetch,
  });
  const c = connect({ calling: fake.calling() }, async (input, init) => {
    const request = new Request(input, init);
    const sent = parse(await request.clone().text());
    const response = await fake.app.fetch(request);
    const received = parse(await response.clone().text());
    exchanges.push({
      method: request.method,
      path: decodeURIComponent(request.url),
      sent,
      status: response.status,
      received,
    });
    return response;
  });
  const { presence, people, invitations, catalogue, meetings, calling } = teams;
  const ignoring = (work: Promise<unknown> | undefined) => work?.catch(() => {});

  await teams.check(c);
  await presence?.read(c, [jonas.id, marta.id]);
  await presence?.hold?.(c, jonas.id, onCall, 7.5 * minute);
  await presence?.release?.(c, jonas.id, { presence: onCall });
  await presence?.release?.(c, jonas.id, { presence: onCall });
  await ignoring(presence?.hold?.(c, stranger, onCall, 5 * minute));
  fake.removeUser(stranger);
  const first = await people?.list(c);
  const second = await people?.list(c, first?.next);
  fake.updateUser(jonas.id, { jobTitle: "Lead" });
  fake.removeUser(marta.id);
  await people?.list(c, second?.next);
  await meetings?.create(c, jonas.id, "Duplicate invoice", "cst_1");
  await meetings?.create(c, jonas.id, "Duplicate invoice", "cst_1");
  await ignoring(meetings?.create(c, stranger, "x", "cst_1"));
  const guest = await calling?.issue(c, ["meeting"]);
  const caller = guest?.caller ?? "";
  await calling?.issue(c, ["meeting"], caller);
  await calling?.forget(c, caller);
  await calling?.forget(c, caller);
  await people?.inspect?.(c, jonas.id);
  fake.uninstallApp(jonas.id);
  await invitations?.install?.(c, jonas.id);
  await invitations?.install?.(c, jonas.id);
  await ignoring(invitations?.install?.(c, stranger));
  fake.uninstallApp(jonas.id);
  const place = (await invitations?.deliver(c, jonas.id, card)) ?? {};
  await invitations?.update(c, place, card);
  fake.blockBot(jonas.id);
  await ignoring(invitations?.update(c, place, card));
  await ignoring(invitations?.deliver(c, stranger, card));
  fake.blockBot(jonas.id, false);
  await fake.clickAction(jonas.id, place.activityId ?? "", { verb: "accept", data: { offer: "off_1" } });
  await fake.say(jonas.id, "help");
  await fake.installApp(jonas.id);
  fake.setTeamsAdmin(jonas.id, true);
  fake.emptyCatalogue();
  const upload = async (version: string, isReviewed = false) => {
    const redirectUri = "https://patchcord.example/auth/callback";
    const verifier = "v".repeat(43);
    const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
    const challenge = Buffer.from(bytes).toString("base64url");
    const page = new URL(catalogue?.signInUrl(c.settings, { redirectUri, state: "s", challenge, isReviewed }) ?? "");
    page.searchParams.set("chosen", jonas.id);
    const back = (await fake.app.fetch(new Request(page))).headers.get("location") ?? "";
    const code = new URL(back).searchParams.get("code") ?? "";
    const app = { zip: appPackage(fake.clientId, version), appId: fake.clientId, version, isReviewed };
    await catalogue?.publish(c, { redirectUri, code, verifier }, app);
  };
  await upload("1.0.0");
  await upload("1.0.1", true);
  return { exchanges, activities };
}

// ---------------------------------------------------------------- checking against a description

type Description = AnySchemaObject;

function createChecker(description: Description) {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false });
  addFormats.default(ajv);
  ajv.addSchema(description, "vendor");
  const resolve = (schema: Description): Description =>
    schema.$ref ? at(description, schema.$ref.replace(/^#\//, "").split("/")) : schema;

  /** Names that the description does not have: a schema that allows more would let a misspelt one pass. */
  function strangeNames(schema: Description, value: unknown, where = ""): string[] {
    const whole = resolve(schema);
    if (Array.isArray(value))
      return value.flatMap((one) => (whole.items ? strangeNames(whole.items, one, `${where}[]`) : []));
    const known = propertiesOf(whole);
    if (typeof value !== "object" || value === null || Object.keys(known).length === 0) return [];
    return Object.entries(value).flatMap(([name, inner]) => {
      const property = known[name];
      return property ? strangeNames(property, inner, `${where}.${name}`) : [`${where}.${name}`];
    });
  }
  const propertiesOf = (schema: Description): Record<string, Description> =>
    Object.assign(
      {},
      schema.properties,
      ...(schema.allOf ?? []).map((part: Description) => propertiesOf(resolve(part))),
    );

  return (pointer: string[], value: unknown): (ErrorObject | string)[] => {
    const ref = `vendor#/${pointer.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/")}`;
    const validate = ajv.compile({ $ref: ref });
    validate(value);
    return [...(validate.errors ?? []), ...strangeNames(at(description, pointer), value)];
  };
}

const at = (description: Description, pointer: string[]): Description =>
  pointer.reduce((inner, part) => inner[part.replaceAll("~1", "/")], description);

/** `/users/{user-id}/presence` for `/users/1111/presence`. */
function templateOf(description: Description, method: string, path: string): string {
  const fits = (template: string) =>
    new RegExp(`^${template.replace("()", "(\\(\\))?").replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(path);
  const found = Object.keys(description.paths).filter(
    (template) => fits(template) && description.paths[template][method],
  );
  // `/users/delta` is also a `/users/{user-id}`: the fewer braces, the better.
  const [best] = found.sort((a, b) => a.split("{").length - b.split("{").length);
  if (!best) throw new Error(`the description has no ${method} ${path}`);
  return best;
}

let recorded: Awaited<ReturnType<typeof record>>;
beforeAll(async () => {
  recorded = await record();
});
const exchangesWith = (base: string) =>
  recorded.exchanges
    .filter(({ path }) => path.startsWith(base))
    .map((exchange) => ({
      ...exchange,
      method: exchange.method.toLowerCase(),
      path: new URL(exchange.path).pathname.slice(new URL(base).pathname.replace(/\/$/, "").length),
    }));

describeContracts(`Microsoft Graph as described ${suffix}`, () => {
  const openApi = isHere ? readContract("msgraph-v1.0.openapi.json") : {};
  const check = createChecker(openApi);
  const base = "https://graph.microsoft.com/v1.0";

  it("takes what we send", () => {
    const faults = exchangesWith(base).flatMap(({ method, path, sent }) => {
      if (sent === undefined) return [];
      const pointer = [
        "paths",
        templateOf(openApi, method, path),
        method,
        "requestBody",
        "content",
        "application/json",
        "schema",
      ];
      return check(pointer, sent);
    });
    expect(faults).toEqual([]);
  });

  it("answers like our fake, in success and in failure", () => {
    const faults = exchangesWith(base).flatMap(({ method, path, status, received }) => {
      if (status >= 400) return check(["components", "schemas", "microsoft.graph.ODataErrors.ODataError"], received);
      const { responses } = openApi.paths[templateOf(openApi, method, path)][method];
      const [described] = Object.keys(responses).filter((one) => one.startsWith("2"));
      expect([Number(described), 200]).toContain(status); // an existing meeting is answered 200, see createOrGet
      if (!responses[described ?? ""].content)
        return received === undefined ? [] : [`${path}: an answer without content`];
      const pointer = [
        "paths",
        templateOf(openApi, method, path),
        method,
        "responses",
        described ?? "",
        "content",
        "application/json",
        "schema",
      ];
      return check(pointer, received);
    });
    // OData's own note on a single entity, which the description leaves out.
    expect(faults.filter((fault) => fault !== ".@odata.context")).toEqual([]);
  });

  it("was asked for all that the adapter can ask, and refused some of it", () => {
    const seen = new Set(
      exchangesWith(base).map(({ method, path }) => `${method} ${templateOf(openApi, method, path)}`),
    );
    expect([...seen].sort()).toEqual([
      "get /appCatalogs/teamsApps",
      "get /users",
      "get /users/delta()",
      "get /users/{user-id}",
      "get /users/{user-id}/teamwork/installedApps",
      "post /appCatalogs/teamsApps",
      "post /appCatalogs/teamsApps/{teamsApp-id}/appDefinitions",
      "post /communications/getPresencesByUserId",
      "post /users/{user-id}/onlineMeetings/createOrGet",
      "post /users/{user-id}/presence/clearPresence",
      "post /users/{user-id}/presence/setPresence",
      "post /users/{user-id}/teamwork/installedApps",
    ]);
    expect(exchangesWith(base).some(({ status }) => status >= 400)).toBe(true);
  });

  it("would have noticed a misspelt name and a wrong type", () => {
    const schema = [
      "paths",
      "/users/{user-id}/presence/setPresence",
      "post",
      "requestBody",
      "content",
      "application/json",
      "schema",
    ];
    expect(check(schema, { sessionID: "x", availability: "Busy", activity: "InACall" })).toEqual([".sessionID"]);
    expect(check(schema, { availability: 1, activity: "InACall" })).toHaveLength(1);
  });
});

describeContracts(`permissions as documented ${suffix}`, () => {
  const { operations } = isHere ? readContract("msgraph-permissions.json") : { operations: {} };

  it.each([
    ["presence", "POST /communications/getPresencesByUserId"],
    ["directory", "GET /users/delta()"],
    ["hold", "POST /users/{user-id}/presence/setPresence"],
    ["hold", "POST /users/{user-id}/presence/clearPresence"],
    ["meetings", "POST /users/{user-id}/onlineMeetings/createOrGet"],
    ["install", "POST /users/{user-id}/teamwork/installedApps"],
  ] as const)("%s is the least that %s needs", (feature, operation) => {
    const { least, higher } = operations[operation].Application;
    expect(least).toContain(permissions[feature].name);
    expect([...least, ...higher]).toEqual(expect.arrayContaining([...permissions[feature].higher]));
  });
});

describeContracts(`delegated permissions as documented ${suffix}`, () => {
  const { operations } = isHere ? readContract("msgraph-permissions.json") : { operations: {} };

  it.each([
    "GET /appCatalogs/teamsApps",
    "POST /appCatalogs/teamsApps",
    "POST /appCatalogs/teamsApps/{teamsApp-id}/appDefinitions",
  ])("suffice for %s, which no application may write", (operation) => {
    const { DelegatedWork, Application } = operations[operation];
    const enough = [...DelegatedWork.least, ...DelegatedWork.higher];
    expect(enough).toEqual(expect.arrayContaining(Object.values(uploadPermissions)));
    if (operation.startsWith("POST")) expect(Application).toBeUndefined();
  });
});

type Sent = { method: string; path: string; sent: unknown; status: number; received: unknown };

/** What is wrong with one exchange, by a description of the older kind (Swagger 2.0). */
function swaggerFaults(
  swagger: Description,
  check: ReturnType<typeof createChecker>,
  exchange: Sent,
  isAsDescribed = (_status: number) => true,
) {
  const { method, path, sent, status, received } = exchange;
  const template = templateOf(swagger, method, path);
  const { parameters, responses } = swagger.paths[template][method];
  const described = status < 400 ? String(status) : "default";
  expect(Object.keys(responses)).toContain(described);
  const body = parameters.findIndex((one: { in?: string }) => one.in === "body");
  const at = ["paths", template, method];
  return [
    ...(body < 0 ? [] : check([...at, "parameters", String(body), "schema"], sent)),
    // Teams words the Connector's failures in a way of its own.
    ...(responses[described].schema && isAsDescribed(status)
      ? check([...at, "responses", described, "schema"], received)
      : []),
  ];
}

describeContracts(`the Bot Connector as described ${suffix}`, () => {
  const swagger = isHere ? readContract("bot-connector.swagger.json") : {};
  const check = createChecker(swagger);
  const base = "https://smba.trafficmanager.net/teams";

  it("takes what we send and answers like our fake", () => {
    const exchanges = exchangesWith(base);
    expect(exchanges.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 201, 403, 404]));
    expect(exchanges.flatMap((exchange) => swaggerFaults(swagger, check, exchange, (status) => status < 400))).toEqual(
      [],
    );
  });

  it("sends activities like our fake's", () => {
    expect(recorded.activities.map(({ type }) => type)).toEqual(["invoke", "message", "installationUpdate"]);
    const faults = recorded.activities.flatMap((activity) => check(["definitions", "Activity"], activity));
    // Entities are open: each type has names of its own.
    expect(faults.filter((fault) => !String(fault).startsWith(".entities[]."))).toEqual([]);
  });
});

describeContracts(`Azure Communication Services' identities as described ${suffix}`, () => {
  const swagger = isHere ? readContract("acs-identity-2026-07-22.swagger.json") : {};
  const check = createChecker(swagger);
  const base = "https://contoso.communication.azure.com";

  it("take what we send and answer like our fake", () => {
    const exchanges = exchangesWith(base);
    expect(exchanges.map(({ status }) => status)).toEqual(expect.arrayContaining([200, 201, 204, 404]));
    expect(exchanges.flatMap((exchange) => swaggerFaults(swagger, check, exchange))).toEqual([]);
  });

  it("would have noticed a scope that is none and a life that is too short", () => {
    const schema = ["definitions", "CommunicationIdentityAccessTokenRequest"];
    expect(check(schema, { scopes: ["voip.join"], expiresInMinutes: 60 })).toEqual([]);
    expect(check(schema, { scopes: ["calls"], expiresInMinutes: 15, life: 1 })).toHaveLength(3);
  });
});

describeContracts(`Adaptive Cards as described ${suffix}`, () => {
  it("have the version that we say Teams shows, and the cards of these tests are such", () => {
    const { id: _, $schema: __, ...schema } = readContract("adaptive-card-1.5.schema.json");
    const validate = new Ajv({ strict: false, logger: false }).compile(schema);
    expect(validate(card.content), JSON.stringify(validate.errors)).toBe(true);
    expect(card.content.version).toBe(teams.facts.cards?.version);
  });
});
