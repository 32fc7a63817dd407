import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv, type AnySchemaObject } from "ajv";
import addFormats from "ajv-formats";
import { beforeAll, describe, expect, it } from "vitest";
import { ada, ben, blocked, createScene, hookAddress, type Scene, stranger } from "./fake/scene.ts";
import { ringcentral } from "./index.ts";

/** RingCentral's own description is not part of the project; the tests read it from a folder beside it. */
const folder = process.env.PATCHCORD_CONTRACTS ?? fileURLToPath(new URL("../../../shared/contracts", import.meta.url));
const file = `${folder}/ringcentral.json`;
const isHere = existsSync(file);

// ---------------------------------------------------------------- everything that goes over the wire, once

type Exchange = { method: string; url: URL; cost: string | undefined; sent: string; status: number; received: string };

const card = {
  text: "Help?",
  content: { type: "AdaptiveCard", version: "1.5", body: [{ type: "TextBlock", text: "Help?" }] },
};
const busy = { availability: "busy", activity: "on-call" } as const;

/** Uses every function of the adapter, in good cases and bad, in both call handlings, and keeps what was said. */
async function record(callHandling: "classic" | "new") {
  const exchanges: Exchange[] = [];
  const scene = createScene({ callHandling, client: { issuesRefreshTokens: true }, directoryPageMax: 3 });
  const c: Scene["c"] = {
    ...scene.c,
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const sent = await request.clone().text();
      const response = await scene.c.fetch(request);
      const { method, url } = request;
      const received = await response.clone().text();
      exchanges.push({ method, url: new URL(url), cost: init?.cost, sent, status: response.status, received });
      return response;
    },
  };
  const { presence, people, events, invitations, meetings } = ringcentral;
  const ignoring = (work: Promise<unknown> | undefined) => work?.catch(() => {});

  await ringcentral.check(c);
  await people?.list(c, (await people.list(c)).next);
  await presence?.readAll?.(c);
  await presence?.read(c, [ada, ben, stranger]);
  const held = await presence?.hold?.(c, ada, busy, 300_000);
  if (held) await presence?.release?.(c, ada, held);
  await ignoring(presence?.hold?.(c, stranger, busy, 300_000));
  const subscription = await events?.subscribe?.(c, hookAddress);
  scene.fake.startCall(ada);
  scene.fake.setDnd(ada, true);
  scene.fake.setMeeting(ben, true);
  scene.fake.endCall(ada);
  await scene.fake.deliveries.idle();
  scene.pass(5 * 24 * 3_600_000);
  await events?.subscribe?.(c, hookAddress, subscription);
  await events?.subscribe?.(c, hookAddress, { id: "", secret: "old" });
  await ignoring(events?.subscribe?.(c, "http://plain.example/"));
  const place = await invitations?.deliver(c, ada, card);
  await invitations?.update(c, place ?? {}, card);
  await ignoring(invitations?.update(c, { card: "1" }, card));
  await ignoring(invitations?.deliver(c, blocked, card));
  await ignoring(invitations?.deliver(c, stranger, card));
  await meetings?.create(c, ada, "Help", "cst_1");
  await people?.inspect?.(c, ada);
  const delivered = scene.fake.deliveries.log.map((one) => one.body);
  return { exchanges, delivered, operations: scene.fake.operations };
}

// ---------------------------------------------------------------- checking against the description

const description: AnySchemaObject = isHere ? JSON.parse(readFileSync(file, "utf8")) : { paths: {} };

function createAjv(coerceTypes: boolean) {
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes, logger: false });
  addFormats.default(ajv);
  return ajv.addFormat("int32", true).addFormat("int64", true).addSchema(description, "vendor");
}
const bodies = createAjv(false);
const parameters = createAjv(true);

