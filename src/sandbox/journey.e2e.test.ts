import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readSettings } from "../config.ts";
import { hasBrowser, openBrowser } from "../testing/browser.ts";
import { type Sandbox, startSandbox } from "./main.ts";
import type { WorldView } from "./protocol.ts";

const screenshots = new URL("../../artifacts/screenshots/", import.meta.url).pathname;
mkdirSync(screenshots, { recursive: true });

describe.skipIf(!hasBrowser)("the whole story in a browser, on the real service (needs Chromium)", () => {
  let sandbox: Sandbox;
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "patchcord-e2e-"));

  beforeAll(async () => {
    await chmod(folder, 0o711);
    const settings = readSettings({ PORT: "0", PATCHCORD_SANDBOX_PORT: "0", PATCHCORD_DATA: folder });
    sandbox = await startSandbox(settings, { durable: false, say: () => {} });
    browser = await openBrowser();
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the platforms say. */
  const world = async () => (await (await fetch(`${sandbox.worldUrl}/world`)).json()) as WorldView;
  const call = async () => (await world()).calls.find(({ state }) => state === "live");
  const party = async (role: string) =>
    (await call())?.parties.find((one) => one.role === role && one.state !== "left" && one.state !== "failed");

  /** Buttons of cards that stick out of their card. */
  const cutOff = (page: Page) =>
    page.locator(".adaptive-card").evaluateAll((cards) =>
      cards.flatMap((card) => {
        const { right } = card.getBoundingClientRect();
        const buttons = [...card.querySelectorAll("button")];
        return buttons.filter((one) => one.getBoundingClientRect().right > right).map((one) => one.textContent);
      }),
    );

  async function play(page: Page, colorScheme: "light" | "dark") {
    const shoot = (name: string) => page.screenshot({ path: `${screenshots}stage-${colorScheme}-${name}.png` });
    const desk = page.frameLocator("iframe").first();
    const doNext = async () => page.getByRole("button", { name: "Do it for me" }).click();
    const patiently = { timeout: 60_000 };
    await page.goto(sandbox.url);
    await page.getByRole("button", { name: "Start over" }).click(patiently);
    await page.getByText("A customer rings the contact center").waitFor(patiently);
    await shoot("1-start");
    await doNext();
    await desk.getByText("Talking to you").waitFor(patiently);
    const ask = desk.getByRole("button", { name: "Consult: Marta Ruiz" });
    await ask.waitFor(patiently);
    await shoot("2-call");
    await page.getByLabel("Who", { exact: true }).selectOption({ label: "Marta Ruiz" });
    await ask.click();
    await desk.locator(".sentence", { hasText: "We are asking" }).waitFor(patiently);
    const take = page.getByRole("button", { name: "Take it now" });
    await take.waitFor(patiently);
    await shoot("3-card");
    expect(await cutOff(page)).toEqual([]);
    await take.click();
    await expect.poll(async () => (await party("expert"))?.state, patiently).toBe("ringing");
    await shoot("4-ringing");
    await page.getByRole("button", { name: "Answer", exact: true }).click();
    await desk.locator(".sentence", { hasText: "hears music" }).waitFor(patiently);
    expect(await party("customer")).toMatchObject({ state: "held", music: true, hears: [] });
    await shoot("5-consulting");
    await page.reload();
    await desk.locator(".sentence", { hasText: "hears music" }).waitFor(patiently);
    const inSight = page.getByLabel("Who", { exact: true }).locator("option:checked");
    await expect.poll(() => inSight.textContent(), patiently).toContain("Marta Ruiz");
    await desk.getByRole("button", { name: "All together" }).click();
    await expect.poll(async () => (await party("customer"))?.hears.length, patiently).toBe(2);
    await desk.locator(".sentence", { hasText: "hear each other" }).waitFor(patiently);
    await shoot("6-together");
    await desk.getByRole("button", { name: "Hand over" }).click();
    await expect.poll(() => party("agent"), patiently).toBeUndefined();
    expect((await party("customer"))?.hears).toEqual([(await party("expert"))?.ref]);
    await shoot("7-handed-over");
  }

  test.each(["light", "dark"] as const)("is played from the first ring to the hand-over (%s)", async (colorScheme) => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 960 }, locale: "en-GB", colorScheme });
    const complaints: string[] = [];
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on(
      "console",
      (message) => message.type() === "error" && complaints.push(`${message.text()} ${message.location().url}`),
    );
    await play(page, colorScheme).catch(async (error) => {
      await page.screenshot({ path: `${screenshots}stage-${colorScheme}-failed.png` });
      throw error;
    });
    expect(complaints).toEqual([]);
    await page.close();
    const live = await call();
    if (live)
      await fetch(`${sandbox.worldUrl}/world/actions`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: new URL(sandbox.url).origin },
        body: JSON.stringify({ action: "customer-hangs-up", call: live.ref }),
      });
    await expect
      .poll(async () => (await world()).agents.every(({ onCall }) => !onCall), { timeout: 30_000 })
      .toBe(true);
  });

  test("the API can be read, and the health page tells that all is well", async () => {
    const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
    await page.goto(`${sandbox.url}/docs`);
    await page.getByRole("heading", { name: "Patchcord API" }).waitFor();
    await page.screenshot({ path: `${screenshots}docs.png` });
    expect(await (await fetch(`${sandbox.url}/health/ready`)).json()).toMatchObject({ ready: true });
    await page.close();
  });
});
