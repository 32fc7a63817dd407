import { exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createSigner } from "../../adapters/teams/fake/keys.ts";
import { newId } from "../ids.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { anaInTeams, createTestService, jonas, publicUrl, type TestService } from "../testing/service.ts";
import { commandWords } from "./commands.ts";
import { languages } from "./texts/index.ts";

type Claims = Record<string, unknown>;

let service: TestService;
let endpoint: string;
beforeAll(async () => {
  service = await createTestService();
  const { body } = await service.ask("GET", "/v1/connections");
  endpoint = `/teams/${body.items?.find((one) => one.adapter === "teams")?.id}/messages`;
});
beforeEach(() => service.pass(2_000)); // the chat has its own limits
afterAll(() => service?.close());

const seconds = () => Math.floor(service.clock.now().getTime() / 1000);
const serviceUrl = "https://smba.trafficmanager.net/teams/";
/** All fakes of a process share one key a name, so the test can sign as the Bot Connector does. */
const connector = createSigner("bot-framework");
const stranger = await generateKeyPair("RS256", { extractable: true });

const claims = (): Claims => ({
  iss: "https://api.botframework.com",
  aud: service.microsoft.botAppId,
  serviceurl: serviceUrl,
  nbf: seconds(),
  exp: seconds() + 3_600,
});
const sign = (more: Claims = {}) => connector.sign({ ...claims(), ...more });
const strange = (header: Claims) => new SignJWT(claims()).setProtectedHeader(header as never).sign(stranger.privateKey);

/** Jonas writes "pause". */
const activity = (more: Claims = {}): Claims => ({
  type: "message",
  id: "1",
  text: "pause",
  channelId: "msteams",
  serviceUrl,
  from: { id: "29:x", aadObjectId: jonas.id },
  conversation: { id: "a", tenantId: service.microsoft.tenantId },
  channelData: { tenant: { id: service.microsoft.tenantId } },
  ...more,
});
const post = (token: string, body: unknown = activity(), path = endpoint) => service.ask("POST", path, { token, body });

async function isRefused(work: () => Promise<Awaited<ReturnType<typeof post>>>, status: number): Promise<void> {
  const before = await service.rows();
  const chat = service.microsoft.chatOf(jonas.id).length;
  expectProblem(await work(), status);
  await service.settle();
  expect(await service.rows()).toEqual(before);
  expect(service.microsoft.chatOf(jonas.id)).toHaveLength(chat);
}

