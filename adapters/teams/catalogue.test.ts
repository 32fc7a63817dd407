import { describe, expect, it } from "vitest";
import { appPackage } from "../../src/testing/app-package.ts";
import { jonas, marta, useMicrosoft } from "./fake/test-world.ts";
import { unzip } from "./fake/unzip.ts";
import { teams } from "./index.ts";
import { accessToken } from "./tokens.ts";

const microsoft = useMicrosoft();
const redirectUri = "https://patchcord.example.com/auth/callback";
const verifier = "a".repeat(43);
const challenge = Buffer.from(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))).toString(
  "base64url",
);
const { catalogue } = teams;
if (!catalogue) throw new Error("the adapter has no catalogue");

const zipOf = (appVersion: string, appId = microsoft.world.fake.clientId) => appPackage(appId, appVersion);

/** As this person signs in, in a browser. */
async function codeOf(user: { id: string }, isReviewed: boolean): Promise<string> {
  const { fake, connect } = microsoft.world;
  const page = new URL(
    catalogue?.signInUrl(connect().settings, { redirectUri, state: "s", challenge, isReviewed }) ?? "",
  );
  page.searchParams.set("chosen", user.id);
  const answer = await fake.app.fetch(new Request(page));
  return new URL(answer.headers.get("location") ?? "").searchParams.get("code") ?? "";
}

type Upload = {
  version?: string;
  isReviewed?: boolean;
  by?: { id: string };
  zip?: Uint8Array<ArrayBuffer>;
  code?: string;
};

async function upload({ version = "1.0.1", isReviewed = false, by = jonas, ...more }: Upload = {}) {
  const { fake, connect } = microsoft.world;
  const code = more.code ?? (await codeOf(by, isReviewed));
  const app = { zip: more.zip ?? zipOf(version), appId: fake.clientId, version, isReviewed };
  return catalogue?.publish(connect(), { redirectUri, code, verifier }, app);
}
const makeAdmin = (isTeamsAdmin = true) => microsoft.world.fake.setTeamsAdmin(jonas.id, isTeamsAdmin);
const versions = () => microsoft.world.fake.catalogue().flatMap(({ definitions }) => definitions);

describe("the sign-in for an upload", () => {
  it("asks for the least that the way of uploading needs, with PKCE, and which account it shall be", () => {
    const { settings } = microsoft.world.connect();
    const ask = (isReviewed: boolean) =>
      Object.fromEntries(
        new URL(catalogue.signInUrl(settings, { redirectUri, state: "s", challenge, isReviewed })).searchParams,
      );
    expect(ask(false)).toMatchObject({
      client_id: settings.clientId,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: "https://graph.microsoft.com/AppCatalog.ReadWrite.All",
      state: "s",
      code_challenge: challenge,
      code_challenge_method: "S256",
      prompt: "select_account",
    });
    expect(ask(true).scope).toBe("https://graph.microsoft.com/AppCatalog.Submit");
  });
});

