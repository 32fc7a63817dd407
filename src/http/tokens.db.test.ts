import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createSigner } from "../../adapters/teams/fake/keys.ts";
import { issueToken } from "../desk/tokens.ts";
import { createLog } from "../log.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { createTestService, jonas, type TestService } from "../testing/service.ts";

/** As they may be sent, not as they should be. */
type Claims = Record<string, unknown>;

let service: TestService;
const lines: string[] = [];
const shown: string[] = [];
const stranger = await generateKeyPair("RS256", { extractable: true });
let tenantId: string;
let personId: string;

beforeAll(async () => {
  service = await createTestService({ log: createLog((line) => lines.push(line)) });
  const me = await service.ask("GET", "/v1/me", { token: await service.deskToken() });
  tenantId = String(me.body.tenantId);
  personId = String(me.body.personId);
});
afterAll(() => service?.close());

const seconds = () => Math.floor(service.clock.now().getTime() / 1000);
const cut = (token: string, part: number, change: (text: string) => string) =>
  token
    .split(".")
    .map((text, index) => (index === part ? change(text) : text))
    .join(".");
const json = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const open = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString()) as JWTPayload;

/** Neither read nor write gets through, and nothing has changed. */
async function isRefused(token: string): Promise<void> {
  shown.push(token);
  const before = await service.rows();
  expectProblem(await service.ask("GET", "/v1/me", { token }), 401);
  expectProblem(await service.ask("POST", "/v1/me/accepting", { token, body: { accepting: false } }), 401);
  expect(await service.rows()).toEqual(before);
}

describe("API keys", () => {
  const make = async (more: object = {}) =>
    (await service.ask("POST", "/v1/api-keys", { body: { name: "k", scopes: ["people:read"], ...more } })).body as {
      id: string;
      key: string;
    };

  it.each([
    ["unknown", () => `pck_${"x".repeat(43)}`],
    ["empty", () => "pck_"],
    ["in another case", async () => (await make()).key.toUpperCase().replace("PCK_", "pck_")],
    ["with something behind it", async () => `${(await make()).key}x`],
  ])("%s", async (_name, key) => isRefused(await key()));

  it("ends when it was said to", async () => {
    const { key } = await make({ expiresAt: new Date(service.clock.now().getTime() + 1_000).toISOString() });
    expect((await service.ask("GET", "/v1/me", { token: key })).status).toBe(200);
    await service.pass(1_000);
    await isRefused(key);
  });

  it("is refused from the moment it is revoked, and stays so when the set-up names it again", async () => {
    const { id, key } = await make();
    const revoked = await service.ask("DELETE", `/v1/api-keys/${id}`);
    expect(revoked.body).toMatchObject({ id, revokedAt: service.clock.now().toISOString() });
    await isRefused(key);
    await service.pass(1_000);
    expect((await service.ask("DELETE", `/v1/api-keys/${id}`)).body).toEqual(revoked.body);
    const { body } = await service.ask("GET", "/v1/api-keys");
    expect(body.items?.find((one) => one.id === id)).toEqual(revoked.body);
    expect(JSON.stringify(body)).not.toContain(key);
  });

  it("stands nowhere in the database, not even in an answer that was kept", async () => {
    const body = { name: "kept", scopes: ["people:read"] };
    const { key } = (await service.ask("POST", "/v1/api-keys", { body, headers: { "idempotency-key": "one" } })).body;
    const kept = await service.sql`select * from idempotency_keys`;
    expect(kept).toHaveLength(1);
    expect(JSON.stringify([kept, await service.sql`select * from api_keys`])).not.toContain(String(key));
  });
});