/** What is wrong with `value`, in words; nothing when it is as described. */
function faultsOf(schema: AnySchemaObject, value: unknown, ajv = bodies): string[] {
  const validate = ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"vendor#/')));
  validate(value);
  return (validate.errors ?? []).map(
    (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
  );
}
const named = (name: string): AnySchemaObject => ({ $ref: `#/components/schemas/${name}` });
const resolve = (part: AnySchemaObject): AnySchemaObject =>
  part.$ref
    ? part.$ref
        .slice(2)
        .split("/")
        .reduce((inner: AnySchemaObject, key: string) => inner[key], description)
    : part;

/** `/restapi/v1.0/account/{accountId}/presence` for `/restapi/v1.0/account/~/presence`. */
function templateOf(method: string, path: string): string {
  const fits = (template: string) => new RegExp(`^${template.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`).test(path);
  const found = Object.keys(description.paths).filter(
    (one) => fits(one) && description.paths[one][method.toLowerCase()],
  );
  const [best] = found.sort((a, b) => a.split("{").length - b.split("{").length);
  if (!best) throw new Error(`the description has no ${method} ${path}`);
  return best;
}
const operationOf = ({ method, url }: Exchange) =>
  description.paths[templateOf(method, url.pathname)][method.toLowerCase()];
const nameOf = (exchange: Exchange) => `${exchange.method} ${templateOf(exchange.method, exchange.url.pathname)}`;
const jsonOf = (answer: { content?: AnySchemaObject } | undefined) => answer?.content?.["application/json"]?.schema;

function queryFaults(exchange: Exchange): string[] {
  const known = (operationOf(exchange).parameters ?? [])
    .map(resolve)
    .filter((one: AnySchemaObject) => one.in === "query");
  return [...exchange.url.searchParams].flatMap(([name, value]) => {
    const parameter = known.find((one: AnySchemaObject) => one.name === name);
    if (!parameter) return [`${nameOf(exchange)}: ${name} is not described`];
    const isList = resolve(parameter.schema).type === "array";
    const holder = { type: "object", properties: { value: parameter.schema } };
    return faultsOf(holder, { value: isList ? [value] : value }, parameters);
  });
}

function bodyFaults(exchange: Exchange): string[] {
  const content = operationOf(exchange).requestBody?.content;
  if (!content) return exchange.sent ? [`${nameOf(exchange)}: no body is described`] : [];
  const form = content["application/x-www-form-urlencoded"];
  const sent = form ? formOf(exchange.sent) : JSON.parse(exchange.sent);
  // The described cards are far narrower than those that RingCentral takes (fact sheet, 7).
  if (nameOf(exchange).includes("adaptive-cards")) return faultsOf(named("AdaptiveCardRequest"), { ...sent, body: [] });
  const schema = (form ?? content["application/json"]).schema;
  return [...faultsOf(schema, sent), ...strangeNames(schema, sent).map((name) => `${nameOf(exchange)}: ${name}`)];
}

const formOf = (text: string) =>
  Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [name, name.endsWith("_ttl") ? Number(value) : value]),
  );

/** Names that the description does not have: it allows more, so a misspelt one would pass. */
function strangeNames(schema: AnySchemaObject, value: unknown): string[] {
  const known = propertiesOf(schema);
  if (typeof value !== "object" || value === null || Array.isArray(value) || Object.keys(known).length === 0) return [];
  return Object.entries(value).flatMap(([name, inner]) => (known[name] ? strangeNames(known[name], inner) : [name]));
}

function propertiesOf(schema: AnySchemaObject): Record<string, AnySchemaObject> {
  const whole = resolve(schema);
  const parts = [...(whole.allOf ?? []), ...(whole.anyOf ?? []), ...(whole.oneOf ?? [])];
  return Object.assign({}, whole.properties, ...parts.map(propertiesOf));
}

function answerFaults(exchange: Exchange): string[] {
  const { status, received } = exchange;
  if (status >= 400) return faultsOf(named("ApiErrorResponseModel"), JSON.parse(received));
  const { responses } = operationOf(exchange);
  if (status === 207) {
    const parts: { status: number; body: unknown }[] = JSON.parse(received);
    return parts.flatMap((part) =>
      faultsOf(named(part.status === 200 ? "PresenceInfoResponse" : "ApiErrorResponseModel"), part.body),
    );
  }
  const schema = jsonOf(responses[status]);
  if (!responses[status]) return [`${nameOf(exchange)}: ${status} is not described`];
  return schema
    ? faultsOf(schema, JSON.parse(received))
    : received
      ? [`${nameOf(exchange)}: no answer is described`]
      : [];
}

