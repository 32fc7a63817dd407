/** Questions in writing beside chats: several at once, the answer put into the reply, and nobody waits in vain. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import {
  type DeskRoom,
  deskIn,
  marta,
  openDeskRoom,
  patiently,
  type ShownDesk,
  screenshots,
} from "../testing/desk-room.ts";
import { cardsOf, says } from "./chats.ts";

describe.skipIf(!hasBrowser)("questions beside a chat (needs Chromium)", () => {
  let room: DeskRoom;
  let desk: ShownDesk;

  beforeAll(async () => {
    room = await openDeskRoom();
  }, 180_000);
  afterAll(() => room?.close());
  beforeEach(async () => {
    desk = deskIn(room, await room.openPage({ permissions: ["clipboard-read", "clipboard-write"] }));
    await room.startCall("lucia", "chat");
  });
  afterEach(async () => {
    await desk.page.context().close();
    await room.tidyUp();
  });

  const write = (text: string) => desk.desk.getByRole("textbox", { name: "Your question" }).fill(text);
  async function martaWrites(text: string, about: string) {
    const card = () => cardsOf(room.sandbox.world.look(), "teams", marta).findLast((one) => says(one.card, about));
    await expect.poll(card, patiently).toBeTruthy();
    const offer = /"offer":"(off_[^"]+)"/.exec(JSON.stringify(card()?.card))?.[1];
    const pressed = { platform: "teams", user: marta, message: card()?.id ?? "", verb: "reply" } as const;
    await room.act({ action: "press-card", ...pressed, data: { offer, text } });
  }
  const replyBox = () => desk.page.locator("#reply").inputValue();
  const answerBox = () => desk.desk.getByRole("textbox", { name: "The answer, as it goes to the customer" });
  const insert = () => desk.press("Put into the reply");

  test("an answer is edited and put into the reply, and the page's word on it is told", async () => {
    await desk.open("?reply=takes");
    await write("Was the March invoice sent twice?");
    await desk.ask("Ask by chat");
    await desk.reads("We are asking Marta.");
    await desk.press("Remind them");
    await desk.desk.getByText("Marta was reminded").waitFor(patiently);
    await martaWrites("Yes. I take it back today.", "March invoice sent twice");
    await expect.poll(() => answerBox().inputValue(), patiently).toBe("Yes. I take it back today.");
    await answerBox().fill("Yes, it was. We take it back today.");
    await insert();
    await desk.desk.getByText("It is in your reply box.").waitFor(patiently);
    expect(await replyBox()).toBe("Yes, it was. We take it back today.");
    expect(await desk.findings()).toEqual([]);
    await desk.page.screenshot({ path: `${screenshots}desk-answer.png` });
    await desk.page.evaluate(`window.replyBox = "refuses"`);
    await insert();
    await desk.desk.getByText("Your contact center did not take the text. It is copied").waitFor(patiently);
    expect(await desk.page.evaluate("navigator.clipboard.readText()")).toBe("Yes, it was. We take it back today.");
    expect(desk.complaints).toEqual([]);
  });

  test("what came while the desk was closed is shown and told as soon as it opens", async () => {
    await desk.open("?reply=takes");
    await write("Is there a discount for two years?");
    await desk.ask("Ask by chat");
    await desk.reads("We are asking Marta.");
    await desk.page.goto("about:blank");
    await martaWrites("Ten percent.", "discount for two years");
    await desk.open("?reply=takes");
    await expect.poll(() => answerBox().inputValue(), patiently).toBe("Ten percent.");
    const told = () => desk.page.evaluate("window.attention.filter(({ level }) => level === 'asked').length");
    await expect.poll(told, patiently).toBeGreaterThan(0);
  });

  test("where a browser keeps embedded pages from storage, a reload shows the customer whom the agent has chosen", async () => {
    const { page } = desk;
    await page.addInitScript(`if (self !== top) Object.defineProperty(self, "sessionStorage", {
      get() { throw new DOMException("Access is denied for this document.", "SecurityError"); }
    });`);
    await room.act({ action: "start-call", customer: "erik", agent: "agent-ana", channel: "chat" });
    await desk.open("", /Lucía|Erik/);
    const tabs = desk.desk.locator(".customers");
    const heading = () => desk.desk.locator("main h1").first().innerText();
    const other = (await heading()).startsWith("Luc") ? "Erik" : "Lucía";
    await tabs
      .getByRole("button", { name: new RegExp(other) })
      .first()
      .click(patiently);
    await expect.poll(heading, patiently).toContain(other);
    await page.reload();
    await expect.poll(heading, patiently).toContain(other);
    await page.frames()[1]?.evaluate("location.reload()");
    await expect.poll(heading, patiently).toContain(other);
  });

  test("a page without a reply box: the answer is copied; one thing more is asked of the same colleague", async () => {
    await desk.open();
    await desk.ask("Ask by chat");
    await martaWrites("It was.", "Duplicate invoice");
    await answerBox().waitFor(patiently);
    expect(await desk.desk.getByRole("button", { name: "Put into the reply" }).count()).toBe(0);
    await desk.press("Copy");
    await desk.desk.getByText("Copied. Paste it into the reply.").waitFor(patiently);
    await desk.press("Ask Marta further");
    await desk.desk.getByRole("textbox", { name: "Your next question to Marta" }).fill("And when is it paid?");
    await desk.press("Send the question");
    await desk.reads("We are asking Marta.");
    await martaWrites("Within ten days.", "when is it paid");
    await expect.poll(() => answerBox().count(), patiently).toBe(2);
  });

  test("two customers, two questions: each answer stands beside its own, and waits in sight", async () => {
    await room.startCall("erik", "messaging");
    await desk.open("?reply=takes", /^(Lucía|Erik)/);
    await desk.desk.getByRole("button", { name: "Lucía Prat", exact: true }).first().click(patiently);
    await write("For Lucía?");
    await desk.ask("Ask by chat");
    await desk.reads("We are asking Marta.");
    await desk.desk.getByRole("button", { name: /^Lucía Prat 1 request open/ }).waitFor(patiently);
    await desk.desk.getByRole("button", { name: /^Erik Nyström/ }).click(patiently);
    await desk.desk.getByRole("heading", { name: "Erik Nyström" }).waitFor(patiently);
    await martaWrites("For Lucía.", "For Lucía?");
    await desk.desk.getByText("Marta has answered about Lucía.").first().waitFor(patiently);
    await desk.page.screenshot({ path: `${screenshots}desk-answer-elsewhere.png` });
    expect(await desk.findings()).toEqual([]);
    await expect
      .poll(() => desk.page.evaluate("window.attention.at(-1)"), patiently)
      .toEqual({ level: "asked", sentence: "Marta has answered about Lucía." });
    await desk.press("Show it");
    await desk.desk.getByRole("heading", { name: "Lucía Prat" }).waitFor(patiently);
    await expect.poll(() => answerBox().inputValue(), patiently).toBe("For Lucía.");
    await insert();
    await desk.desk.getByText("It is in your reply box.").waitFor(patiently);
    await expect.poll(() => desk.page.evaluate("window.attention.at(-1).level"), patiently).toBe("none");
  });
});
