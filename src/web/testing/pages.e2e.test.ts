import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { serve } from "@hono/node-server";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deskAddress } from "../../desk/protocol.ts";
import { type MockServer, startMockServer } from "./mock-server.ts";

const dist = fileURLToPath(new URL("../../../dist/web", import.meta.url));
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const port = 18_790;
const hostPort = 18_795;

describe.skipIf(!existsSync(executablePath))("the pages in a browser (needs Chromium)", () => {
  let server: MockServer;
  let browser: Browser;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    [server, browser] = await Promise.all([
      startMockServer(dist, port, { hosts: [`http://localhost:${hostPort}`, "https://cc.example"] }),
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
    page = await browser.newPage({ locale: "en-GB", viewport: { width: 340, height: 800 }, reducedMotion: "reduce" });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await page.close();
  });

  const openDesk = async () => {
    server.story.startCall();
    await page.goto(`${server.url}/desk#token=${server.token}`);
    await page.getByRole("button", { name: "Consult: Jonas Sund" }).waitFor();
  };
  const consult = () => server.story.consults()[0];
  const sayYes = () => server.story.press(consult()?.offers[0]?.id ?? "", "now");
  const pickUp = async () => {
    await expect.poll(() => server.story.world().phones.find(({ ringing }) => ringing)).toBeTruthy();
    const phone = server.story.world().phones.find(({ ringing }) => ringing);
    server.story.phone(phone?.ringing?.partyRef ?? "", "answer");
  };
  const sees = (sentence: string) => page.locator(".sentence", { hasText: sentence }).waitFor();

  test("the desk obeys a strict content security policy and takes at most 100 kB of script to first show", async () => {
    const scripts: string[] = [];
    page.on("response", (response) => {
      const { pathname } = new URL(response.url());
      if (pathname.endsWith(".js")) scripts.push(pathname);
    });
    await openDesk();
    const bytes = scripts.reduce((sum, path) => sum + gzipSync(readFileSync(dist + path)).length, 0);
    expect(bytes).toBeLessThan(100_000);
    expect(complaints).toEqual([]);
    expect(new URL(page.url()).hash).toBe("");
  });

  test("a whole consult is driven by keyboard, and a reload changes nothing", async () => {
    await openDesk();
    await page.getByRole("textbox", { name: "People, skills, branches" }).focus();
    await page.keyboard.type("jonas");
    await expect.poll(() => page.locator(".person").count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await sees("We are asking Jonas. Lucía is with you.");
    expect(await page.evaluate(() => document.activeElement?.className)).toContain("consult");
    sayYes();
    await pickUp();
    await sees("You are talking to Jonas. Lucía hears music.");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await sees("You, Lucía and Jonas hear each other.");
    await page.reload();
    await sees("You, Lucía and Jonas hear each other.");
    await page.getByRole("button", { name: "Back to Lucía" }).press("Enter");
    await sees("Jonas has left. Lucía is with you.");
    expect(complaints).toEqual([]);
  });

  test("a hand-over waits for the agent's ear where the platform cannot tell a person from a machine", async () => {
    server.story.goDeaf();
    await openDesk();
    await page.getByRole("button", { name: "Consult: Jonas Sund" }).click();
    await sees("We are asking Jonas.");
    sayYes();
    await pickUp();
    await sees("You are talking to Jonas.");
    expect(await page.getByRole("button", { name: "Hand over", exact: true }).count()).toBe(0);
    await page.getByRole("button", { name: "I heard Jonas: hand over" }).press("Enter");
    await sees("Jonas has Lucía.");
    expect(complaints).toEqual([]);
  });

  test("people stay where they are while the pointer is among them", async () => {
    await openDesk();
    const names = () => page.locator(".person h2").allTextContents();
    await page.locator(".person").first().hover();
    const before = await names();
    server.story.personCall("jonas-sund", true);
    await page.locator(".person", { hasText: "Jonas Sund" }).getByText("In a call").waitFor();
    await page.waitForTimeout(2000);
    expect(await names()).toEqual(before);
  });

  test("a lost connection says what still works, and mends itself", async () => {
    await openDesk();
    server.story.kill();
    await page.locator(".banner", { hasText: "Your call goes on" }).waitFor();
    await expect.poll(() => page.locator(".banner").count(), { timeout: 20_000 }).toBe(0);
    await page.getByRole("button", { name: "Consult: Jonas Sund" }).click();
    await sees("We are asking Jonas.");
  });

  describe("in the frame of another origin", () => {
    const origin = `http://localhost:${hostPort}`;
    const hostPage = (claimed: string) => {
      const address = deskAddress(server.url, { host: claimed, theme: "dark" });
      const script = `
        const heard = [];
        addEventListener("message", (event) => {
          heard.push(event.data.type);
          document.title = heard.join();
          const say = (message) => event.source.postMessage({ patchcord: 1, ...message }, event.origin);
          if (event.data.type === "ready") say({ type: "token", token: "${server.token}" });
          if (event.data.type === "ready") say({ type: "locale", locale: "sv" });
        });`;
      return `<!doctype html><script>${script}</script><iframe src="${address}" width="340" height="700"></iframe>`;
    };
    const host = (claimed: string) =>
      serve({
        fetch: () => new Response(hostPage(claimed), { headers: { "content-type": "text/html" } }),
        port: hostPort,
      });

    test("the host page hands over the token and the language", async () => {
      server.story.startCall();
      const hosting = host(origin);
      await page.goto(origin);
      await page.frameLocator("iframe").getByRole("button", { name: "Rådfråga: Jonas Sund" }).waitFor();
      expect(await page.title()).toMatch(/renew-token.*ready/);
      hosting.close();
    });

    test("a page that is not the one named in the address is not listened to", async () => {
      server.story.startCall();
      const hosting = host("https://cc.example");
      await page.goto(origin);
      await page.frameLocator("iframe").getByText("Open this panel from your contact center").waitFor();
      expect(await page.title()).toBe("");
      hosting.close();
    });

    test("a page that its organization does not name is not listened to, whatever the address says", async () => {
      server.story.startCall();
      const strange = `http://127.0.0.1:${hostPort}`;
      const hosting = host(strange);
      await page.goto(strange);
      await page.frameLocator("iframe").getByText("Open this panel from your contact center").waitFor();
      expect(await page.title()).toBe("");
      hosting.close();
    });
  });

  test("the stage leads a newcomer through the whole story", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${server.url}/sandbox`);
    const hint = (text: string) => page.locator(".next", { hasText: text }).waitFor();
    const doIt = () => page.getByRole("button", { name: "Do it for me" }).click();
    const desk = page.frameLocator(".desk-frame");
    await hint("Start the call");
    await doIt();
    await hint("press Consult beside Jonas Sund");
    await desk.getByRole("heading", { name: "Lucía Prat" }).waitFor();
    await desk.getByRole("button", { name: "Consult: Jonas Sund" }).click();
    await hint("Take it now");
    await page.getByRole("button", { name: "Take it now" }).click();
    await hint("phone rings");
    await page.getByRole("button", { name: "Answer", exact: true }).click();
    await hint("All together");
    await desk.getByRole("button", { name: "All together" }).click();
    await hint("Hand over");
    await desk.getByRole("button", { name: "Hand over" }).click();
    await hint("Let the customer hang up");
    await doIt();
    await hint("whole story");
    await page.getByRole("tab", { name: "Patchcord tab" }).click();
    const tab = page.frameLocator("iframe.tab-frame");
    await tab.getByRole("switch", { name: "Colleagues may ask me" }).waitFor();
    expect(complaints).toEqual([]);
  });
});
