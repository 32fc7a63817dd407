/** Where a sign-in comes to nothing a person reads what happened and what to do, and one press begins again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { applyPlan } from "../admin/apply.ts";
import { planSchema } from "../admin/plan.ts";
import { chooseAt, locationOf, openCookieBrowser } from "../testing/cookie-browser.ts";
import { expectProblem } from "../testing/scenarios/problems.ts";
import { anaInTeams, createTestService, jonas, marta, publicUrl, type TestService } from "../testing/service.ts";
import { reasons, signInTexts } from "./sign-in-texts.ts";

let service: TestService;
beforeAll(async () => {
  // The sign-in library reads the machine's own clock.
  service = await createTestService({ start: new Date() });
  const { urls, tenantId, clientId } = service.microsoft;
  const { clientSecret } = service.microsoft.settings();
  const signIn = { issuer: `${urls.login}/${tenantId}/v2.0`, audience: clientId, clientSecret };
  await applyPlan(
    service.wired.service,
    planSchema.parse({ tenant: { slug: "test", name: "Test" }, signIns: { admins: signIn, agents: signIn } }),
  );
  await service.pass(3_000);
});
afterAll(() => service?.close());

const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/** Goes to an address as a browser does, in this language. */
function openPerson(language = "en") {
  const browser = openCookieBrowser(service);
  const goTo = (path: string) => browser.get(path, { headers: { accept, "accept-language": language } });
  return {
    browser,
    goTo,
    async begin(query: string) {
      return locationOf(await goTo(`/auth/login?${query}`));
    },
    async back(query: string, user: { id: string }) {
      const { pathname, search } = await chooseAt(service, await this.begin(query), user);
      return pathname + search;
    },
  };
}

async function read(response: Response) {
  const html = await response.text();
  const [, link = ""] = /<a href="([^"]*)"/.exec(html) ?? [];
  return { html, title: /<h1[^>]*>([^<]*)</.exec(html)?.[1], link: link.replaceAll("&amp;", "&") };
}

async function isPage(response: Response, status: number, title: string) {
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("www-authenticate")).toBeNull();
  const policy = response.headers.get("content-security-policy");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  const page = await read(response);
  expect(page.title).toBe(title);
  expect(page.html).toContain(`<title>${title} · Patchcord</title>`);
  expect(page.html).toContain(response.headers.get("x-request-id"));
  return page;
}

describe("a sign-in that came back too late", () => {
  it.each(
    Object.entries(signInTexts),
  )("says so in %s, and one press begins again and gets in", async (language, texts) => {
    const person = openPerson(language === "en" ? "de-DE" : `${language};q=0.9`);
    const path = await person.back("tenant=test&for=expert&back=%2Ftab%3Fa%3D1%26b%3D2", jonas);
    person.browser.cookies.clear(); // as the browser does after ten minutes
    const response = await person.goTo(path);
    expect(response.headers.get("content-language")).toBe(language);
    const [title, whatToDo] = texts.why.expired;
    const { html, link } = await isPage(response, 401, title);
    expect(html).toContain(`<html lang="${language}">`);
    expect(html).toContain(whatToDo);
    expect(html).toContain(`>${texts.again}</a>`);
    const again = new URL(link, publicUrl);
    expect(again.pathname + again.search).toBe("/auth/login?tenant=test&for=expert&back=%2Ftab%3Fa%3D1%26b%3D2");
    const { pathname, search } = await chooseAt(service, locationOf(await person.goTo(link)), jonas);
    expect((await person.goTo(pathname + search)).headers.get("location")).toBe("/tab?a=1&b=2");
  });

  it("without anything of it left, leads to the start; a made-up state leads nowhere else", async () => {
    const made = (asked: Record<string, string>) =>
      Buffer.from(new URLSearchParams(asked).toString()).toString("base64url");
    const states = [
      "",
      "x".repeat(43),
      `${"x".repeat(43)}%00`,
      `${"x".repeat(43)}${made({ for: "desk" })}`,
      `${"x".repeat(43)}AAAA`,
    ];
    for (const state of states) {
      const { link } = await isPage(
        await openPerson().goTo(`/auth/callback?code=x&state=${state}`),
        401,
        "This sign-in has expired",
      );
      expect(link).toBe("/");
    }
    const evil = { tenant: '"><script>alert(1)</script>', for: "desk", back: "//evil.test" };
    const { html, link } = await isPage(
      await openPerson().goTo(`/auth/callback?state=${"x".repeat(43)}${made(evil)}`),
      401,
      "This sign-in has expired",
    );
    expect(html).not.toContain("<script");
    expect(new URL(link, publicUrl).origin).toBe(publicUrl);
    expect(new URL(link, publicUrl).searchParams.get("back")).toBe("/");
  });
});