// ---------------------------------------------------------------- the tests

describe.skipIf(!isHere)("RingCentral as described (needs the contracts folder)", () => {
  let exchanges: Exchange[] = [];
  let delivered: Record<string, unknown>[] = [];
  let operations: Awaited<ReturnType<typeof record>>["operations"] = [];
  beforeAll(async () => {
    const both = [await record("classic"), await record("new")];
    exchanges = both.flatMap((one) => one.exchanges);
    delivered = both.flatMap((one) => one.delivered);
    operations = both[0]?.operations ?? [];
  });

  it("was asked for all that the adapter can ask, and refused some of it", () => {
    expect([...new Set(exchanges.map(nameOf))].sort()).toEqual([
      "DELETE /restapi/v1.0/subscription/{subscriptionId}",
      "GET /restapi/v1.0/account/{accountId}/directory/entries",
      "GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/authz-profile/check",
      "GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/features",
      "GET /restapi/v1.0/account/{accountId}/extension/{extensionId}/presence",
      "GET /restapi/v1.0/account/{accountId}/presence",
      "GET /restapi/v1.0/subscription",
      "GET /restapi/v2/accounts/{accountId}/extensions/{extensionId}/comm-handling/states/{stateId}",
      "POST /rcvideo/v2/account/{accountId}/extension/{extensionId}/bridges",
      "POST /restapi/oauth/token",
      "POST /restapi/v1.0/subscription",
      "POST /restapi/v1.0/subscription/{subscriptionId}/renew",
      "POST /team-messaging/v1/chats/{chatId}/adaptive-cards",
      "POST /team-messaging/v1/conversations",
      "PUT /restapi/v1.0/account/{accountId}/extension/{extensionId}/presence",
      "PUT /team-messaging/v1/adaptive-cards/{cardId}",
    ]);
    expect(exchanges.filter(({ status }) => status >= 400).length).toBeGreaterThan(5);
  });

  it("takes what we send: path, query and body", () => {
    expect(exchanges.flatMap((one) => [...queryFaults(one), ...bodyFaults(one)])).toEqual([]);
  });

  it("answers like our fake, in success and in failure", () => {
    expect(exchanges.flatMap(answerFaults)).toEqual([]);
  });

  it("counts requests in the groups that we say", () => {
    const wrong = exchanges.filter(
      (one) => one.cost !== `ringcentral:${operationOf(one)["x-throttling-group"].toLowerCase()}`,
    );
    expect(wrong.map(nameOf)).toEqual([]);
  });

  it("limits and scopes operations like our fake", () => {
    const differing = operations.filter(({ method, path, group, scope }) => {
      const described = description.paths[path]?.[method.toLowerCase()];
      return described?.["x-throttling-group"] !== group || described?.["x-app-permission"] !== scope;
    });
    expect(differing).toEqual([]);
    expect(operations.length).toBeGreaterThan(15);
  });

  it("sends presence events like our fake's", () => {
    expect(delivered.length).toBeGreaterThanOrEqual(8);
    const faults = delivered.flatMap((event) => [
      ...faultsOf(named("AccountPresenceEvent"), event),
      ...faultsOf(named("DetailedExtensionPresenceEventBody"), event.body),
      ...strangeNames(named("DetailedExtensionPresenceEventBody"), event.body),
    ]);
    expect(faults).toEqual([]);
  });

  it("would have noticed a wrong word, a wrong type and a misspelt name", () => {
    const schema = named("PresenceInfoRequest");
    expect(faultsOf(schema, { userStatus: "Away" })).toHaveLength(1);
    expect(faultsOf(schema, { allowSeeMyPresence: "yes" })).toHaveLength(1);
    expect(strangeNames(schema, { dndstatus: "TakeAllCalls" })).toEqual(["dndstatus"]);
  });
});