describe("an activity", () => {
  it("from the Bot Connector is taken, with five minutes of tolerance", async () => {
    for (const more of [
      {},
      { exp: seconds() - 290 },
      { nbf: seconds() + 290 },
      { serviceurl: "https://SMBA.trafficmanager.net/teams" },
    ])
      expect((await post(await sign(more), activity({ text: "status" }))).status).toBe(202);
  });

  const mutations: [string, () => string | Promise<string>][] = [
    ["no token", () => ""],
    ["no algorithm", () => new UnsecuredJWT(claims()).encode()],
    [
      "the public key taken for a secret",
      async () => {
        const secret = new TextEncoder().encode(JSON.stringify((await connector.publicKeys()).keys[0]));
        return new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "bot-framework" }).sign(secret);
      },
    ],
    [
      "the public key as PEM taken for a secret",
      async () => {
        const { keys } = await connector.publicKeys();
        const key = (await importJWK(keys[0] ?? {}, "RS256", { extractable: true })) as CryptoKey;
        const secret = new TextEncoder().encode(await exportSPKI(key));
        return new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "bot-framework" }).sign(secret);
      },
    ],
    ["algorithm none over a good signature", async () => (await sign()).replace(/^[^.]+/, btoa('{"alg":"none"}'))],
    [
      "another payload under a good signature",
      async () => {
        const [header, , signature] = (await sign()).split(".");
        return `${header}.${btoa(JSON.stringify({ ...claims(), extra: true })).replaceAll("=", "")}.${signature}`;
      },
    ],
    ["a stranger's key under the right name", () => strange({ alg: "RS256", kid: "bot-framework" })],
    ["an unknown key", () => strange({ alg: "RS256", kid: "x" })],
    [
      "a stranger's key, and where to find it",
      () => strange({ alg: "RS256", kid: "bot-framework", jku: "https://evil.test/k" }),
    ],
    [
      "a stranger's key within",
      async () => strange({ alg: "RS256", kid: "x", jwk: await exportJWK(stranger.publicKey) }),
    ],
    ["another bot's audience", () => sign({ aud: crypto.randomUUID() })],
    ["another issuer", () => sign({ iss: "https://api.botframework.test" })],
    ["an end six minutes ago", () => sign({ exp: seconds() - 360 })],
    ["no end", () => sign({ exp: undefined })],
    ["a beginning in six minutes", () => sign({ nbf: seconds() + 360 })],
    ["another service address", () => sign({ serviceurl: "https://evil.test/" })],
    ["no service address", () => sign({ serviceurl: undefined })],
    ["a person's token from the tab", () => service.microsoft.issueTabToken(jonas.id)],
    ["an API key", () => `pck_${"test".repeat(12)}`],
  ];
  it.each(mutations)("with %s is refused", async (_name, token) => {
    const made = await token();
    await isRefused(() => post(made), 401);
  });

  it("that asks for answers at another address than the token's is refused", async () => {
    const token = await sign();
    await isRefused(() => post(token, activity({ serviceUrl: "https://evil.test/" })), 401);
    await isRefused(() => post(token, activity({ serviceUrl: undefined })), 401);
  });

  it.each([
    "https://evil.test/",
    "http://smba.trafficmanager.net/teams",
    "https://botframework.com.evil.test/",
    "nowhere",
  ])("that asks for answers at %s is refused, even with a token for it", async (address) => {
    const token = await sign({ serviceurl: address });
    await isRefused(() => post(token, activity({ serviceUrl: address })), 401);
  });

  it("of a channel for which the key does not speak is refused", async () => {
    const token = await sign();
    for (const channelId of ["webchat", undefined]) await isRefused(() => post(token, activity({ channelId })), 401);
  });

  it("of another directory is refused", async () => {
    const token = await sign();
    const foreign = { id: crypto.randomUUID() };
    await isRefused(() => post(token, activity({ channelData: { tenant: foreign } })), 401);
    const conversation = { id: "a", tenantId: foreign.id };
    await isRefused(() => post(token, activity({ channelData: {}, conversation })), 401);
    await isRefused(() => post(token, activity({ channelData: {}, conversation: { id: "a" } })), 401);
  });

  it.each([
    "",
    "{",
    "null",
    "[]",
    "7",
    '"x"',
  ])("that is no activity (%s) is refused without a word about it", async (body) => {
    const token = await sign();
    await isRefused(() => post(token, body), 401);
  });

  it("that is genuine and not as described is told so", async () => {
    const token = await sign();
    await isRefused(() => post(token, activity({ type: 7 })), 422);
    await isRefused(() => post(token, activity({ from: "x" })), 422);
  });

  it("to a connection without a bot, or to none, is refused", async () => {
    const token = await sign();
    const { body } = await service.ask("GET", "/v1/connections");
    const center = body.items?.find((one) => one.adapter === "webhook")?.id;
    for (const id of [center, newId("con"), "x"])
      await isRefused(() => post(token, activity(), `/teams/${id}/messages`), 404);
  });

  it("is not held against Teams while the keys cannot be read", async () => {
    for (const path of [/openidconfiguration$/, /v1\/\.well-known\/keys$/]) {
      service.restart();
      service.microsoft.fail.next({ path, status: 503 });
      const token = await sign();
      await isRefused(() => post(token), 503);
      expect((await post(token, activity({ text: "status" }))).status).toBe(202);
      await service.settle();
    }
  });

  it("with names of keys that nobody knows does not make us ask each time", async () => {
    const asked = () => service.microsoft.requests.filter(({ path }) => path.endsWith("/v1/.well-known/keys")).length;
    const before = asked();
    for (let count = 0; count < 10; count++)
      expect((await post(await strange({ alg: "RS256", kid: String(count) }))).status).toBe(401);
    expect(asked() - before).toBeLessThanOrEqual(1);
  });
});

