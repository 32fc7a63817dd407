/** The admin's screens over the real service and its database, with stand-ins of the platforms, in a browser. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { serve } from "@hono/node-server";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildTeamsPackage } from "../../../manifest/build.ts";
import { icons } from "../../../manifest/icons/bytes.ts";
import { newApi } from "../../api.ts";
import { issueToken } from "../../desk/tokens.ts";
import { addScreens } from "../../screens-node.ts";
import { ana, anaInTeams, createTestService, jonas, marta, type TestService } from "../../testing/service.ts";
import { axeFindings } from "./axe.ts";

const dist = fileURLToPath(new URL("../../../dist/web", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = process.env.PATCHCORD_SHOTS;
const roles = [
  "Presence.ReadWrite.All",
  "User.Read.All",
  "OnlineMeetings.ReadWrite.All",
  "TeamsAppInstallation.ReadWriteSelfForUser.All",
];

describe.skipIf(!existsSync(executablePath))("the admin's screens (need Chromium)", () => {
  let service: TestService;
  let server: ReturnType<typeof serve>;
  let url: string;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    service = await createTestService({ start: new Date() });
    await service.pass(5_000);
    const screens = newApi();
    addScreens(screens, { deskOf: async () => undefined });
    const isScreen = (path: string) => path.startsWith("/assets/") || ["/admin", "/board", "/tab"].includes(path);
    const fetch = (request: Request) =>
      isScreen(new URL(request.url).pathname) ? screens.fetch(request) : service.wired.app.fetch(request);
    url = await new Promise((ready) => {
      server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => ready(`http://127.0.0.1:${port}`));
    });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
    await service?.close();
  });
  beforeEach(() => signIn(["admin"]));
  afterEach(() => context.close());

  async function signIn(as: ("admin" | "supervisor")[], width = 1280): Promise<void> {
    await context?.close();
    const { keyring } = service.wired.service;
    const [tenant] = await service.sql`select id from tenants where slug = 'test'`;
    const { token } = await issueToken(keyring, service.clock.now(), "admin", String(tenant?.id), {
      name: "Ada",
      roles: as,
    });
    context = await browser.newContext({
      locale: "en-GB",
      viewport: { width, height: 900 },
      reducedMotion: "reduce",
      acceptDownloads: true,
    });
    await context.addCookies([{ name: "patchcord_session", value: token, url }]);
    page = await context.newPage();
    complaints = [];
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  }
  const open = async (task: string, query = "") => {
    await page.goto(`${url}/admin${query}#${task}`);
    await page.locator(".task h2").waitFor();
  };
  const shoot = async (name: string) => {
    if (shots) await page.screenshot({ path: `${shots}/admin-${name}.png`, fullPage: true });
  };
  /** What the platforms are asked for happens while the page waits. */
  const work = async (ms = 2_000) => {
    await service.settle();
    await service.pass(ms, 1_000);
  };

  test("takes at most 100 kB of script to first show, and obeys the policy", async () => {
    const scripts: string[] = [];
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith(".js")) scripts.push(pathname);
    });
    await open("health");
    await page.getByText("Every connection works.").waitFor();
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(dist + path)).length, 0);
    expect(bytes).toBeLessThan(100_000);
    expect(complaints).toEqual([]);
  });

  test("makes the same package as the command, says each fault, and ties each permission to its feature", async () => {
    await open("app");
    const address = page.getByLabel("Address of this deployment");
    expect(await address.inputValue()).toBe("https://patchcord.test");
    expect(await page.getByLabel("Application (client) ID").inputValue()).toBe(service.microsoft.clientId);
    await address.fill("http://localhost");
    await page.getByRole("button", { name: "Make and download" }).click();
    await page.getByText("No package: 1 thing to correct.").waitFor();
    expect(await address.getAttribute("aria-invalid")).toBe("true");
    await shoot("violations");
    await address.fill("https://patchcord.example.com");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Make and download" }).press("Enter"),
    ]);
    const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
    const { zip } = buildTeamsPackage({
      baseUrl: "https://patchcord.example.com",
      appId: service.microsoft.clientId,
      botId: service.microsoft.botAppId,
      icons,
    });
    expect(download.suggestedFilename()).toBe("patchcord-teams.zip");
    expect(digest(readFileSync(await download.path()))).toBe(digest(zip));
    await page.getByText("nothing to correct").waitFor();
    const row = page.getByRole("row", { name: /OnlineMeetings/ });
    expect(await row.textContent()).toContain("opening a video meeting with an expert");
    expect(await page.getByRole("link", { name: "Give the consent" }).getAttribute("href")).toContain(
      "/adminconsent?client_id=",
    );
    await shoot("app");
    expect(complaints.filter((line) => !line.includes("422"))).toEqual([]);
  });

  test("uploads the app by the sign-in of who may, and says what came of it each time", async () => {
    service.microsoft.setTeamsAdmin(jonas.id, true);
    let who = jonas.id;
    await page.route("https://login.microsoftonline.com/**", async (route) => {
      const at = new URL(route.request().url());
      at.searchParams.set("chosen", who);
      const answer = await service.microsoft.app.fetch(new Request(at));
      const back = new URL(answer.headers.get("location") ?? "");
      await route.fulfill({ status: 302, headers: { location: url + back.pathname + back.search } });
    });
    await open("app", "?lang=en");
    await page.getByLabel("Address of this deployment").fill("https://patchcord.example.com");
    const upload = page.getByRole("button", { name: "Upload to Teams" });
    await upload.click();
    await page.getByText("Version 1.0.0 was not uploaded.").waitFor();
    await page.getByText("The catalogue has 1.0.0 already").waitFor();
    expect(new URL(page.url()).search).toBe("?lang=en");
    await shoot("upload-refused");
    expect(await page.getByLabel("Address of this deployment").inputValue()).toBe("https://patchcord.example.com");
    expect(await page.getByLabel(/^Version of the app/).inputValue()).toBe("1.0.1");
    await upload.press("Enter");
    await page.getByText("Version 1.0.1 has taken the place of the one before.").waitFor();
    await shoot("upload");
    who = marta.id;
    await upload.click();
    await page.getByText("This account may not upload apps.").waitFor();
    await page.getByLabel("Somebody else reviews it first").check();
    await upload.click();
    await page.getByText("Version 1.0.2 waits for its review").waitFor();
    await page.getByLabel("Address of this deployment").fill("http://localhost");
    await upload.click();
    await page.getByText("No package: 1 thing to correct.").waitFor();
    expect(complaints.filter((line) => !line.includes("422"))).toEqual([]);
  });

  test("installs for the experts with progress and a result for each", async () => {
    const connections = (await service.ask("GET", "/v1/connections")).body.items ?? [];
    const teams = connections.find(({ adapter }) => adapter === "teams")?.id;
    service.microsoft.setBotEndpoint(`https://patchcord.test/teams/${teams}/messages`);
    for (const { id } of [jonas, marta]) await service.microsoft.removeApp(id);
    await open("app");
    await page.getByText("0 of 2 experts have the app").waitFor();
    await page.getByRole("button", { name: "Install for 2 experts" }).click();
    await page.getByText("2 installations begun.").waitFor();
    await page.getByText("being installed").first().waitFor();
    await work(30_000);
    await page.getByText("2 of 2 experts have the app").waitFor();
    await expect.poll(() => page.locator(".rows").getByText("Jonas Sund installed").count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  test("health comes first when something is wrong: the state, the permission that is missing, the fix", async () => {
    service.microsoft.setRoles(roles.slice(0, 2));
    service.microsoft.revokeTokens();
    await page.goto(`${url}/admin#health`);
    await page.getByText("Every connection works.").waitFor();
    await page.getByRole("button", { name: "Check now" }).nth(1).click();
    await page.getByText("The answer shows here in a moment.").waitFor();
    await work();
    await page.goto(`${url}/admin`);
    await page.getByText("1 connection needs you.").first().waitFor();
    await page.getByText("The platform no longer lets us in").waitFor();
    await page.getByText("OnlineMeetings.ReadWrite.All", { exact: true }).waitFor();
    await shoot("health");
    await page.getByRole("link", { name: "To the consent" }).click();
    await page
      .getByRole("row", { name: /OnlineMeetings/ })
      .getByText("missing")
      .waitFor();
    service.microsoft.setRoles(roles);
    service.microsoft.revokeTokens();
    await page.getByRole("button", { name: "Check the consent" }).click();
    await work();
    await page
      .getByRole("row", { name: /OnlineMeetings/ })
      .getByText("granted")
      .waitFor({ timeout: 20_000 });
    expect(complaints).toEqual([]);
  });

  test("experts are red, amber or green with the fix; searched, filtered, checked anew and taken away", async () => {
    service.microsoft.updateUser(marta.id, { businessPhones: [] });
    await open("experts");
    await page.getByText("Marta Ruiz", { exact: true }).waitFor();
    await page.getByLabel("Select Marta Ruiz").check();
    await page.getByRole("button", { name: "Check 1 expert again" }).click();
    await page.getByText("The platforms are asked about 1 expert.").waitFor();
    await work(300_000);
    await page.reload();
    await page.getByText("No phone number: they can be asked and answer by chat, but not be called.").first().waitFor();
    await page.getByText("Enter a number in international form").first().waitFor();
    await page.getByRole("button", { name: "All that was looked at for Marta Ruiz" }).click();
    await page.getByRole("heading", { name: "How a request reaches them, step by step" }).waitFor();
    const ladder = page.locator("ol.stack > li");
    expect(await ladder.first().textContent()).toMatch(
      /^Could be better: No phone number in Microsoft Teams\. .*Enter a number/,
    );
    expect(await ladder.last().textContent()).toMatch(/Is asked by card in Microsoft Teams\./);
    await shoot("experts");
    await page.getByRole("combobox", { name: /^Show/ }).selectOption("amber");
    await page.getByLabel("Search").fill("marta");
    await expect.poll(() => page.locator(".rows > li").count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Download as CSV" }).click(),
    ]);
    const csv = readFileSync(await download.path(), "utf8");
    expect(csv).toMatch(/^\uFEFFName,State,What to do,Checked\r\nMarta Ruiz,Could be better,/);
    await page.getByLabel("Search").fill("nobody of this name");
    await page.getByText("Nothing matches.").waitFor();
    expect(complaints).toEqual([]);
  });

  test("rules are tried on a day, drawn and explained, and switched on after a word about what that does", async () => {
    await open("rules");
    await page.getByText("The default, which nobody has changed").waitFor();
    await page.getByText(/times something would have been written/).waitFor();
    expect(await page.locator(".ours .stretch").count()).toBeGreaterThan(0);
    await page.getByText("Microsoft Teams shows “busy, in a call”, because").first().waitFor();
    await shoot("rules");
    await page.getByRole("radio", { name: /Read only/ }).check();
    await page.getByText("Nothing would have been written.").waitFor();
    await expect.poll(() => page.locator(".ours .stretch").count()).toBe(0);
    await page.getByRole("button", { name: "Switch on for everybody" }).click();
    await page
      .getByText("“Read only” then holds within ten seconds for everybody but 0 departments and 0 people")
      .waitFor();
    await page.getByRole("button", { name: "Yes, switch on" }).click();
    await page.getByText("Version 1,").waitFor();
    expect((await service.ask("GET", "/v1/policies/tenant")).body).toMatchObject({ preset: "read-only", version: 1 });
    await page.getByRole("radio", { name: "Rules of your own" }).check();
    await page.getByRole("button", { name: "Add a rule" }).click();
    await page.getByRole("button", { name: "Add a rule" }).click();
    await page.getByText("These rules cannot be switched on:").waitFor();
    await page.getByRole("button", { name: "Remove rule 4" }).click();
    await page.getByText(/would have been written/).waitFor();
    await page.getByRole("button", { name: "The day" }).click();
    await page.getByRole("button", { name: "Add an event" }).click();
    await page.getByLabel("Event 11: At").fill("13:30");
    await shoot("rules-own");
    expect(complaints.filter((line) => !line.includes("422"))).toEqual([]);
  });

  test("rules are tried on a day as it was, of people whom one chooses, where a history is kept", async () => {
    await open("rules", "?lang=en");
    const asItWas = page.getByRole("radio", { name: /A day as it was/ });
    await page.getByText("Your organization keeps no history of presence").waitFor();
    expect(await asItWas.isDisabled()).toBe(true);
    await service.ask("PUT", "/v1/presence-settings", { body: { historyDays: 7 } });
    const today = new Date().setHours(0, 0, 0, 0);
    const [one, two] = [60_000, 120_000].map((ms) => new Date(today + ms));
    await service.sql`
      insert into presence_history (tenant_id, account_id, at, availability, activity)
      select a.tenant_id, a.id, ${one ?? null}::timestamptz, 'available', 'none' from accounts a where a.external_id in (${anaInTeams}, ${ana.account})
      union all
      select a.tenant_id, a.id, ${two ?? null}::timestamptz, 'busy', 'on-call' from accounts a where a.external_id = ${ana.account}`;
    await page.reload();
    await asItWas.check();
    await page.getByLabel("Add a person by name").fill("ana");
    await page.getByRole("button", { name: "Add Ana Berg" }).click();
    await page.getByRole("radio", { name: /In-call both ways/ }).check();
    await page.getByText("1 time something would have been written.").waitFor();
    await page.getByRole("heading", { name: "Ana Berg" }).waitFor();
    await page.getByText("Microsoft Teams shows “busy, in a call”, because").waitFor();
    await page.getByLabel("Add a person by name").fill("jonas");
    await page.getByRole("button", { name: "Add Jonas Sund" }).press("Enter");
    await page.getByRole("heading", { name: "Jonas Sund" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await shoot("recorded");
    await page.getByRole("button", { name: "Remove Ana Berg" }).click();
    await page.getByRole("button", { name: "Remove Jonas Sund" }).click();
    await page.getByRole("radio", { name: "A day that I make up below" }).check();
    await page.getByText(/times something would have been written/).waitFor();
    const read = await service.sql`select 1 from audit where action = 'presence-history.read'`;
    expect(read.length).toBeGreaterThan(0);
    await service.ask("PUT", "/v1/presence-settings", { body: { historyDays: 0 } });
    expect(complaints).toEqual([]);
  });

  test("the audit log is read, searched and taken away", async () => {
    await open("audit");
    await page.getByRole("cell", { name: "app.package" }).first().waitFor();
    await page.getByLabel("Search").fill("policy");
    await page
      .getByRole("cell", { name: /policy/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test("a supervisor sees health and experts alone; a stranger is asked to sign in", async () => {
    await signIn(["supervisor"]);
    await open("app");
    await expect.poll(() => page.locator(".rail-link").allTextContents()).toEqual(["Experts", "Health"]);
    expect(await page.getByRole("button", { name: /Install for/ }).count()).toBe(0);
    await context.clearCookies();
    await page.reload();
    await page.getByText("Sign in as an administrator of your organization.").waitFor();
    expect(await page.locator("form.sign-in input[name=back]").inputValue()).toBe("/admin");
  });

  test("an expert's own page opens in a browser: the organization signs in, and a cookie that no script reads does the rest", async () => {
    await context.clearCookies();
    await page.goto(`${url}/tab?tenant=test`);
    let asked = "";
    await page.route(/\/auth\/login/, (route) => {
      asked = route.request().url();
      return route.fulfill({ body: "the organization's sign-in" });
    });
    await page.getByRole("button", { name: "Sign in" }).press("Enter");
    await page.getByText("the organization's sign-in").waitFor();
    expect(Object.fromEntries(new URL(asked).searchParams)).toEqual({ tenant: "test", back: "/tab", for: "expert" });
    const [person] = await service.sql`select id, tenant_id from people where name = ${jonas.name}`;
    const actor = { personId: String(person?.id), name: jonas.name };
    const { keyring } = service.wired.service;
    const { token } = await issueToken(keyring, service.clock.now(), "expert", String(person?.tenant_id), actor);
    await context.addCookies([{ name: "patchcord_expert", value: token, url }]);
    await page.goto(`${url}/tab`);
    const may = page.getByRole("switch", { name: "Colleagues may ask me" });
    await may.press("Space");
    await page.getByText("Nobody asks you until you switch it on again.").waitFor();
    await may.press("Space");
    await page.getByText("Requests reach you during your hours.").waitFor();
    await service.sql`update people set active = false where id = ${String(person?.id)}`;
    await page.reload();
    await page.getByText("sign in here with your organization").waitFor();
    await service.sql`update people set active = true where id = ${String(person?.id)}`;
  });

  test("everything is reached by keyboard, in the order in which it stands", async () => {
    await open("experts");
    await page.getByText("Marta Ruiz", { exact: true }).waitFor();
    const seen: string[] = [];
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press("Tab");
      const name = await page.evaluate(() => {
        const one = document.activeElement;
        if (!one || one === document.body) return undefined;
        const label = one.closest("label")?.textContent ?? "";
        return (one.getAttribute("aria-label") ?? (one.textContent?.trim() || label)).trim();
      });
      if (name === undefined) break;
      seen.push(name);
    }
    expect(seen.slice(0, 5)).toEqual(["Experts", "Presence rules", "Teams app", "Health", "Audit"]);
    expect(seen).toEqual(expect.arrayContaining(["Download as CSV", "Select Marta Ruiz"]));
    await page.getByRole("link", { name: "Presence rules" }).press("Enter");
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toBe("task");
  });

  test.each(["light", "dark", "contrast"])("axe finds nothing in %s, in any task", async (theme) => {
    const found: string[] = [];
    for (const task of ["experts", "rules", "app", "health", "audit"]) {
      await open(task, `?theme=${theme}&at=${task}`);
      await page.locator(".task .card").first().waitFor();
      if (task === "rules") await page.locator(".day").waitFor();
      found.push(...(await axeFindings(page)).map((one) => `${task} ${theme}: ${one}`));
      if (theme !== "light") await shoot(`${task}-${theme}`);
    }
    expect(found).toEqual([]);
  });

  test.each([
    "en",
    "es",
    "sv",
    "fr",
  ])("privacy and terms in %s are readable by everybody, on a phone too", async (language) => {
    for (const [path, width] of [
      ["/privacy", 1280],
      ["/privacy", 360],
      ["/terms", 360],
    ] as const) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${url}${path}?lang=${language}`);
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await shoot(`${path.slice(1)}-${language}-${width}`);
    }
    await page.getByRole("link", { name: language === "sv" ? "English" : "Svenska" }).press("Enter");
    await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe(language === "sv" ? "en" : "sv");
    expect(complaints).toEqual([]);
  });

  test.each(["es", "sv", "fr"])("speaks %s, and fits a phone", async (language) => {
    await signIn(["admin"], 360);
    for (const task of ["experts", "rules", "app", "health", "audit"]) {
      await open(task, `?lang=${language}&at=${task}`);
      await page.locator(".task .card").first().waitFor();
      if (task === "rules") await page.locator(".day").waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
      expect(await page.evaluate(() => document.documentElement.scrollWidth), task).toBeLessThanOrEqual(360);
      if (task === "app") {
        await page.locator("input[aria-invalid]").first().fill("http://localhost");
        await page
          .locator(
            "section[aria-labelledby=package] .answers button, section[aria-labelledby=package] .answers fluent-button",
          )
          .first()
          .click();
        const faults = page.locator("#violations li");
        await faults.first().waitFor();
        expect(await faults.first().textContent()).toMatch(
          { es: /no es https/, sv: /är inte https/, fr: /n’est pas en https/ }[language] ?? /never/,
        );
      }
      await shoot(`${task}-${language}-phone`);
    }
  });
});