describe.each(["desk", "admin", "expert"] as const)("our own %s tokens", (use) => {
  const other = use === "desk" ? "admin" : "desk";
  const keyring = () => service.wired.service.keyring;
  const good = async () => {
    const actor = { personId, name: "Ana", roles: ["admin" as const] };
    return (await issueToken(keyring(), service.clock.now(), use, tenantId, actor)).token;
  };
  const claims = (): JWTPayload => ({ ten: tenantId, name: "Ana", roles: ["admin"], sub: personId });
  const standard = () => ({ iss: "patchcord", aud: use as string, iat: seconds(), exp: seconds() + 600 });
  const sign = async (more: Claims = {}, header: object = {}, purpose: string = `token-${use}`, tenant = tenantId) =>
    new SignJWT({ ...claims(), ...standard(), ...more })
      .setProtectedHeader({ alg: "HS256", typ: `patchcord-${use}`, ...header })
      .sign(await keyring().secret(tenant, purpose));

  const signCritical = async () =>
    new SignJWT({ ...claims(), ...standard() })
      .setProtectedHeader({ alg: "HS256", typ: `patchcord-${use}`, crit: ["x"], x: 1 })
      .sign(await keyring().secret(tenantId, `token-${use}`), { crit: { x: true } });

  it("as issued is taken", async () => {
    for (const token of [await good(), await sign()])
      expect((await service.ask("GET", "/v1/me", { token })).status).toBe(200);
  });

  const mutations: [string, () => string | Promise<string>][] = [
    ["no algorithm", () => new UnsecuredJWT({ ...claims(), ...standard() }).encode()],
    ["algorithm none over a good signature", async () => cut(await good(), 0, () => json({ alg: "none" }))],
    ["a signature cut off", async () => cut(await good(), 2, () => "")],
    ["a signature cut short", async () => cut(await good(), 2, (text) => text.slice(0, -4))],
    ["another payload", async () => cut(await good(), 1, (text) => json({ ...open(text), name: "Eve" }))],
    ["another hash", () => sign({}, { alg: "HS512" })],
    [
      "somebody's RSA key",
      () =>
        new SignJWT({ ...claims(), ...standard() })
          .setProtectedHeader({ alg: "RS256", typ: `patchcord-${use}` })
          .sign(stranger.privateKey),
    ],
    ["the key for the other use", () => sign({}, {}, `token-${other}`)],
    ["the other use's audience", () => sign({ aud: other })],
    ["both audiences", () => sign({ aud: [use, other] })],
    ["the other use's type", () => sign({}, { typ: `patchcord-${other}` })],
    ["no type", () => sign({}, { typ: undefined })],
    ["another issuer", () => sign({ iss: "patchcord.evil" })],
    ["another tenant's name, our key", () => sign({ ten: "ten_other" })],
    ["another tenant's key, our name", () => sign({}, {}, `token-${use}`, "ten_other")],
    ["no tenant", () => sign({ ten: undefined })],
    ["no end", () => sign({ exp: undefined })],
    ["no beginning", () => sign({ iat: undefined })],
    ["nobody", () => sign({ sub: undefined })],
    ["ended", () => sign({ exp: seconds() - 1 })],
    ["not yet", () => sign({ nbf: seconds() + 60 })],
    ["a critical header that we do not know", () => signCritical()],
    ["not base64", () => "a.b.c"],
    ["five parts", async () => `${await good()}.x.y`],
  ];
  it.each(mutations)("with %s is refused", async (_name, make) => isRefused(await make()));

  it("ends by itself", async () => {
    const { token } = await issueToken(
      keyring(),
      new Date(service.clock.now().getTime() - (use === "desk" ? 15 : 480) * 60_000),
      use,
      tenantId,
      { personId, name: "Ana" },
    );
    await isRefused(token);
  });
});

describe("a desk token", () => {
  it("makes nobody an admin, whatever roles it claims", async () => {
    const { keyring } = service.wired.service;
    const actor = { personId, name: "Ana", roles: ["admin" as const] };
    const { token } = await issueToken(keyring, service.clock.now(), "desk", tenantId, actor);
    expectProblem(await service.ask("GET", "/v1/audit", { token }), 403);
    expectProblem(await service.ask("GET", "/v1/people", { token }), 403);
  });

  it("is renewed while it is good and the agent is here, and not afterwards", async () => {
    const token = await service.deskToken();
    const renewed = await service.ask("POST", "/v1/desk-tokens/renew", { token });
    expect(renewed.status).toBe(201);
    await service.sql`update people set active = false where id = ${personId}`;
    expectProblem(await service.ask("POST", "/v1/desk-tokens/renew", { token }), 401);
    await service.sql`update people set active = true where id = ${personId}`;
    await service.pass(15 * 60_000, 60_000);
    expectProblem(await service.ask("POST", "/v1/desk-tokens/renew", { token }), 401);
  });
});

/** All fakes of a process share one key a name, so the test can sign as the directory does. */
const directory = createSigner("entra");
const keyRequests = () => service.microsoft.requests.filter(({ path }) => path.endsWith("/discovery/v2.0/keys")).length;

