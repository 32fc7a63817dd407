/** The desk as an agent has it: in a frame of a page of another origin, on the real service and the sandbox's platforms. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import { type DeskRoom, deskIn, openDeskRoom, patiently, type ShownDesk, screenshots } from "../testing/desk-room.ts";
import { axeFindings } from "../web/testing/axe.ts";
import { colleagues } from "./company.ts";
import { isHandedOver, isTogether, isWithAgent } from "./hearing.ts";

describe.skipIf(!hasBrowser)("the desk in a frame of another origin (needs Chromium)", () => {
  let room: DeskRoom;
  let shown: ShownDesk;
  let page: Page;
  let desk: ShownDesk["desk"];

  beforeAll(async () => {
    room = await openDeskRoom();
  }, 180_000);
  afterAll(() => room?.close());
  beforeEach(async () => {
    page = await room.openPage();
    shown = deskIn(room, page);
    desk = shown.desk;
    await room.startCall();
  });
  afterEach(async () => {
    await page.context().close();
    await room.tidyUp();
  });

  describe("each kind of help", () => {
    test("consult: in private, all together, handed over; the frame tells its host what happens", async () => {
      await shown.open();
      await shown.talkInPrivate();
      await shown.press("All together");
      await room.becomes(isTogether);
      await shown.press("Hand over");
      await shown.reads("Marta has Lucía.");
      await room.becomes(isHandedOver);
      const attention = await page.evaluate("window.attention.map(({ level }) => level)");
      expect(attention).toEqual(expect.arrayContaining(["asked", "call"]));
      expect(shown.complaints).toEqual([]);
    });

    test("three-way call: nobody waits alone", async () => {
      await shown.open();
      await shown.ask("Three-way call");
      await room.martaAnswers("now");
      await room.phoneDoes("answer-phone");
      await room.becomes(isTogether);
      await shown.reads("hear each other");
    });

    test("transfer: the agent goes when the expert is there", async () => {
      await shown.open();
      await shown.ask("Transfer when answered");
      await room.martaAnswers("now");
      await room.phoneDoes("answer-phone");
      await room.becomes(isHandedOver);
      await shown.reads("Marta has Lucía.");
    });

    test("transfer now: the agent is out at once", async () => {
      await shown.open();
      await shown.ask("Transfer now");
      await room.phoneDoes("answer-phone");
      await expect.poll(() => room.parties().agent?.state, patiently).toBe("left");
    });

    test("question: asked and taken back, and asked again, beside the call", async () => {
      await shown.open();
      await shown.ask("Ask by chat");
      await shown.reads("We are asking Marta.");
      expect(isWithAgent(room.parties())).toBe(true);
      await shown.press("Cancel the request");
      await shown.reads("You took the question back.");
      await shown.press("Ask Marta again");
      await shown.reads("We are asking Marta.");
      expect(isWithAgent(room.parties())).toBe(true);
    });

    test("meeting: a link for both", async () => {
      await shown.open();
      await shown.ask("Video meeting");
      await room.martaAnswers("now");
      await desk.getByRole("button", { name: "Join the meeting" }).waitFor(patiently);
      expect(isWithAgent(room.parties())).toBe(true);
    });
  });

  describe("when it goes wrong", () => {
    test("the expert says no on the card", async () => {
      await shown.open();
      await shown.ask("Consult");
      await room.martaAnswers("no");
      await shown.reads("Nobody could take it. Lucía is with you.");
      expect(isWithAgent(room.parties())).toBe(true);
    });

    test("the expert says in five minutes: the time runs down", async () => {
      await shown.open();
      await shown.ask("Consult");
      await room.martaAnswers("later");
      await desk.locator(".countdown", { hasText: /again in [0-5]:\d\d/ }).waitFor(patiently);
      await shown.press("Back to Lucía");
      await shown.reads("You took it back.");
    });

    test("the expert declines the ringing phone", async () => {
      await shown.open();
      await shown.ask("Consult");
      await room.martaAnswers("now");
      await room.phoneDoes("decline-phone");
      await shown.reads("Lucía is with you.");
      await room.becomes(isWithAgent);
    });

    test("a voicemail picks up: the customer is back", async () => {
      await shown.open();
      await shown.ask("Consult");
      await room.martaAnswers("now");
      await room.phoneDoes("voicemail");
      await desk.getByText("voicemail picked up").first().waitFor(patiently);
      await room.becomes(isWithAgent);
    });

    test("the phone system answers 503: it is said, and the customer stays with the agent", async () => {
      await shown.open();
      await shown.ask("Consult");
      await room.act({ action: "break", what: "platform-down" });
      await room.martaAnswers("now");
      await desk.getByText("We asked the phone system to ring Marta").first().waitFor(patiently);
      await room.act({ action: "mend" });
      await room.becomes((heard) => isWithAgent(heard) || heard.expert !== undefined);
    });

    test("an answer is lost: the desk says that it is not sure, then what is so", async () => {
      await shown.open();
      await shown.ask("Consult");
      await room.act({ action: "break", what: "answer-lost" });
      await room.martaAnswers("now");
      await room.phoneDoes("answer-phone");
      await shown.reads("You are talking to Marta.");
    });

    test("our service dies in the middle of a consult: what still works is said, and then all is as before", async () => {
      await shown.open();
      await shown.talkInPrivate();
      const { restarts } = room.sandbox.world.look().service;
      await room.act({ action: "kill-service" });
      await expect.poll(() => room.sandbox.world.look().service.restarts, patiently).toBeGreaterThan(restarts);
      await shown.press("All together");
      await room.becomes(isTogether);
      await shown.reads("hear each other");
    });

    test("the network goes and comes back", async () => {
      await shown.open();
      await shown.talkInPrivate();
      await page.context().setOffline(true);
      await shown.press("All together");
      await desk.getByText("We cannot be reached. Your call goes on").first().waitFor(patiently);
      await page.context().setOffline(false);
      await shown.press("All together");
      await room.becomes(isTogether);
      await expect.poll(() => desk.locator(".banner").count(), patiently).toBe(0);
    });
  });

  describe("sign-in, windows and strangers", () => {
    test("a token that is refused in mid-call is replaced, and what was pressed happens", async () => {
      await shown.open();
      await shown.talkInPrivate();
      const before = room.host.minted();
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
      await shown.press("All together");
      await room.becomes(isTogether);
      await shown.reads("hear each other");
      expect(room.host.minted()).toBeGreaterThan(before);
    });

    test("an agent signs in by the organization's own page, in a window, and the framed desk is theirs", async () => {
      const mintedBefore = room.host.minted();
      await page.goto(`${room.host.origin}/?tenant=lumivik&own-sign-in`);
      const signIn = desk.getByRole("button", { name: "Sign in" });
      await signIn.waitFor(patiently);
      expect(await shown.findings()).toEqual([]);
      const [window] = await Promise.all([page.waitForEvent("popup"), signIn.click()]);
      await window.getByText("Ana Delgado").click(patiently);
      await desk.getByRole("heading", { name: "Lucía Prat" }).waitFor(patiently);
      expect(window.isClosed()).toBe(true);
      expect(room.host.minted()).toBe(mintedBefore);
      await shown.ask("Ask by chat");
      await shown.reads("We are asking Marta.");
    });

    test("a sign-in that cannot be renewed in mid-call: the call stays in sight, and one press mends it", async () => {
      await shown.open();
      await shown.talkInPrivate();
      room.back.isUp = false;
      const body = JSON.stringify({ code: "unauthenticated", title: "Sign in first", status: 401 });
      const refuse = { status: 401, contentType: "application/problem+json", body };
      await page.route("**/v1/**", (route) => route.fulfill(refuse));
      await shown.press("All together");
      await desk.getByText("Your sign-in has run out and could not be renewed.").first().waitFor(patiently);
      await desk.getByText("transfer and hold in your phone work as always").first().waitFor(patiently);
      await shown.reads("You are talking to Marta. Lucía hears music.");
      await page.unroute("**/v1/**");
      room.back.isUp = true;
      await shown.press("Try again");
      await expect.poll(() => desk.locator(".banner").count(), patiently).toBe(0);
      // What was pressed before has happened by now, if it was still waiting for a sign-in.
      const together = desk.getByRole("button", { name: "All together", exact: true });
      await expect
        .poll(async () => {
          if (!isTogether(room.parties())) await together.click({ timeout: 1_000 }).catch(() => {});
          return isTogether(room.parties());
        }, patiently)
        .toBe(true);
    });

    test("a service that cannot be reached at the start: what still works is said, and one press tries again", async () => {
      await page.route("**/v1/live*", (route) => route.abort()); // or it would mend itself before the press
      await page.route("**/v1/**", (route) => route.abort());
      await page.goto(`${room.host.origin}/`);
      await desk.getByText("We could not load your desk").waitFor(patiently);
      await desk.getByText("transfer and hold in your phone work as always").waitFor(patiently);
      await page.unroute("**/v1/**");
      await shown.press("Try again");
      await desk.getByRole("heading", { name: "Lucía Prat" }).waitFor(patiently);
    });

    test("an interaction that changes its id in mid-call is still the one that the host has named", async () => {
      await shown.open();
      const before = room.call()?.ref ?? "";
      await page.evaluate(`window.desk.show(${JSON.stringify(before)})`);
      await shown.talkInPrivate();
      room.sandbox.world.platforms.contactCenter.renumber(before);
      await expect.poll(() => room.call()?.ref, patiently).not.toBe(before);
      await shown.press("All together");
      await room.becomes(isTogether);
      await page.evaluate(`window.desk.show(${JSON.stringify(before)})`);
      await shown.reads("hear each other");
      await page.evaluate("window.desk.show('no such conversation')");
      await desk.getByRole("heading", { name: "Lucía Prat" }).waitFor(patiently);
    });

    test("a reload brings back what was there", async () => {
      await shown.open();
      await shown.talkInPrivate();
      await page.reload();
      await shown.reads("You are talking to Marta. Lucía hears music.");
      await shown.press("Back to Lucía");
      await room.becomes(isWithAgent);
    });

    // Browsers that keep embedded pages from storage refuse them locks too; there each window leads.
    test("of two windows one leads, and the other takes over when it is told to or when the first is closed", async () => {
      const open = async (window: Page) => {
        await window.goto(`${room.sandbox.url}/desk#token=${await room.mintToken()}`);
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
      await expect.poll(() => otherFollowing.count(), patiently).toBe(0);
      await second.close();
      await expect.poll(() => following.count(), patiently).toBe(0);
    });

    test("a page of another origin cannot show the desk", async () => {
      await page.goto(room.host.strangeOrigin);
      await expect
        .poll(() => page.frames().some((frame) => frame.url().startsWith("chrome-error")), patiently)
        .toBe(true);
    });

    test("forged messages change nothing", async () => {
      await shown.open();
      const before = room.host.minted();
      await page.evaluate(`{
        const forger = document.createElement("iframe");
        forger.srcdoc = '<script>for (const message of [{ type: "token", token: "stolen" }, { type: "locale", locale: "sv" },' +
          '{ type: "theme", theme: "dark" }]) parent.frames[0].postMessage({ patchcord: 1, ...message }, "*")<\\/script>';
        document.body.append(forger);
      }`);
      await page.evaluate(
        `window.desk.frame.contentWindow.postMessage({ patchcord: 2, type: "locale", locale: "sv" }, "*")`,
      );
      await shown.ask("Consult");
      await shown.reads("We are asking Marta.");
      expect(room.host.minted()).toBe(before);
      expect(shown.complaints).toEqual([]);
    });

    test("the host shows another conversation, changes the theme and the language", async () => {
      await shown.open();
      await page.evaluate("{ window.desk.show(null); window.desk.dress('dark'); window.desk.speak('fr'); }");
      await desk.getByRole("button", { name: "Consulter: Marta Ruiz" }).waitFor(patiently);
    });
  });

  test("a supervisor signs in and sees who needs help, who can give it, and how that goes", async () => {
    await shown.open();
    await shown.ask("Consult");
    await shown.reads("We are asking Marta.");
    const board = await room.browser.newPage({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
    await board.goto(`${room.sandbox.url}/board`);
    await board.getByLabel("Organization").fill("lumivik");
    await board.getByRole("button", { name: "Sign in" }).click();
    await board.getByText("Ingrid Berg").click(patiently);
    await board.getByText("Ana Delgado").first().waitFor(patiently);
    await board.getByRole("img", { name: /^invoicing: \d+ by phone now/ }).waitFor(patiently);
    expect(await axeFindings(board)).toEqual([]);
    await board.screenshot({ path: `${screenshots}board.png` });
    await room.martaAnswers("now");
    await board.getByText("Ana Delgado and Marta Ruiz").waitFor(patiently);
    await board.getByText(/\d+\s?% said yes/).waitFor(patiently);
    const department = board.getByLabel("Department");
    const of = colleagues.find(({ name }) => name === "Marta Ruiz")?.department ?? "";
    await department.selectOption(of);
    await board.getByText("Ana Delgado and Marta Ruiz").waitFor(patiently);
    const strange = (await department.locator("option").allInnerTexts()).filter((name) => name !== of).at(-1) ?? "";
    await department.selectOption(strange);
    await expect.poll(() => board.getByText("Ana Delgado and Marta Ruiz").count(), patiently).toBe(0);
    await board.reload();
    await expect.poll(() => department.inputValue(), patiently).toBe(strange);
    expect(await axeFindings(board)).toEqual([]);
    await board.close();
  });

  test("colleagues are kept at hand, and those asked lately show up by themselves", async () => {
    await shown.open();
    await desk.getByRole("button", { name: "More ways to reach Jonas Sund" }).click(patiently);
    await desk.getByRole("menuitem", { name: "Keep at hand" }).click();
    await shown.ask("Ask by chat");
    await shown.reads("We are asking Marta.");
    await shown.press("Cancel the request");
    await shown.reads("You took the question back.");
    await desk.getByRole("tab", { name: "Favourites and recent" }).click();
    await expect
      .poll(() => desk.locator(".person h2").allInnerTexts(), patiently)
      .toEqual(["Jonas Sund", "Marta Ruiz"]);
  });

  test.each(["light", "dark", "contrast"])("nothing for assistive technology to stumble over (%s)", async (theme) => {
    await shown.open(`?theme=${theme}`);
    const clean = async () => expect(await shown.findings()).toEqual([]);
    await desk.getByRole("button", { name: "Consult: Marta Ruiz" }).waitFor(patiently);
    await clean();
    await desk.getByRole("button", { name: "More ways to reach Marta Ruiz" }).click();
    await clean();
    await page.keyboard.press("Escape");
    await shown.talkInPrivate();
    await clean();
    await page.screenshot({ path: `${screenshots}desk-${theme}.png` });
    await shown.press("Back to Lucía");
    await shown.reads("Marta has left.");
    await clean();
  });

  test.each(["light", "dark", "contrast"])("nor on the stage (%s)", async (theme) => {
    const stage = await room.browser.newPage({ viewport: { width: 1440, height: 960 }, reducedMotion: "reduce" });
    await stage.goto(`${room.sandbox.url}/sandbox?theme=${theme}`);
    await stage.frameLocator("iframe").first().getByText("Talking to you").waitFor(patiently);
    expect(await axeFindings(stage)).toEqual([]);
    await stage.close();
  });

  test("on a machine four times as slow the desk is there after a moment, which is printed", async () => {
    const slow = await page.context().newCDPSession(page);
    await slow.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const begun = performance.now();
    await page.goto(`${room.sandbox.url}/desk#token=${await room.mintToken()}`);
    await page.getByRole("button", { name: "Consult: Marta Ruiz" }).waitFor(patiently);
    console.log(`usable after ${Math.round(performance.now() - begun)} ms with 4x CPU slow-down`);
  });
});