describe("an upload", () => {
  it("puts a first version there, and a later one in its place", async () => {
    makeAdmin();
    microsoft.world.fake.emptyCatalogue();
    const first = await upload({ version: "1.0.0" });
    expect(first).toMatchObject({ state: "new", version: "1.0.0", catalogId: expect.any(String) });
    const second = await upload({ version: "1.0.1" });
    expect(second).toEqual({ ...first, state: "updated", version: "1.0.1" });
    expect(versions()).toEqual([
      { version: "1.0.0", publishingState: "published" },
      { version: "1.0.1", publishingState: "published" },
    ]);
  });

  it("waits for a review where asked for, and needs no role then", async () => {
    makeAdmin(false);
    expect(await upload({ isReviewed: true })).toMatchObject({ state: "submitted", version: "1.0.1" });
    expect(versions().at(-1)).toEqual({ version: "1.0.1", publishingState: "submitted" });
  });

  it.each(["1.1.0", "1.0.9"])("of %s where 1.1.0 is there tells so, without sending it", async (version) => {
    makeAdmin();
    const { fake } = microsoft.world;
    const [app] = fake.catalogue();
    app?.definitions.push({ version: "1.1.0", publishingState: "rejected" });
    expect(await upload({ version })).toEqual({
      state: "refused",
      code: "version",
      catalogId: app?.id,
      version: "1.1.0",
    });
    expect(fake.requests.some(({ method, path }) => method === "POST" && path.includes("appCatalogs"))).toBe(false);
  });

  it("counts 1.0.10 as newer than 1.0.9", async () => {
    makeAdmin();
    await upload({ version: "1.0.9" });
    expect(await upload({ version: "1.0.10" })).toMatchObject({ state: "updated" });
  });

  it("by somebody without the role is refused, and nothing changes", async () => {
    makeAdmin();
    expect(await upload({ by: marta })).toEqual({ state: "refused", code: "forbidden" });
    expect(versions()).toHaveLength(1);
  });

  it("with a code that was used, or with another verifier, is no sign-in", async () => {
    makeAdmin();
    const code = await codeOf(jonas, false);
    expect(await upload({ code })).toMatchObject({ state: "updated" });
    expect(await upload({ code, version: "1.0.2" })).toEqual({ state: "refused", code: "sign-in" });
    const { connect, fake } = microsoft.world;
    const app = { zip: zipOf("1.0.2"), appId: fake.clientId, version: "1.0.2", isReviewed: false };
    const stolen = { redirectUri, code: await codeOf(jonas, false), verifier: "b".repeat(43) };
    expect(await catalogue.publish(connect(), stolen, app)).toEqual({ state: "refused", code: "sign-in" });
    expect(versions()).toHaveLength(2);
  });

  it("of something that is no package passes on what Teams says about it", async () => {
    makeAdmin();
    expect(await upload({ zip: new Uint8Array([1, 2, 3]) })).toEqual({
      state: "refused",
      code: "invalid",
      says: ["The app package is not a zip file."],
    });
    const other = zipOf("1.0.1", "11111111-2222-4333-8444-555555555555");
    expect(await upload({ zip: other })).toMatchObject({ code: "invalid" });
  });

  it("sends the very bytes as a zip, with the person's token, which is kept nowhere", async () => {
    makeAdmin();
    const { fake, connect } = microsoft.world;
    const c = connect();
    const code = await codeOf(jonas, false);
    const app = { zip: zipOf("1.0.1"), appId: fake.clientId, version: "1.0.1", isReviewed: false };
    const issued: string[] = [];
    const keeping = { ...c, tokens: { get: c.tokens.get, drop: c.tokens.drop } };
    keeping.tokens.get = (key, issue) => {
      issued.push(key);
      return c.tokens.get(key, issue);
    };
    expect(await catalogue.publish(keeping, { redirectUri, code, verifier }, app)).toMatchObject({ state: "updated" });
    expect(issued).toEqual([]);
    const sent = fake.requests.find(({ method, path }) => method === "POST" && path.endsWith("/appDefinitions"));
    expect(sent?.headers.get("content-type")).toBe("application/zip");
  });

  it.each([
    [429, "platform_throttled"],
    [503, "platform_unavailable"],
  ])("that Graph answers with %i says so and may be repeated", async (status, code) => {
    makeAdmin();
    const { fake } = microsoft.world;
    fake.fail.next({ path: /appDefinitions$/, status });
    await expect(upload()).rejects.toMatchObject({ code });
    expect(await upload()).toMatchObject({ state: "updated" });
  });

  it("whose secret has gone tells the admin what to enter", async () => {
    makeAdmin();
    const { fake, connect } = microsoft.world;
    const c = connect();
    const code = await codeOf(jonas, false);
    fake.revokeSecrets();
    const app = { zip: zipOf("1.0.1"), appId: fake.clientId, version: "1.0.1", isReviewed: false };
    await expect(catalogue.publish(c, { redirectUri, code, verifier }, app)).rejects.toMatchObject({
      code: "platform_unauthorized",
      message: expect.stringContaining("client secret is wrong"),
    });
  });
});

describe("the stand-in's catalogue", () => {
  const post = async (token: string, contentType = "application/zip") =>
    (
      await microsoft.world.fake.app.fetch(
        new Request("https://graph.microsoft.com/v1.0/appCatalogs/teamsApps", {
          method: "POST",
          headers: { authorization: `Bearer ${token}`, "content-type": contentType },
          body: zipOf("1.0.0"),
        }),
      )
    ).status;

  it("is closed to applications, whatever they were granted, and to any other content", async () => {
    const { fake, connect } = microsoft.world;
    fake.emptyCatalogue();
    fake.setRoles(["AppCatalog.ReadWrite.All"]);
    expect(await post(await accessToken(connect(), "graph"))).toBe(403);
    makeAdmin();
    const form = new URLSearchParams({
      grant_type: "authorization_code",
      client_id: fake.clientId,
      client_secret: connect().settings.clientSecret,
      redirect_uri: redirectUri,
      code: await codeOf(jonas, false),
      code_verifier: verifier,
    });
    const url = `${fake.urls.login}/${fake.tenantId}/oauth2/v2.0/token`;
    const answer = await fake.app.fetch(new Request(url, { method: "POST", body: form }));
    const { access_token: token } = (await answer.json()) as { access_token: string };
    expect(await post(token, "application/octet-stream")).toBe(415);
    expect(await post(token)).toBe(201);
    expect(await post(token)).toBe(409);
  });

  it("reads the zip as we write it", async () => {
    const files = await unzip(zipOf("1.0.0"));
    expect([...(files?.keys() ?? [])]).toEqual([
      "manifest.json",
      "color.png",
      "outline.png",
      "es.json",
      "fr.json",
      "sv.json",
    ]);
  });
});