describe("a directory's tokens", () => {
  const claims = (): JWTPayload => ({
    iss: `https://login.microsoftonline.com/${service.microsoft.tenantId}/v2.0`,
    aud: service.microsoft.clientId,
    tid: service.microsoft.tenantId,
    oid: jonas.id,
    scp: "access_as_user",
    ver: "2.0",
    iat: seconds(),
    nbf: seconds(),
    exp: seconds() + 3_600,
  });
  const sign = (more: Claims = {}) => directory.sign({ ...claims(), ...more });
  const as = (header: { alg: string; kid?: string; jku?: string; jwk?: object }, key = stranger.privateKey) =>
    new SignJWT(claims()).setProtectedHeader(header as never).sign(key);

  it("as Teams gives them are taken", async () => {
    const token = await service.microsoft.issueTabToken(jonas.id);
    const { body } = await service.ask("GET", "/v1/me", { token });
    expect(body).toMatchObject({ kind: "expert", name: jonas.name });
    expect((await service.ask("GET", "/v1/me", { token: await sign() })).status).toBe(200);
  });

  const mutations: [string, () => string | Promise<string>][] = [
    ["no algorithm", () => new UnsecuredJWT(claims()).encode()],
    [
      "the public key taken for a secret",
      async () => {
        const { keys } = await directory.publicKeys();
        const secret = new TextEncoder().encode(JSON.stringify(keys[0]));
        return new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "entra" }).sign(secret);
      },
    ],
    [
      "the public key as PEM taken for a secret",
      async () => {
        const { keys } = await directory.publicKeys();
        const key = await importJWK(keys[0] ?? {}, "RS256", { extractable: true });
        const secret = new TextEncoder().encode(await exportSPKI(key as CryptoKey));
        return new SignJWT(claims()).setProtectedHeader({ alg: "HS256", kid: "entra" }).sign(secret);
      },
    ],
    ["a stranger's key under the right name", () => as({ alg: "RS256", kid: "entra" })],
    ["a stranger's key, and where to find it", () => as({ alg: "RS256", kid: "entra", jku: "https://evil.test/keys" })],
    ["a stranger's key within", () => as({ alg: "RS256", jwk: { kty: "RSA", n: "AQAB", e: "AQAB" } })],
    ["another padding", async () => as({ alg: "PS256", kid: "entra" }, (await generateKeyPair("PS256")).privateKey)],
    ["no name of a key, and a stranger's", () => as({ alg: "RS256" })],
    [
      "another audience",
      () => service.microsoft.issueTabToken(jonas.id, { aud: "00000003-0000-0000-c000-000000000000" }),
    ],
    ["another permission", () => service.microsoft.issueTabToken(jonas.id, { scp: "User.Read" })],
    [
      "a permission that only begins like ours",
      () => service.microsoft.issueTabToken(jonas.id, { scp: "access_as_user_too" }),
    ],
    ["no permission, as an id token has", () => sign({ scp: undefined })],
    ["an app's roles for permissions", () => sign({ scp: undefined, roles: ["access_as_user"] })],
    ["another issuer", () => sign({ iss: "https://login.evil.test/x/v2.0" })],
    [
      "the issuer of old tokens",
      () => sign({ iss: `https://sts.windows.net/${service.microsoft.tenantId}/`, ver: "1.0" }),
    ],
    ["an old version", () => sign({ ver: "1.0" })],
    ["a foreign directory, our issuer", () => sign({ tid: "99998a52-0c3e-4a57-8d0e-9a6a5a0f4c01" })],
    [
      "our directory, a foreign issuer",
      () => sign({ iss: "https://login.microsoftonline.com/99998a52-0c3e-4a57-8d0e-9a6a5a0f4c01/v2.0" }),
    ],
    ["no directory", () => sign({ tid: undefined })],
    ["nobody", () => sign({ oid: undefined })],
    ["somebody whom no directory showed us", () => sign({ oid: crypto.randomUUID() })],
    ["an address in place of an id", () => sign({ oid: jonas.email })],
    ["an end in the past", () => sign({ exp: seconds() - 61 })],
    ["no end", () => sign({ exp: undefined })],
    ["a beginning in the future", () => sign({ nbf: seconds() + 61 })],
  ];
  it.each(mutations)("with %s are refused", async (_name, make) => isRefused(await make()));

  it("of somebody who has left are refused", async () => {
    await service.sql`update accounts set active = false where external_id = ${jonas.id}`;
    await isRefused(await sign());
    await service.sql`update accounts set active = true where external_id = ${jonas.id}`;
  });

  it("with names of keys that nobody knows make us look once a minute, not once a token", async () => {
    const unknown = () => as({ alg: "RS256", kid: crypto.randomUUID() });
    const before = keyRequests();
    for (let count = 0; count < 10; count++) await isRefused(await unknown());
    expect(keyRequests() - before).toBeLessThanOrEqual(1);
    const later = Date.now() + 61_000;
    const clock = vi.spyOn(Date, "now").mockReturnValue(later);
    const asked = keyRequests();
    for (let count = 0; count < 10; count++) await isRefused(await unknown());
    expect(keyRequests() - asked).toBe(1);
    clock.mockRestore();
  });

  it("whose keys cannot be read are not the bearer's fault", async () => {
    service.restart();
    service.microsoft.fail.next({ path: /keys$/, status: 503 });
    const answer = await service.ask("GET", "/v1/me", { token: await sign() });
    expectProblem(answer, 503);
    expect((await service.ask("GET", "/v1/me", { token: await sign() })).status).toBe(200);
  });
});

describe("other credentials", () => {
  it.each([
    ["basic", { authorization: `Basic ${btoa("a:b")}` }],
    ["an empty bearer", { authorization: "Bearer " }],
    ["a bare word", { authorization: "secret" }],
    ["a cookie that is no token", { cookie: "patchcord_session=x" }],
  ])("%s is nobody", async (_name, headers) => {
    expectProblem(await service.ask("GET", "/v1/me", { token: "", headers }), 401);
  });
});

it("no log line ever held a token or a name", () => {
  const text = lines.join("\n");
  expect(lines.length).toBeGreaterThan(100);
  for (const token of shown.filter((one) => one.length > 12)) expect(text).not.toContain(token);
  expect(text).not.toMatch(/pck_|whsec_|eyJ|Ana Berg|Jonas|@example\.com/);
});
