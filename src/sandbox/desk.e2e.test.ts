/** The desk as an agent has it: in a frame of a page of another origin, on the real service and the sandbox's platforms. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readSettings } from "../config.ts";
import { type Host, hasBrowser, openBrowser, startHost } from "../testing/browser.ts";
import { axeFindings } from "../web/testing/axe.ts";
import { type Answer, buttonFor, cardsOf } from "./chats.ts";
import { usersOf } from "./company.ts";
import { isHandedOver, isPrivate, isTogether, isWithAgent, partiesOf } from "./hearing.ts";
import { type Sandbox, startSandbox } from "./main.ts";
import type { DeskTokenAnswer } from "./protocol.ts";

const screenshots = new URL("../../artifacts/screenshots/", import.meta.url).pathname;
mkdirSync(screenshots, { recursive: true });
const patiently = { timeout: 30_000 };
const marta = usersOf("teams").find(({ name }) => name === "Marta Ruiz")?.id ?? "";

describe.skipIf(!hasBrowser)("the desk in a frame of another origin (needs Chromium)", () => {
  let sandbox: Sandbox;
  let host: Host;
  let browser: Browser;
  let page: Page;
  let desk: FrameLocator;
  let complaints: string[];
  const folder = mkdtempSync(join(tmpdir(), "patchcord-desk-"));

  const mintToken = async () => {
    const answer = await fetch(`${sandbox.worldUrl}/world/desk-token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agent: "agent-ana" }),
    });
    return ((await answer.json()) as DeskTokenAnswer).token;
  };

  beforeAll(async () => {
    await chmod(folder, 0o711); // the database may run as another account
    host = await startHost();
    const settings = readSettings({ PORT: "0", PATCHCORD_SANDBOX_PORT: "0", PATCHCORD_DATA: folder });
    sandbox = await startSandbox(settings, { durable: false, deskOrigins: [host.origin] });
    host.serve(sandbox.url, mintToken);
    browser = await openBrowser();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await sandbox?.stop();
    await host?.close();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    complaints = [];
    page = await openPage();
    await act({ action: "start-call", customer: "lucia", agent: "agent-ana" });
  });
  afterEach(async () => {
    await page.context().close();
    await act({ action: "reset" });
    await expect.poll(() => sandbox.world.look().agents.every(({ onCall }) => !onCall), patiently).toBe(true);
  });

  async function openPage(): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width: 380, height: 800 },
      locale: "en-GB",
      reducedMotion: "reduce",
      bypassCSP: true,
    });
    const opened = await context.newPage();
    opened.on("pageerror", (error) => complaints.push(error.message));
    return opened;
  }
  const act = (action: Parameters<Sandbox["world"]["act"]>[0]) => sandbox.world.act(action);
  const call = () => sandbox.world.look().calls.find(({ state }) => state === "live");
  const parties = () => partiesOf(call());
  const becomes = (what: (heard: ReturnType<typeof parties>) => boolean) =>
    expect.poll(() => what(parties()), patiently).toBe(true);
  const reads = (sentence: string) => desk.locator(".sentence", { hasText: sentence }).first().waitFor(patiently);
  const press = (name: string) => desk.getByRole("button", { name, exact: true }).click(patiently);

  async function openDesk(query = "") {
    await page.goto(`${host.origin}/${query}`);
    desk = page.frameLocator('iframe[title="Patchcord"]');
    await desk.getByRole("heading", { name: "Lucía Prat" }).waitFor(patiently);
  }
  async function ask(label: string) {
    const consult = desk.getByRole("button", { name: "Consult: Marta Ruiz" });
    await consult.waitFor(patiently);
    if (label === "Consult") return consult.click();
    await desk.getByRole("button", { name: "More ways to reach Marta Ruiz" }).click();
    await desk.getByRole("menuitem", { name: label }).click();
  }
  async function martaAnswers(answer: Answer) {
    const open = () => {
      const message = cardsOf(sandbox.world.look(), "teams", marta).at(-1);
      const button = buttonFor(message?.card, answer);
      return message && button ? { message: message.id, ...button } : undefined;
    };
    await expect.poll(open, patiently).toBeTruthy();
    const found = open();
    if (found) await act({ action: "press-card", platform: "teams", user: marta, ...found });
  }
  const ringing = () => sandbox.world.look().phones.find((phone) => phone.owner === marta)?.ringing;
  async function phoneDoes(action: "answer-phone" | "decline-phone" | "voicemail") {
    await expect.poll(ringing, patiently).toBeTruthy();
    await act({ action, partyRef: ringing()?.partyRef ?? "" });
  }
  async function talkInPrivate() {
    await ask("Consult");
    await martaAnswers("now");
    await phoneDoes("answer-phone");
    await reads("You are talking to Marta. Lucía hears music.");
    await becomes(isPrivate);
  }

  describe("each kind of help", () => {
    test("consult: in private, all together, handed over; the frame tells its host what happens", async () => {
      await openDesk();
      await talkInPrivate();
      await press("All together");
      await becomes(isTogether);
      await press("Hand over");
      await reads("Marta has Lucía.");
      await becomes(isHandedOver);
      const attention = await page.evaluate("window.attention.map(({ level }) => level)");
      expect(attention).toEqual(expect.arrayContaining(["asked", "call"]));
      expect(complaints).toEqual([]);
    });

    test("three-way call: nobody waits alone", async () => {
      await openDesk();
      await ask("Three-way call");
      await martaAnswers("now");
      await phoneDoes("answer-phone");
      await becomes(isTogether);
      await reads("hear each other");
    });

    test("transfer: the agent goes when the expert is there", async () => {
      await openDesk();
      await ask("Transfer when answered");
      await martaAnswers("now");
      await phoneDoes("answer-phone");
      await becomes(isHandedOver);
      await reads("Marta has Lucía.");
    });

    test("transfer now: the agent is out at once", async () => {
      await openDesk();
      await ask("Transfer now");
      await phoneDoes("answer-phone");
      await expect.poll(() => parties().agent?.state, patiently).toBe("left");
    });

    test("question: asked and taken back, and asked again, beside the call", async () => {
      await openDesk();
      await ask("Ask by chat");
      await reads("We are asking Marta.");
      expect(isWithAgent(parties())).toBe(true);
      await press("Cancel the request");
      await reads("You took the question back.");
      await press("Ask Marta again");
      await reads("We are asking Marta.");
      expect(isWithAgent(parties())).toBe(true);
    });

    test("meeting: a link for both", async () => {
      await openDesk();
      await ask("Video meeting");
      await martaAnswers("now");
      await desk.getByRole("button", { name: "Join the meeting" }).waitFor(patiently);
      expect(isWithAgent(parties())).toBe(true);
    });
  });

  describe("when it goes wrong", () => {
    test("the expert says no on the card", async () => {
      await openDesk();
      await ask("Consult");
      await martaAnswers("no");
      await reads("Nobody could take it. Lucía is with you.");
      expect(isWithAgent(parties())).toBe(true);
    });

    test("the expert says in five minutes: the time runs down", async () => {
      await openDesk();
      await ask("Consult");
      await martaAnswers("later");
      await desk.locator(".countdown", { hasText: /again in [0-5]:\d\d/ }).waitFor(patiently);
      await press("Back to Lucía");
      await reads("You took it back.");
    });

    test("the expert declines the ringing phone", async () => {
      await openDesk();
      await ask("Consult");
      await martaAnswers("now");
      await phoneDoes("decline-phone");
      await reads("Lucía is with you.");
      await becomes(isWithAgent);
    });

    test("a voicemail picks up: the customer is back", async () => {
      await openDesk();
      await ask("Consult");
      await martaAnswers("now");
      await phoneDoes("voicemail");
      await desk.getByText("voicemail picked up").first().waitFor(patiently);
      await becomes(isWithAgent);
    });

    test("the phone system answers 503: it is said, and the customer stays with the agent", async () => {
      await openDesk();
      await ask("Consult");
      await act({ action: "break", what: "platform-down" });
      await martaAnswers("now");
      await desk.getByText("We asked the phone system to ring Marta").first().waitFor(patiently);
      await act({ action: "mend" });
      await becomes((heard) => isWithAgent(heard) || heard.expert !== undefined);
    });

    test("an answer is lost: the desk says that it is not sure, then what is so", async () => {
      await openDesk();
      await ask("Consult");
      await act({ action: "break", what: "answer-lost" });
      await martaAnswers("now");
      await phoneDoes("answer-phone");
      await reads("You are talking to Marta.");
    });

    test("our service dies in the middle of a consult: what still works is said, and then all is as before", async () => {
      await openDesk();
      await talkInPrivate();
      const { restarts } = sandbox.world.look().service;
      await act({ action: "kill-service" });
      await expect.poll(() => sandbox.world.look().service.restarts, patiently).toBeGreaterThan(restarts);
      await press("All together");
      await becomes(isTogether);
      await reads("hear each other");
    });

    test("the network goes and comes back", async () => {
      await openDesk();
      await talkInPrivate();
      await page.context().setOffline(true);
      await press("All together");
      await desk.getByText("We cannot be reached. Your call goes on").first().waitFor(patiently);
      await page.context().setOffline(false);
      await press("All together");
      await becomes(isTogether);
      await expect.poll(() => desk.locator(".banner").count(), patiently).toBe(0);
    });
  });

  describe("sign-in, windows and strangers", () => {
    test("a token that is refused in mid-call is replaced, and what was pressed happens", async () => {
      await openDesk();
      await talkInPrivate();
      const before = host.minted();
      let refused: string | undefined;
      await page.route("**/v1/**", async (route) => {
        const token = await route.request().headerValue("authorization");
        refused ??= token ?? undefined;
        if (token !== refused) return route.continue();
        const body = JSON.stringify({ code: "unauthenticated", title: "Sign in first", status: 401 });
        return route.fulfill({ status: 401, contentType: "application/problem+json", body });
      });
      // The host's back end makes another one; within a second it would be the very same.
      await page.waitForTimeout(1_100);
      await press("All together");
      await becomes(isTogether);
      await reads("hear each other");
      expect(host.minted()).toBeGreaterThan(before);
    });

    test("a reload brings back what was there", async () => {
      await openDesk();
      await talkInPrivate();
      await page.reload();
      await reads("You are talking to Marta. Lucía hears music.");
      await press("Back to Lucía");
      await becomes(isWithAgent);
    });

    // Browsers that keep embedded pages from storage refuse them locks too; there each window leads.
    test("of two windows one leads, and the other takes over when it is told to or when the first is closed", async () => {
      const open = async (window: Page) => {
        await window.goto(`${sandbox.url}/desk#token=${await mintToken()}`);
        await window.getByRole("heading", { name: "Lucía Prat" }).waitFor(patiently);
        return window.getByText("open in another window too");
      };
      const second = await page.context().newPage();
      const [following, otherFollowing] = [await open(page), await open(second)];
      await otherFollowing.waitFor(patiently);
      expect(await following.count()).toBe(0);
      await page.getByRole("button", { name: "Consult: Marta Ruiz" }).click(patiently);
      await second.locator(".sentence", { hasText: "We are asking Marta." }).waitFor(patiently);
      await second.getByRole("button", { name: "Lead here" }).click();
      await following.waitFor(patiently);
      expect(await otherFollowing.count()).toBe(0);
      await second.close();
      await expect.poll(() => following.count(), patiently).toBe(0);
    });

    test("a page of another origin cannot show the desk", async () => {
      await page.goto(host.strangeOrigin);
      await expect
        .poll(() => page.frames().some((frame) => frame.url().startsWith("chrome-error")), patiently)
        .toBe(true);
    });

    test("forged messages change nothing", async () => {
      await openDesk();
      const before = host.minted();
      await page.evaluate(`{
        const forger = document.createElement("iframe");
        forger.srcdoc = '<script>for (const message of [{ type: "token", token: "stolen" }, { type: "locale", locale: "sv" },' +
          '{ type: "theme", theme: "dark" }]) parent.frames[0].postMessage({ patchcord: 1, ...message }, "*")<\\/script>';
        document.body.append(forger);
      }`);
      await page.evaluate(
        `window.desk.frame.contentWindow.postMessage({ patchcord: 2, type: "locale", locale: "sv" }, "*")`,
      );
      await ask("Consult");
      await reads("We are asking Marta.");
      expect(host.minted()).toBe(before);
      expect(complaints).toEqual([]);
    });

    test("the host shows another conversation, changes the theme and the language", async () => {
      await openDesk();
      await page.evaluate("{ window.desk.show(null); window.desk.dress('dark'); window.desk.speak('fr'); }");
      await desk.getByRole("button", { name: "Consulter: Marta Ruiz" }).waitFor(patiently);
    });
  });

  test("a supervisor signs in and sees who needs help, who can give it, and how that goes", async () => {
    await openDesk();
    await ask("Consult");
    await reads("We are asking Marta.");
    const board = await browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
    await board.goto(`${sandbox.url}/board`);
    await board.getByLabel("Organization").fill("lumivik");
    await board.getByRole("button", { name: "Sign in" }).click();
    await board.getByText("Ingrid Berg").click(patiently);
    await board.getByText("Ana Delgado").first().waitFor(patiently);
    await board.getByRole("img", { name: /^invoicing: \d+ by phone now/ }).waitFor(patiently);
    expect(await axeFindings(board)).toEqual([]);
    await board.screenshot({ path: `${screenshots}board.png` });
    await martaAnswers("now");
    await board.getByText("Ana Delgado and Marta Ruiz").waitFor(patiently);
    await board.getByText(/\d+\s?% said yes/).waitFor(patiently);
    await board.close();
  });

  test("colleagues are kept at hand, and those asked lately show up by themselves", async () => {
    await openDesk();
    await desk.getByRole("button", { name: "More ways to reach Jonas Sund" }).click(patiently);
    await desk.getByRole("menuitem", { name: "Keep at hand" }).click();
    await ask("Ask by chat");
    await reads("We are asking Marta.");
    await press("Cancel the request");
    await reads("You took the question back.");
    await desk.getByRole("tab", { name: "Favourites and recent" }).click();
    await expect
      .poll(() => desk.locator(".person h2").allInnerTexts(), patiently)
      .toEqual(["Jonas Sund", "Marta Ruiz"]);
  });

  test.each(["light", "dark", "contrast"])("nothing for assistive technology to stumble over (%s)", async (theme) => {
    await openDesk(`?theme=${theme}`);
    const clean = async () => {
      const frame = page.frames().find((one) => one.parentFrame());
      expect(frame && (await axeFindings(frame))).toEqual([]);
    };
    await desk.getByRole("button", { name: "Consult: Marta Ruiz" }).waitFor(patiently);
    await clean();
    await desk.getByRole("button", { name: "More ways to reach Marta Ruiz" }).click();
    await clean();
    await page.keyboard.press("Escape");
    await talkInPrivate();
    await clean();
    await page.screenshot({ path: `${screenshots}desk-${theme}.png` });
    await press("Back to Lucía");
    await reads("Marta has left.");
    await clean();
  });

  test.each(["light", "dark", "contrast"])("nor on the stage (%s)", async (theme) => {
    const stage = await browser.newPage({ viewport: { width: 1440, height: 960 }, reducedMotion: "reduce" });
    await stage.goto(`${sandbox.url}/sandbox?theme=${theme}`);
    await stage.frameLocator("iframe").first().getByText("Talking to you").waitFor(patiently);
    expect(await axeFindings(stage)).toEqual([]);
    await stage.close();
  });

  test("on a machine four times as slow the desk is there after a moment, which is printed", async () => {
    const slow = await page.context().newCDPSession(page);
    await slow.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const begun = performance.now();
    await page.goto(`${sandbox.url}/desk#token=${await mintToken()}`);
    await page.getByRole("button", { name: "Consult: Marta Ruiz" }).waitFor(patiently);
    console.log(`usable after ${Math.round(performance.now() - begun)} ms with 4x CPU slow-down`);
  });
});
