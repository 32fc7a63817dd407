/** Calls from the desk in Chromium: with the browser's made-up devices and a stand-in for the library, and with the library itself. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { deskAddress } from "../../desk/protocol.ts";
import { executablePath, hasBrowser } from "../../testing/browser.ts";
import { axeFindings } from "./axe.ts";
import type { farEnd } from "./calling-sdk.ts";
import { type MockServer, startMockServer } from "./mock-server.ts";
import { meetingLink as link } from "./mock-state.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const screenshots = join(root, "artifacts/screenshots");
mkdirSync(screenshots, { recursive: true });
const library = "@azure/communication-calling";
const devices = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"];
const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"];
const port = 18_830;
const hostPort = 18_835;
const calls = ["https://*.communication.azure.com", "https://*.communication.microsoft.com", "https://*.skype.com"];

const isInstalled = (() => {
  try {
    return existsSync(createRequire(import.meta.url).resolve(library));
  } catch {
    return false;
  }
})();

/** The desk as `npm run build` makes it, with another library or none. */
async function buildDesk(outDir: string, standIn: string, isThere: boolean): Promise<void> {
  await build({
    configFile: join(root, "vite.config.ts"),
    root: join(root, "src/web"),
    logLevel: "error",
    resolve: { alias: { [library]: join(root, "src/web", standIn) } },
    define: { __CALLS_INSTALLED__: JSON.stringify(isThere) },
    build: { outDir, emptyOutDir: true },
  });
}

const nameOfFocus = `(() => {
  const one = document.activeElement;
  const label = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent;
  return (label ?? one.querySelector("[slot=label], .visually-hidden")?.textContent ?? one.textContent ?? "").trim();
})()`;

const folder = mkdtempSync(join(tmpdir(), "patchcord-calling-"));
const dist = (name: string) => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let server: MockServer;
let page: Page;
let complaints: string[];

const desk = () => `http://localhost:${port}/desk#token=${server.token}`;
const panel = () => page.locator(".calling");
const says = (sentence: string) => panel().locator(".sentence", { hasText: sentence }).waitFor();
/** The library has begun to connect: from now on the far end can act. */
const begun = () => page.locator('.calling[data-phase="connecting"]').waitFor();
const press = (name: string) => panel().getByRole("button", { name, exact: true }).click();

/** Jonas has said yes to a meeting, and Ana's desk shows it. */
async function meet(address = desk(), on: Page | ReturnType<Page["frameLocator"]> = page): Promise<void> {
  server.story.startCall();
  if (page.url() === "about:blank") await page.goto(address);
  await on.getByRole("button", { name: "More ways to reach Jonas Sund" }).click();
  await on.getByRole("menuitem", { name: "Video meeting" }).click();
  await expect.poll(() => server.story.consults().at(-1)?.offers[0]?.state).toBe("asked");
  server.story.press(server.story.consults().at(-1)?.offers[0]?.id ?? "", "now");
  await on.locator(".consult").getByRole("button", { name: "Join the meeting" }).waitFor();
}

