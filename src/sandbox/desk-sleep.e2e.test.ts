/** A machine that sleeps in the middle of a call: when it wakes, the desk has what the service has, by the service's clock. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import { type DeskRoom, deskIn, openDeskRoom, patiently, type ShownDesk } from "../testing/desk-room.ts";
import { isWithAgent } from "./hearing.ts";

describe.skipIf(!hasBrowser)("a desk whose machine sleeps (needs Chromium)", () => {
  let room: DeskRoom;
  let shown: ShownDesk;
  let page: Page;

  beforeAll(async () => {
    room = await openDeskRoom();
  }, 180_000);
  afterAll(() => room?.close());
  beforeEach(async () => {
    page = await room.openPage();
    shown = deskIn(room, page);
    await room.startCall();
  });
  afterEach(async () => {
    await page.context().close();
    await room.tidyUp();
  });

  /** Times as the desk writes them, in seconds. */
  const stopwatches = async () => {
    const texts = await shown.desk.locator(".ticking").allInnerTexts();
    return texts.flatMap((text) => {
      const [, hours = "0", minutes, seconds] = /^(?:(\d+):)?(\d+):(\d\d)$/.exec(text.trim()) ?? [];
      return minutes === undefined ? [] : [Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)];
    });
  };
  const isLive = () => expect.poll(() => shown.desk.locator(".banner").count(), patiently).toBe(0);
  /** What is used until the answer is called is too old from then on. */
  async function spoilTokens() {
    const used = new Set<string>();
    let isLater = false;
    await page.route("**/v1/**", async (route) => {
      const token = (await route.request().headerValue("authorization")) ?? "";
      if (!isLater) used.add(token);
      if (!isLater || !used.has(token)) return route.continue();
      const body = JSON.stringify({ code: "unauthenticated", title: "Sign in first", status: 401 });
      return route.fulfill({ status: 401, contentType: "application/problem+json", body });
    });
    return () => {
      isLater = true;
    };
  }

  test("eight hours later: another token, the service's state, times by its clock, and the next press works", async () => {
    await page.clock.install();
    const wakeUp = await spoilTokens();
    await shown.open();
    await shown.talkInPrivate();
    const minted = room.host.minted();
    await page.context().setOffline(true);
    const before = room.parties();
    expect(before.expert?.state).toBe("connected");
    await room.act({ action: "hang-up-phone", partyRef: before.expert?.ref ?? "" });
    await room.becomes(isWithAgent);
    wakeUp();
    await page.clock.fastForward("08:00:00");
    await page.context().setOffline(false);
    await shown.reads("Lucía is with you.");
    await isLive();
    expect(room.host.minted()).toBeGreaterThan(minted);
    await expect.poll(async () => Math.max(0, ...(await stopwatches())), patiently).toBeLessThan(600);
    // She is free again, which only a feed that lives tells.
    await shown.desk.getByRole("button", { name: "Consult: Marta Ruiz" }).click(patiently);
    await shown.reads("We are asking Marta.");
    expect(shown.complaints).toEqual([]);
  });

  test("a page that the browser has put on ice catches up when it is thawed", async () => {
    await shown.open();
    await shown.talkInPrivate();
    const browser = await page.context().newCDPSession(page);
    await browser.send("Page.setWebLifecycleState", { state: "frozen" });
    await room.act({ action: "hang-up-phone", partyRef: room.parties().expert?.ref ?? "" });
    await room.becomes(isWithAgent);
    const another = page.waitForRequest((request) => request.url().includes("/v1/live"), patiently);
    await browser.send("Page.setWebLifecycleState", { state: "active" });
    expect((await another).headers()["last-event-id"]).toBeTruthy();
    await shown.reads("Lucía is with you.");
    await isLive();
    expect(shown.complaints).toEqual([]);
  });
});