describe("other ways to come to nothing", () => {
  it("the organization said no, or what it sent does not fit: sign in again", async () => {
    const person = openPerson();
    const state = (await person.begin("tenant=test&for=desk")).searchParams.get("state");
    const refused = await person.goTo(`/auth/callback?error=access_denied&state=${state}`);
    const { link } = await isPage(refused, 401, "The sign-in was not finished");
    expect(link).toBe("/auth/login?tenant=test&for=desk&back=%2F");
    const path = await person.back("tenant=test&for=desk", { id: anaInTeams });
    await isPage(await person.goTo(path.replace(/code=[^&]+/, "code=another")), 401, "The sign-in was not finished");
  });

  it("nobody of ours: each reads whom to ask", async () => {
    const person = openPerson();
    await isPage(
      await person.goTo(await person.back("tenant=test&for=desk", jonas)),
      403,
      "You are signed in, but are no agent of a contact center here",
    );
    await isPage(
      await person.goTo(await person.back("tenant=test", jonas)),
      403,
      "You are signed in, but have no role in Patchcord",
    );
    await service.sql`update people set active = false where name = ${marta.name}`;
    await isPage(
      await person.goTo(await person.back("tenant=test&for=expert", marta)),
      403,
      "You are signed in, but not known here yet",
    );
  });

  it("an organization that is not there, or cannot be, or has left meanwhile", async () => {
    for (const name of ["nobody", "%00", "", "Test"]) {
      const { link } = await isPage(
        await openPerson().goTo(`/auth/login?tenant=${name}`),
        404,
        "There is no sign-in for this organization",
      );
      expect(link).toBe("/");
      expectProblem(await service.ask("GET", `/auth/login?tenant=${name}`), 404);
    }
    const person = openPerson();
    const path = await person.back("tenant=test&for=desk", { id: anaInTeams });
    const [gone] = await service.sql`delete from sign_ins where kind = 'agents' returning *`;
    await isPage(await person.goTo(path), 401, "This organization no longer signs in here");
    await service.sql`insert into sign_ins ${service.sql(gone as never)}`;
  });

  it("the organization's sign-in does not answer: try again, and then it goes on", async () => {
    const person = openPerson("sv");
    service.microsoft.fail.next({ path: /openid-configuration$/, status: 503 });
    const silent = await person.goTo("/auth/login?tenant=test&for=desk");
    expect(silent.headers.get("retry-after")).toBe("2");
    const { html, link } = await isPage(silent, 503, "Din organisations inloggning svarar inte");
    expect(html).toContain("Försök igen</a>");
    expect((await person.goTo(link)).status).toBe(302);
  });

  it("an upload of the app that came back too late leads back to the administration", async () => {
    const late = await openPerson("fr").goTo("/auth/callback?code=x&state=upload.xyz");
    expect((await isPage(late, 401, "Cette connexion a expiré, rien n’a donc été envoyé")).link).toBe("/admin");
  });

  it("what nobody has thought of keeps to itself what it was", async () => {
    const person = openPerson();
    const path = await person.back("tenant=test&for=desk", { id: anaInTeams });
    const { keyring } = service.wired.service;
    const open = keyring.open;
    keyring.open = (() => Promise.resolve(null)) as never;
    const response = await person.goTo(path);
    keyring.open = open;
    const { html } = await isPage(response, 500, "The sign-in did not work");
    expect(html).not.toMatch(/TypeError|null|\.ts/);
  });
});

it("a program gets the problem document, with the same reason", async () => {
  const response = await service.ask("GET", "/auth/callback?code=x&state=y");
  expectProblem(response, 401);
  expect(response.body).toMatchObject({ reason: "expired" });
  const write = await service.wired.app.request(new URL("/auth/desk", publicUrl), {
    method: "POST",
    headers: { accept },
  });
  expect(write.headers.get("content-type")).toBe("application/problem+json");
});

it("every language says all of it", () => {
  for (const texts of Object.values(signInTexts)) {
    expect(Object.keys(texts.why)).toEqual([...reasons]);
    expect(new Set(Object.values(texts.why).map(([title]) => title)).size).toBe(reasons.length);
  }
});