async function open(browser: Browser): Promise<void> {
  complaints = [];
  page = await browser.newPage({ locale: "en-GB", viewport: { width: 340, height: 900 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(15_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
}
const launch = (more: string[]) => chromium.launch({ executablePath, args: [...flags, ...more] });

type FarEnd = typeof farEnd;
/** At the far end of the call, this happens. */
const there = (act: (far: FarEnd) => void) => page.evaluate(`(${act})(globalThis.farEnd)`);
const log = () => page.evaluate("globalThis.farEnd.log") as Promise<string[]>;

describe.skipIf(!hasBrowser)("a call from the desk (needs Chromium)", () => {
  let browser: Browser;
  beforeAll(async () => {
    await buildDesk(dist("stand-in"), "testing/calling-sdk.ts", true);
    browser = await launch(devices);
    server = await startMockServer(dist("stand-in"), port, { calls, hosts: [`http://127.0.0.1:${hostPort}`] });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  beforeEach(async () => {
    server.story.reset();
    await open(browser);
  });
  afterEach(() => page.close());

  const ready = async () => {
    await meet();
    await page.getByRole("button", { name: "Join here" }).click();
    await says("Ready. Choose what you join with.");
  };
  const comeIn = async () => {
    await ready();
    await press("Join");
    await says("Connecting.");
    await there((far) => far.move("Connected"));
    await says("You are in the call.");
  };

  test("nothing of it is loaded before it is wanted; then it is joined, lived in and left", async () => {
    const scripts: string[] = [];
    page.on("response", (response) => scripts.push(new URL(response.url()).pathname));
    await meet();
    expect(scripts.filter((path) => /call-panel|calling/.test(path))).toEqual([]);
    await page.getByRole("button", { name: "Join here" }).click();
    await says("Ready. Choose what you join with.");
    expect(scripts.some((path) => /call-panel/.test(path))).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.className)).toContain("calling");
    expect(await panel().getByLabel("Microphone", { exact: true }).locator("option").count()).toBeGreaterThan(0);
    await there((far) => {
      far.hasLobby = true;
    });
    await press("Join");
    await says("You are in the lobby. Jonas has to let you in.");
    expect(await log()).toContain(`join ${link}`);
    await there((far) => far.move("Connected"));
    await says("You are in the call.");
    await panel().getByText("Nobody else is here yet.").waitFor();
    await there((far) => far.enter("Jonas Sund"));
    await panel().getByText("Jonas Sund").waitFor();
    await there((far) => far.set("Jonas Sund", { isMuted: true }));
    await panel().getByText("muted").waitFor();
    await there((far) => far.shows("Jonas Sund", "ScreenSharing"));
    await panel().getByRole("img", { name: "Jonas Sund’s screen" }).waitFor();
    await press("Leave");
    await says("You have left the call.");
    expect(await log()).toEqual(expect.arrayContaining(["hangUp", "agent disposed", "client disposed"]));
    await press("Close");
    await page.getByRole("button", { name: "Join here" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("microphone, camera, screen, captions and devices are switched, each in words", async () => {
    await comeIn();
    await press("Mute");
    await panel().getByRole("button", { name: "Unmute" }).waitFor();
    await press("Camera on");
    await panel().getByRole("button", { name: "Camera off" }).waitFor();
    await press("Show my screen");
    await panel().getByText("The others see your screen.").waitFor();
    await press("Stop showing");
    await panel().getByRole("button", { name: "Show my screen" }).waitFor();
    expect(await panel().getByRole("button", { name: "Captions" }).count()).toBe(0);
    await there((far) => far.offerCaptions());
    await press("Captions");
    await there((far) => far.say("Jonas", "The March", "Partial"));
    await there((far) => far.say("Jonas", "The March invoice is a copy.", "Final"));
    await there((far) => far.say("Jonas", "I cancel it.", "Final"));
    await expect
      .poll(() => panel().locator(".calling-captions li").allTextContents())
      .toEqual(["Jonas The March invoice is a copy.", "Jonas I cancel it."]);
    expect(await log()).toContain("captions en-us");
    await panel().getByRole("button", { name: "Microphone, speaker, camera" }).click();
    const choice = panel().getByLabel("Microphone", { exact: true });
    const other = (await choice.locator("option").allTextContents()).at(-1) ?? "";
    await choice.selectOption({ label: other });
    await expect.poll(log).toContain(`microphone ${other}`);
    expect(complaints).toEqual([]);
  });

  test("a whole consult that becomes a call in the panel is driven by keyboard alone, and each thing says its name", async () => {
    const focused = () => page.evaluate(nameOfFocus) as Promise<string>;
    const tabTo = async (name: string) => {
      const passed: string[] = [];
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        const now = await focused();
        if (now === name) return;
        passed.push(now);
      }
      throw new Error(`no way by Tab to ${name}, only to ${passed.join(", ")}`);
    };
    const use = async (name: string, key = "Enter") => {
      await tabTo(name);
      await page.keyboard.press(key);
    };
    const told = (sentence: string) => panel().getByRole("status").filter({ hasText: sentence }).waitFor();
    const isSomewhere = () =>
      expect.poll(() => page.evaluate(() => document.activeElement === document.body)).toBe(false);
    const stays = (name: string) => expect.poll(focused).toBe(name);

    server.story.startCall();
    await page.goto(desk());
    await page.getByRole("button", { name: "Consult: Jonas Sund" }).waitFor();
    await use("More ways to reach Jonas Sund");
    await page.getByRole("menuitem", { name: "Video meeting" }).waitFor();
    await page.keyboard.press("v"); // its first letter
    await expect.poll(focused).toMatch(/^Video meeting/);
    await page.keyboard.press("Enter");
    await expect.poll(() => server.story.consults().at(-1)?.offers[0]?.state).toBe("asked");
    server.story.press(server.story.consults().at(-1)?.offers[0]?.id ?? "", "now");
    await page.getByRole("button", { name: "Join here" }).waitFor();
    await use("Join here");
    await told("Ready. Choose what you join with.");
    // The panel has the focus, and all of it follows in the order in which it stands.
    await expect.poll(() => page.evaluate(() => document.activeElement?.className)).toContain("calling");
    await use("Microphone on", "Space");
    expect(await panel().getByRole("checkbox").first().isChecked()).toBe(false);
    await page.keyboard.press("Space");
    await tabTo("Camera on");
    await tabTo("Microphone");
    await page.keyboard.press("ArrowDown");
    const microphone = await panel().getByLabel("Microphone", { exact: true }).inputValue();
    await use("Join");
    await told("Connecting.");
    await there((far) => far.move("Connected"));
    await told("You are in the call.");
    await isSomewhere();
    await there((far) => far.offerCaptions());
    await there((far) => far.enter("Jonas Sund"));
    await panel().getByText("Jonas Sund").waitFor();
    await use("Mute");
    await stays("Unmute");
    await page.keyboard.press("Enter");
    await stays("Mute");
    await use("Camera on");
    await stays("Camera off");
    await use("Show my screen");
    await stays("Stop showing");
    await use("Captions");
    await expect.poll(log).toContain("captions en-us");
    await use("Microphone, speaker, camera");
    await tabTo("Microphone");
    expect(await panel().getByLabel("Microphone", { exact: true }).inputValue()).toBe(microphone);
    const tree = await panel().ariaSnapshot();
    expect(tree).not.toMatch(/button ""|- button$|img ""|combobox ""|- combobox$|checkbox ""|- checkbox$/m);
    await use("Leave");
    await told("You have left the call.");
    await isSomewhere();
    await use("Close");
    await page.getByRole("button", { name: "Join here" }).waitFor();
    await isSomewhere();
    expect(complaints).toEqual([]);
  });

  test("a broken line says so and mends; an end from outside says why; it can be joined again", async () => {
    await comeIn();
    await there((far) => far.line("networkReconnect", 3));
    await panel().getByText("The line is broken.").waitFor();
    await there((far) => far.line("networkReconnect", 1));
    await expect.poll(() => panel().getByText("The line is broken.").count()).toBe(0);
    await there((far) => far.move("Disconnected", { code: 0, subCode: 5300 }));
    await says("Somebody has taken you out of the call.");
    await press("Try again");
    await says("Ready. Choose");
    await press("Join");
    await says("Connecting.");
    await there((far) => far.move("Connected"));
    await says("You are in the call.");
    await there((far) => far.move("Disconnected", { code: 500, subCode: 1 }));
    await says("The line broke.");
  });

  test("the call goes on when the customer has gone, and ends when the page does", async () => {
    await comeIn();
    const [call] = server.story.world().calls;
    server.story.hangUp(call?.ref ?? "");
    await page.locator(".ended").waitFor();
    await says("You are in the call.");
    await page.reload();
    await expect.poll(() => page.evaluate(() => sessionStorage.getItem("far-end"))).toBe("hung up");
  });

  test("leaving is over in its time even when the library never answers", async () => {
    await comeIn();
    await there((far) => far.hangs.add("leave"));
    await press("Leave");
    await panel().locator(".sentence", { hasText: "You have left the call." }).waitFor({ timeout: 8_000 });
    expect(await log()).toContain("client disposed");
  });

  test("a colleague who can be rung only is rung", async () => {
    server.story.meetBy({ join: { platform: "Microsoft Teams", ways: ["person"] } });
    server.story.startCall();
    await page.goto(desk());
    await page.getByRole("button", { name: "More ways to reach Jonas Sund" }).click();
    await page.getByRole("menuitem", { name: "Video meeting" }).click();
    await expect.poll(() => server.story.consults().at(-1)?.offers[0]?.state).toBe("asked");
    server.story.press(server.story.consults().at(-1)?.offers[0]?.id ?? "", "now");
    await page.getByRole("button", { name: "Ring Jonas from here" }).click();
    await says("Ready. Choose");
    await press("Ring Jonas");
    await begun();
    await there((far) => far.move("Ringing"));
    await says("Jonas’s Teams is ringing.");
    await there((far) => far.move("Disconnected", { code: 603, subCode: 0 }));
    await says("Jonas did not take the call.");
    expect(await log()).toContain("call 11111111-1111-4111-8111-111111111111");
  });

  test("a refusal of our own service is told with what to do", async () => {
    await ready();
    const id = server.story.consults().at(-1)?.id ?? "";
    server.story.move(id, "cancel");
    await press("Join");
    await panel().getByRole("alert").getByText("This cannot be joined from here.").waitFor();
    await panel().getByRole("button", { name: "Open the link instead" }).waitFor();
  });

  test.each([["light"], ["dark"], ["contrast"]])("axe finds nothing, in %s", async (theme) => {
    await page.goto(`http://localhost:${port}/desk?theme=${theme}#token=${server.token}`);
    await ready();
    expect(await axeFindings(page)).toEqual([]);
    await page.screenshot({ path: join(screenshots, `calling-ready-${theme}.png`) });
    await press("Join");
    await begun();
    await there((far) => {
      far.move("Connected");
      far.enter("Jonas Sund");
      far.offerCaptions();
    });
    await press("Captions");
    await there((far) => far.say("Jonas Sund", "The March invoice is a copy of February’s.", "Final"));
    await there((far) => far.line("noNetwork", true));
    await panel().locator(".calling-captions").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.screenshot({ path: join(screenshots, `calling-in-${theme}.png`) });
  });

  test.each([
    ["es", "Unirse aquí", "Todo listo."],
    ["sv", "Anslut här", "Klart."],
    ["fr", "Participer ici", "Tout est prêt."],
  ])("it speaks %s", async (language, here, isReady) => {
    server.story.startCall();
    await page.setViewportSize({ width: 320, height: 900 });
    await page.goto(`http://localhost:${port}/desk?lang=${language}#token=${server.token}`);
    await page.locator(".person", { hasText: "Jonas Sund" }).getByRole("button").last().click();
    await page
      .getByRole("menuitem")
      .filter({ hasText: /vídeo|video|vidéo/i })
      .click();
    await expect.poll(() => server.story.consults().at(-1)?.offers[0]?.state).toBe("asked");
    server.story.press(server.story.consults().at(-1)?.offers[0]?.id ?? "", "now");
    await page.getByRole("button", { name: here }).click();
    await says(isReady);
    await panel().locator("fluent-button[appearance=primary]").click();
    await begun();
    await there((far) => far.move("Connected"));
    await panel().locator(".moves-row").waitFor();
    await page.screenshot({ path: join(screenshots, `calling-in-${language}.png`) });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  describe("in the frame of another origin", () => {
    const serveHost = (allow: string) => {
      const address = deskAddress(`http://localhost:${port}`, {
        host: `http://127.0.0.1:${hostPort}`,
        token: server.token,
      });
      const html = `<!doctype html><iframe src="${address}" width="340" height="800" allow="${allow}"></iframe>`;
      return serve({
        fetch: () => new Response(html, { headers: { "content-type": "text/html" } }),
        port: hostPort,
        hostname: "127.0.0.1",
      });
    };
    test.each([
      ["microphone; camera; display-capture; speaker-selection", "Ready. Choose what you join with."],
      ["clipboard-write", "The page around this panel does not hand on the microphone."],
    ])("with allow=%s", async (allow, sentence) => {
      const host = serveHost(allow);
      const frame = page.frameLocator("iframe");
      await meet(`http://127.0.0.1:${hostPort}/`, frame);
      await frame.getByRole("button", { name: "Join here" }).click();
      await frame.locator(".calling").getByText(sentence).waitFor();
      host.close();
    });
  });
});

describe.skipIf(!hasBrowser)("where the browser gives no microphone (needs Chromium)", () => {
  beforeAll(async () => {
    if (!existsSync(dist("stand-in"))) await buildDesk(dist("stand-in"), "testing/calling-sdk.ts", true);
    server = await startMockServer(dist("stand-in"), port, { calls });
  });
  afterAll(() => server?.stop());

  test("refused: a sentence says why, and the link is left", async () => {
    server.story.reset();
    const browser = await launch(["--use-fake-ui-for-media-stream=deny", "--use-fake-device-for-media-stream"]);
    await open(browser);
    await meet();
    await page.getByRole("button", { name: "Join here" }).click();
    await panel().getByRole("alert").getByText("The browser does not let this page use the microphone.").waitFor();
    await panel().getByRole("button", { name: "Open the link instead" }).waitFor();
    await browser.close();
  });

  test.each([
    ["NotFoundError", "No microphone was found."],
    ["NotReadableError", "Another program holds the microphone."],
  ])("%s: a sentence says why, and once it is mended the next attempt works", async (name, sentence) => {
    server.story.reset();
    const browser = await launch(devices);
    await open(browser);
    await page.addInitScript(`
      const { mediaDevices } = navigator;
      const real = mediaDevices.getUserMedia.bind(mediaDevices);
      globalThis.isBroken = true;
      mediaDevices.getUserMedia = async (wanted) => {
        if (globalThis.isBroken) throw new DOMException("", "${name}");
        return real(wanted);
      };`);
    await meet();
    await page.getByRole("button", { name: "Join here" }).click();
    await panel().getByRole("alert").getByText(sentence).waitFor();
    await page.evaluate("globalThis.isBroken = false");
    await press("Try again");
    await says("Ready. Choose");
    await browser.close();
  });

  test("at an address that the library refuses, a sentence says which it wants", async () => {
    server.story.reset();
    const browser = await launch(devices);
    await open(browser);
    await meet(`http://127.0.0.1:${port}/desk#token=${server.token}`);
    await page.getByRole("button", { name: "Join here" }).click();
    await panel().getByRole("alert").getByText("https addresses only").waitFor();
    await browser.close();
  });
});

describe.skipIf(!hasBrowser)("without the library (needs Chromium)", () => {
  test("the build works, the desk offers the link, and says why; other platforms' links say where they open", async () => {
    await buildDesk(dist("without"), "desk/calling/not-installed.ts", false);
    server = await startMockServer(dist("without"), port);
    const browser = await launch(devices);
    await open(browser);
    await meet();
    expect(await page.getByRole("button", { name: "Join here" }).count()).toBe(0);
    await page.getByText("Joining from this panel is not part of this installation.").waitFor();
    await page.getByText("It opens in Microsoft Teams, in a window of its own.").waitFor();
    await page.screenshot({ path: join(screenshots, "calling-link.png") });
    server.story.move(server.story.consults().at(-1)?.id ?? "", "cancel");
    server.story.meetBy({
      joinUrl: "https://video.ringcentral.example/join/1",
      join: { platform: "RingCentral", ways: [] },
    });
    await page.locator(".ended").waitFor();
    await page.getByRole("button", { name: "More ways to reach Jonas Sund" }).click();
    await page.getByRole("menuitem", { name: "Video meeting" }).click();
    await expect.poll(() => server.story.consults().at(-1)?.offers[0]?.state).toBe("asked");
    server.story.press(server.story.consults().at(-1)?.offers[0]?.id ?? "", "now");
    await page.getByText("It opens in RingCentral, in a window of its own.").waitFor();
    expect(await page.getByText("not part of this installation").count()).toBe(0);
    expect(complaints).toEqual([]);
    await browser.close();
    await server.stop();
  });
});

describe.skipIf(!hasBrowser || !isInstalled)(`with ${library} itself (needs Chromium and the package)`, () => {
  test("it loads on the press, finds the devices, and says in its time that the service cannot be reached", async () => {
    const built = join(root, "dist/web");
    const chunk = readdirSync(join(built, "assets")).find((name) => /^sdk\.bundle|^communication-calling/.test(name));
    expect(chunk, "npm run build with the package installed").toBeTruthy();
    server = await startMockServer(built, port, { calls });
    const browser = await launch(devices);
    await open(browser);
    const loaded: string[] = [];
    page.on("response", (response) => loaded.push(new URL(response.url()).pathname));
    await meet();
    expect(loaded).not.toContain(`/assets/${chunk}`);
    await page.getByRole("button", { name: "Join here" }).click();
    await panel().locator(".sentence", { hasText: "Ready. Choose" }).waitFor({ timeout: 30_000 });
    expect(loaded).toContain(`/assets/${chunk}`);
    expect(await panel().getByLabel("Microphone", { exact: true }).locator("option").allTextContents()).toContainEqual(
      expect.stringMatching(/fake/i),
    );
    await press("Join");
    // Offline the library signs in after 15 s as if all were well, connects, and then says NetworkError.
    await panel()
      .getByText(/The line broke|There was no answer in time/)
      .waitFor({ timeout: 100_000 });
    // Its telemetry is what the policy keeps out, and nothing else.
    const refused = complaints.filter((text) => /content security policy/i.test(text));
    expect(refused.filter((text) => !text.includes(".events.data.microsoft.com/"))).toEqual([]);
    expect(await panel().getByRole("button", { name: "Open the link instead" }).count()).toBe(1);
    await page.screenshot({ path: join(screenshots, "calling-offline.png") });
    await browser.close();
    await server.stop();
  });
});