describe("a button", () => {
  const press = (data: unknown, verb: unknown = "answer") =>
    activity({ type: "invoke", name: "adaptiveCard/action", value: { action: { verb, data }, trigger: "manual" } });

  it.each([
    ["another's offer", { offer: newId("off"), answer: "now" }, "answer"],
    ["an unknown answer", { offer: newId("off"), answer: "perhaps" }, "answer"],
    ["an unknown verb", { offer: newId("off"), answer: "now" }, "drop tables"],
    ["nothing", undefined, "answer"],
    ["a text for an object", "x", "answer"],
  ])("with %s gets an answer that Teams can show, which is on record, and nothing happens", async (_name, data, verb) => {
    const { audit, ...before } = await service.rows();
    const { status, body } = await post(await sign(), press(data, verb));
    expect(status).toBe(200);
    expect(body).toMatchObject({
      statusCode: 400,
      type: "application/vnd.microsoft.error",
      value: { message: expect.stringMatching(/\.$/) },
    });
    const { audit: noted, ...after } = await service.rows();
    expect(after).toEqual(before);
    expect(noted).not.toBe(audit);
  });
});

describe("what people write to the bot", () => {
  const said = async (text: string, user = jonas.id) => {
    await service.pass(2_000);
    expect((await service.microsoft.say(user, text)).status).toBe(202);
    await service.settle();
    const { card } = service.microsoft.chatOf(user).at(-1) ?? {};
    return (card as { body: { text: string }[] }).body.map((block) => block.text);
  };
  const setLocale = (locale: string) => service.sql`update people set locale = ${locale} where name = ${jonas.name}`;
  const expert = async () =>
    (await service.sql`select e.* from experts e join people p on p.id = e.person_id where p.name = ${jonas.name}`)[0];

  it.each(Object.entries(languages))("is understood and answered in %s", async (locale, texts) => {
    await setLocale(locale);
    const bold = [...texts["bot.help"].matchAll(/\*\*(.+?)\*\*/g)].map(([, word]) => word ?? "");
    expect(bold.length).toBe(6);
    const wordFor = (command: keyof typeof commandWords) =>
      bold.find((word) => commandWords[command].includes(word)) ?? "";
    expect(await said(wordFor("help"))).toEqual([texts["bot.help"]]);
    const ringsInTeams = texts["bot.reach.phone"].replace("{platform}", "Microsoft Teams");
    expect(await said(wordFor("status"))).toEqual([texts["bot.status.on"], ringsInTeams]);
    expect((await said(wordFor("pause")))[0]).toMatch(/\d\d[:.]\d\d/);
    expect((await expert())?.paused_until).toEqual(new Date(service.clock.now().getTime() + 3_600_000));
    const paused = await said(wordFor("status"));
    expect(paused[0]).toMatch(/\d\d[:.]\d\d/);
    expect(paused[1]).toBe(ringsInTeams);
    expect(await said(wordFor("resume"))).toEqual([texts["bot.resumed"]]);
    expect((await said(wordFor("skills")))[0]).toContain("invoicing, contracts");
    expect(await said(wordFor("consults"))).toEqual([texts["bot.consults.none"]]);
    await setLocale("en");
  });

  it.each(
    Object.entries(languages),
  )("tells in %s how one is reached and what to do where it does not work", async (locale, texts) => {
    const inTeams = (key: keyof typeof texts) => texts[key].replace("{platform}", "Microsoft Teams");
    await setLocale(locale);
    await service.sql`update accounts set phone = null where external_id = ${jonas.id}`;
    expect(await said("status")).toEqual([
      texts["bot.status.on"],
      inTeams("bot.reach.chat"),
      inTeams("bot.reach.no-number"),
    ]);
    await service.sql`update accounts set phone = ${jonas.phone} where external_id = ${jonas.id}`;
    await service.sql`
      insert into account_checks (account_id, tenant_id, seen, changed_at)
      select id, tenant_id, '{"forwardsAll":true}', now() from accounts where external_id = ${jonas.id}
      on conflict (account_id) do update set seen = excluded.seen`;
    expect(await said("status")).toEqual([
      texts["bot.status.on"],
      inTeams("bot.reach.chat"),
      inTeams("bot.reach.forwards-all"),
    ]);
    await service.sql`update account_checks set seen = '{}'`;
    await setLocale("en");
  });

  it("in whatever case, with blanks, in any language whatever theirs is", async () => {
    expect((await said("  STATUS "))[0]).toBe(languages.en?.["bot.status.on"]);
    expect(await said("<at>Patchcord</at> Hjälp".normalize("NFD"))).toEqual([languages.en?.["bot.help"]]);
    expect(await said("competencias")).toEqual([
      languages.en?.["bot.skills"].replace("{skills}", "invoicing, contracts"),
    ]);
  });

  it.each([
    "constructor",
    "__proto__",
    "toString",
    "",
    "drop table experts",
    "x".repeat(5_000),
  ])("%s is not understood, gets the help and changes nothing", async (text) => {
    const before = (await service.rows()).experts;
    expect(await said(text)).toEqual([languages.en?.["bot.help"]]);
    expect((await service.rows()).experts).toBe(before);
  });

  it.each([
    "pause until 15:00",
    "paus till 15",
    "pausa hasta las 15:00",
    "pause jusqu’à 15h",
    "Pause 2 H",
  ])("%s pauses until then", async (text) => {
    await said(text);
    const until = (await expert())?.paused_until as Date;
    expect(until.getTime()).toBeGreaterThan(service.clock.now().getTime());
    if (!/2 h/i.test(text)) expect(until.toISOString()).toMatch(/T15:00:00/);
    await said("resume");
  });

  it("a pause without an end that we understand changes nothing and says how", async () => {
    const before = (await service.rows()).experts;
    expect(await said("pause for a while")).toEqual([languages.en?.["bot.pause.how"]]);
    expect((await service.rows()).experts).toBe(before);
  });

  it("is acknowledged at once and answered later while the Connector is busy", async () => {
    await service.pass(2_000);
    const before = service.microsoft.chatOf(jonas.id).length;
    for (const status of [502, 412, 429]) service.microsoft.fail.next({ path: /activities$/, status });
    expect((await service.microsoft.say(jonas.id, "status")).status).toBe(202);
    await service.pass(90_000, 5_000);
    expect(service.microsoft.chatOf(jonas.id)).toHaveLength(before + 2); // theirs and ours
  });

  it("leaves alone whether somebody accepts requests at all, until they resume", async () => {
    await service.sql`update experts set accepting = false`;
    await said("pause");
    expect((await expert())?.accepting).toBe(false);
    await said("resume");
    expect(await expert()).toMatchObject({ accepting: true, paused_until: null });
  });

  it("of somebody who is no expert changes nothing", async () => {
    for (const word of ["pause", "resume", "status", "skills", "my consults"])
      expect(await said(word, anaInTeams)).toEqual([languages.en?.["bot.not-expert"]]);
  });

  it("lists the latest requests in the words of their cards, mark-up shown as written", async () => {
    service.center.startCall({
      customer: { name: "Lucía" },
      agent: "agent-1",
      attributes: { intent: "**Bold** [x](https://evil.test)" },
    });
    await service.settle();
    const token = await service.deskToken();
    const desk = await service.ask("GET", "/v1/desk", { token });
    const [call] = desk.body.interactions as { id: string }[];
    const body = { interactionId: call?.id, kind: "question", skill: "contracts", question: "How long?" };
    expect((await service.ask("POST", "/v1/consults", { token, body })).status).toBe(201);
    await service.settle();
    const [title, latest] = await said("my consults");
    expect(title).toBe(languages.en?.["bot.consults"]);
    expect(latest).toContain("\\*\\*Bold\\*\\* \\[x\\](https://evil.test)");
  });
});

it("greets when it is installed, once, and not when it is removed", async () => {
  service.microsoft.setBotEndpoint(publicUrl + endpoint);
  const before = service.microsoft.chatOf(jonas.id).length;
  await service.microsoft.installApp(jonas.id);
  await service.settle();
  expect(JSON.stringify(service.microsoft.chatOf(jonas.id).at(-1))).toContain("Hello! I am Patchcord.");
  await post(await sign(), activity({ type: "installationUpdate", action: "remove" }));
  await post(await sign(), activity({ type: "installationUpdate", action: "add-upgrade" }));
  await service.settle();
  expect(service.microsoft.chatOf(jonas.id)).toHaveLength(before + 1);
});
