import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { serve } from "@hono/node-server";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { axeFindings } from "./axe.ts";
import { type MockServer, startMockServer } from "./mock-server.ts";

const dist = fileURLToPath(new URL("../../../dist/web", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"];
const port = 18_810;
const hostPort = 18_815;
const shots = process.env.PATCHCORD_SHOTS;

describe.skipIf(!existsSync(executablePath))("the expert's tab in a browser (needs Chromium)", () => {
  let server: MockServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startMockServer(dist, port),
      chromium.launch({ executablePath, args: flags }),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  beforeEach(async () => {
    server.story.reset();
    complaints = [];
    page = await browser.newPage({ locale: "en-GB", viewport: { width: 360, height: 760 }, reducedMotion: "reduce" });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(() => page.close());

  const open = async (query = "") => {
    await page.goto(`${server.url}/tab${query}#token=${server.tabToken}`);
    await page.getByRole("switch", { name: "Colleagues may ask me" }).waitFor();
  };
  const askJonas = () => {
    server.story.startCall();
    const [interaction] = server.story.interactions();
    const jonas = server.story.hits().find(({ name }) => name === "Jonas Sund");
    server.story.request({
      interactionId: interaction?.id ?? "",
      kind: "consult",
      personIds: [jonas?.personId ?? ""],
      question: "Is the March invoice a duplicate?",
    });
  };
  const shoot = async (name: string) => shots && page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });

  test("takes at most 100 kB of script to first show, keeps the token out of the address, and obeys the policy", async () => {
    const scripts: string[] = [];
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith(".js")) scripts.push(pathname);
    });
    await open();
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(dist + path)).length, 0);
    expect(bytes).toBeLessThan(100_000);
    expect(complaints).toEqual([]);
    expect(new URL(page.url()).hash).toBe("");
  });

  test("a request is taken by keyboard, with the details in full after the yes", async () => {
    await open();
    await page.getByText("Nobody needs you now.").waitFor();
    askJonas();
    await page.getByRole("heading", { name: "Ana needs you: Duplicate invoice" }).waitFor();
    expect(await page.getByText("hidden until you say yes").count()).toBeGreaterThan(0);
    expect(await page.getByRole("alert").filter({ hasText: "Ana needs you" }).count()).toBe(1);
    await shoot("request-phone");
    await page.getByRole("button", { name: "Take it now" }).press("Enter");
    await page.locator(".sentence", { hasText: "Your phone is ringing" }).waitFor();
    expect(await page.getByText("hidden until you say yes").count()).toBe(0);
    await expect.poll(() => server.story.world().phones.find(({ ringing }) => ringing)).toBeTruthy();
    const phone = server.story.world().phones.find(({ ringing }) => ringing);
    server.story.phone(phone?.ringing?.partyRef ?? "", "answer");
    await page.locator(".sentence", { hasText: "You are talking to Ana. Lucía hears music." }).waitFor();
    await shoot("talking-phone");
    expect(complaints).toEqual([]);
  });

  test("the switch, a pause and its end", async () => {
    await open();
    const control = page.getByRole("switch", { name: "Colleagues may ask me" });
    await control.focus();
    await page.keyboard.press("Space");
    await page.getByText("Nobody asks you until you switch it on again.").waitFor();
    expect(await control.getAttribute("aria-checked")).toBe("false");
    await control.press("Enter");
    await page.getByText("Requests reach you during your hours.").waitFor();
    await page.getByRole("button", { name: "Pause" }).press("Enter");
    await page.getByRole("menuitem", { name: "For an hour" }).press("Enter");
    await page.getByText(/Nobody asks you until \d/).waitFor();
    await control.press("Enter");
    await page.getByText("Requests reach you during your hours.").waitFor();
  });

  test("hours, days off, skills and languages are changed by keyboard and saved at once", async () => {
    await open();
    const section = (name: string) => page.getByRole("tab", { name });
    await section("Now").focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByText("You got the customer").waitFor();
    await shoot("earlier-phone");
    await page.keyboard.press("ArrowRight");
    await page.getByText("You have helped 11 of 20 times this month.").waitFor();
    await page.getByRole("button", { name: "Change the hours" }).press("Enter");
    await page.getByLabel("Monday from").first().fill("10:00");
    await page.getByLabel("Monday from").first().press("Tab");
    await page.locator(".week li").first().getByText("10:00–12:00").waitFor();
    await page.getByLabel("Monday until").first().fill("09:00");
    await page.getByLabel("Monday until").first().press("Tab");
    await page.getByText("The end must come after the beginning.").waitFor();
    await shoot("hours-phone");
    await page.getByRole("button", { name: /Remove the day off/ }).press("Enter");
    await page.getByText("No days off are planned.").waitFor();
    await section("Skills").click();
    await page.getByRole("combobox", { name: "Skill" }).fill("vat");
    await page.keyboard.press("Enter");
    await page.getByLabel("How well you know vat").selectOption("4");
    await expect.poll(() => page.getByLabel("How well you know vat").inputValue()).toBe("4");
    await page.getByRole("button", { name: "Remove Swedish" }).press("Enter");
    await expect.poll(() => page.getByRole("button", { name: "Remove Swedish" }).count()).toBe(0);
    await shoot("skills-phone");
    await section("Shown for you").click();
    await page.getByText("Because you are “In a call” on RingCentral").waitFor();
    await shoot("shown-phone");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    expect(complaints).toEqual([]);
  });

  test("a customer is called back by keyboard: taken, the number in full, and how it went", async () => {
    await open();
    await page.getByRole("tab", { name: "Call-backs (2)" }).click();
    await page.getByRole("heading", { name: "Call Erik Kund back" }).waitFor();
    await page.getByText("Marta Ruiz is calling.").waitFor();
    expect(await page.getByText("hidden until you take it").count()).toBe(2);
    expect(await page.getByText("701112233").count()).toBe(0);
    await shoot("callbacks-phone");
    await page.getByRole("button", { name: "I call now" }).press("Enter");
    await page.getByText("+46701112233").waitFor();
    await shoot("callbacks-mine-phone");
    await page.getByRole("button", { name: "Reached", exact: true }).press("Enter");
    await page.getByRole("tab", { name: "Call-backs (1)" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("saved answers are approved, changed and withdrawn by keyboard", async () => {
    await open();
    await page.getByRole("tab", { name: "Answers" }).click();
    await page.getByRole("heading", { name: "Waiting for your approval" }).waitFor();
    await page.getByText("has helped 7 times").waitFor();
    await shoot("answers-phone");
    await page.getByRole("button", { name: "Change: How long is the warranty?" }).press("Enter");
    await page.getByRole("textbox", { name: "The answer" }).fill("Three years from delivery.");
    await shoot("answers-edit-phone");
    await page.getByRole("button", { name: "Save and approve" }).press("Enter");
    await page.getByText("Three years from delivery.").waitFor();
    await expect.poll(() => page.getByRole("heading", { name: "Waiting for your approval" }).count()).toBe(0);
    await page.getByRole("button", { name: "Withdraw: How long is the warranty?" }).press("Enter");
    await page.getByRole("button", { name: "Approve: How long is the warranty?" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("why something is shown, and whether requests can arrive, is told in words", async () => {
    await open();
    await page.getByRole("tab", { name: "Shown for you" }).click();
    await page.getByText("We show nothing on RingCentral: nothing elsewhere asks for it.").waitFor();
    await page.getByRole("tab", { name: "Availability" }).click();
    await page.getByText("Requests reach you, but something could be better.").waitFor();
    await page.getByRole("button", { name: "What we looked at" }).press("Enter");
    await page.getByText("Enter a number in international form").waitFor();
    await shoot("set-up-phone");
  });

  test.each(["es", "sv", "fr"])("speaks %s and stays within a narrow phone", async (language) => {
    await page.goto(`${server.url}/tab?lang=${language}#token=${server.tabToken}`);
    await page.getByRole("switch").waitFor();
    for (const each of await page.getByRole("tab").all()) {
      await each.click();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    }
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
  });

  test("every control has a name and every field a label, in every section", async () => {
    await open();
    askJonas();
    await page.getByRole("button", { name: "Take it now" }).waitFor();
    for (const each of await page.getByRole("tab").all()) {
      await each.click();
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll("button, input, select, fluent-button, fluent-textarea, a")]
          .filter((one) => !(one.getAttribute("aria-label") ?? one.textContent ?? "").trim())
          .map((one) => one.outerHTML),
      );
      expect(nameless).toEqual([]);
      const ids = await page.evaluate(() => [...document.querySelectorAll("[id]")].map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
    }
    expect(await page.locator("h1").count()).toBe(1);
  });

  test.each(["light", "dark", "contrast"])("axe finds nothing in %s, in any section", async (theme) => {
    askJonas();
    await open(`?theme=${theme}`);
    await page.getByRole("button", { name: "Take it now" }).waitFor();
    const found: string[] = [];
    for (const each of await page.getByRole("tab").all()) {
      await each.click();
      const hours = page.getByRole("button", { name: "Change the hours" });
      if ((await hours.count()) > 0) await hours.click();
      found.push(...(await axeFindings(page)).map((one) => `${theme}: ${one}`));
    }
    expect(found).toEqual([]);
  });

  test("everything is reached by Tab alone, in the order in which it stands, with the focus in sight", async () => {
    await open();
    askJonas();
    await page.getByRole("button", { name: "Take it now" }).waitFor();
    const sections = await page.getByRole("tab").count();
    for (let section = 0; section < sections; section++) {
      await page.getByRole("tab").nth(section).click();
      await page.getByRole("switch").focus();
      const seen: { name: string; top: number; isRinged: boolean }[] = [];
      for (let step = 0; step < 60; step++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate(() => {
          const one = document.activeElement;
          if (!one || one === document.body) return undefined;
          const { outlineStyle, boxShadow } = getComputedStyle(one);
          const inner = one.shadowRoot?.activeElement;
          const ring = inner ? getComputedStyle(inner) : undefined;
          const isRinged = [outlineStyle, ring?.outlineStyle].some((style) => style !== undefined && style !== "none");
          return {
            name: one.getAttribute("aria-label") ?? one.textContent?.trim() ?? "",
            top: one.getBoundingClientRect().top + scrollY,
            isRinged:
              isRinged || boxShadow !== "none" || one.matches("input, select, fluent-textarea, [role=tabpanel]"),
          };
        });
        if (!at) break;
        seen.push(at);
      }
      expect(seen.length).toBeGreaterThanOrEqual(2);
      if (section === 0)
        expect(seen.map(({ name }) => name)).toEqual(expect.arrayContaining(["Take it now", "Not me"]));
      expect(seen.filter(({ isRinged }) => !isRinged)).toEqual([]);
      const tops = seen.map(({ top }) => top);
      expect(tops.filter((top, index) => index > 0 && top < (tops[index - 1] ?? 0) - 60)).toEqual([]);
    }
  });

  test("outside Teams it says where to open it; a refused token says so", async () => {
    await page.goto(`${server.url}/tab`);
    await page.getByText("Open it in Microsoft Teams, where you are signed in already").waitFor();
    await page.getByLabel("Organization").waitFor();
    await page.goto(`${server.url}/desk`);
    await page.goto(`${server.url}/tab#token=wrong`);
    await page.getByText("You are not known here yet").waitFor();
  });

  test("a lost connection says what is true still, and mends itself", async () => {
    await open();
    server.story.kill();
    await page.getByText("Connection lost.").waitFor();
    await expect.poll(() => page.getByText("Connection lost.").count(), { timeout: 25_000 }).toBe(0);
  });

  describe("in a host like Teams", () => {
    const origin = `http://localhost:${hostPort}`;
    /** Answers what teams-js asks of its host. */
    const script = (answers: boolean) => `
      addEventListener("message", ({ data, source, origin }) => {
        const say = (args) => source.postMessage({ id: data.id, uuid: data.uuid, args }, origin);
        document.title += data.func + " ";
        if (!${answers}) return;
        if (data.func === "initialize") say(["content", "web", JSON.stringify({ apiVersion: 2, hostVersionsInfo: {}, isLegacyTeams: false, supports: {} }), "2.0.0"]);
        if (data.func === "getContext") say([{ theme: "dark", locale: "sv-se", hostClientType: "web", entityId: "tab", tid: "t", userObjectId: "u" }]);
        if (data.func === "authentication.getAuthToken") say([true, "${"TOKEN"}"]);
      });`;
    const host = (answers: boolean) =>
      serve({
        fetch: () =>
          new Response(
            `<!doctype html><script>${script(answers).replace("TOKEN", server.tabToken)}</script><iframe src="${server.url}/tab?host=${encodeURIComponent(origin)}" width="420" height="700"></iframe>`,
            { headers: { "content-type": "text/html" } },
          ),
        port: hostPort,
      });

    test("signs in by the host's token, in its theme and language", async () => {
      const hosting = host(true);
      await page.goto(origin);
      const frame = page.frameLocator("iframe");
      await frame.getByRole("switch", { name: "Kollegor får fråga mig" }).waitFor({ timeout: 20_000 });
      expect(await frame.locator("html").getAttribute("data-theme")).toBe("dark");
      expect(await page.title()).toContain("appInitialization.success");
      hosting.close();
    });

    test("a frame that never answers does not keep the person waiting", async () => {
      const hosting = host(false);
      await page.goto(origin);
      await page.frameLocator("iframe").getByText("Open this page in Microsoft Teams").waitFor({ timeout: 20_000 });
      hosting.close();
    });
  });

  test.runIf(shots)("looks at itself in every theme", async () => {
    askJonas();
    for (const theme of ["light", "dark", "contrast"]) {
      await page.setViewportSize({ width: 1280, height: 800 });
      await open(`?theme=${theme}`);
      for (const name of ["Now", "Call-backs", "Availability", "Skills", "Answers", "Shown for you"]) {
        await page.getByRole("tab", { name }).click();
        await page.screenshot({ path: `${shots}/${theme}-${name.split(" ")[0]}.png`, fullPage: true });
      }
    }
  });
});
