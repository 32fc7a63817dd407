/** How the desk looks and is read: every width, theme and language, words that are 40 % longer, and the keyboard alone. */
import type { Frame, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import { type DeskRoom, deskIn, openDeskRoom, patiently, type ShownDesk, screenshots } from "../testing/desk-room.ts";
import { isHandedOver, isTogether } from "./hearing.ts";

const languages = ["en", "es", "sv", "fr"] as const;
/** In dark and in high contrast too. */
const dressed: readonly string[] = ["en", "fr"];
const widths = [320, 480, 1280] as const;
const heights: Record<number, number> = { 320: 1500, 480: 1300, 1280: 900 };

describe.skipIf(!hasBrowser)("the desk as it is seen and read (needs Chromium)", () => {
  let room: DeskRoom;
  let desk: ShownDesk;
  let page: Page;

  beforeAll(async () => {
    room = await openDeskRoom();
  }, 180_000);
  afterAll(() => room?.close());
  beforeEach(async () => {
    page = await room.openPage({ viewport: { width: 1280, height: 1500 } });
    desk = deskIn(room, page);
    await room.startCall();
  });
  afterEach(async () => {
    await page.context().close();
    await room.tidyUp();
  });

  const frame = (): Frame => {
    const found = page.frames().find((one) => one.parentFrame());
    if (!found) throw new Error("there is no desk");
    return found;
  };
  const fits = async (width: number) => {
    await page.evaluate(`{
      const { style } = document.getElementById("place");
      [style.width, style.height] = ["${width}px", "${heights[width]}px"];
    }`);
    await expect.poll(() => frame().evaluate("innerWidth"), patiently).toBe(width);
  };
  /** What sticks out to the side, or is cut off. */
  const cutOff = () => frame().evaluate(lookForCuts) as Promise<string[]>;
  const shoot = async (name: string) => {
    await page.locator("iframe").screenshot({ path: `${screenshots}desk-${name}.png`, animations: "disabled" });
  };
  const dress = async (theme: string) => {
    await page.evaluate(`window.desk.dress("${theme}")`);
    await frame().waitForFunction(`document.documentElement.dataset.theme === "${theme}"`);
  };

  async function lookAtAll(state: string, language: string) {
    for (const width of widths) {
      await fits(width);
      expect(await cutOff(), `${state} ${language} ${width}`).toEqual([]);
      await shoot(`${state}-${language}-${width}`);
    }
    if (dressed.includes(language))
      for (const theme of ["dark", "contrast"]) {
        await dress(theme);
        for (const width of widths) {
          await fits(width);
          await shoot(`${state}-${language}-${width}-${theme}`);
        }
        if (language === "en") expect(await desk.findings(), `${state} ${theme}`).toEqual([]);
      }
    await frame().evaluate(lengthen);
    for (const width of [320, 480]) {
      await fits(width);
      expect(await cutOff(), `${state} ${language} ${width}, 40 % longer`).toEqual([]);
      await shoot(`${state}-${language}-${width}-long`);
    }
  }

  test("nobody's words are cut off while a colleague is looked for, in any width and language", async () => {
    for (const language of languages) {
      await desk.open(`?lang=${language}`);
      await desk.desk.locator(".person").first().waitFor(patiently);
      if (language === "en") await desk.desk.locator(".person img").first().waitFor(patiently);
      await lookAtAll("find", language);
    }
  });

  test("nor while a colleague helps", async () => {
    await desk.open();
    await desk.talkInPrivate();
    for (const language of languages) {
      await desk.open(`?lang=${language}`);
      await desk.desk.locator(".moves .back").waitFor(patiently);
      await lookAtAll("consult", language);
    }
  });

  type Scene = [name: string, play: () => Promise<void>];
  const text = (sentence: string | RegExp) => desk.desk.getByText(sentence).first().waitFor(patiently);
  const scenes: Scene[] = [
    ["asked", () => desk.ask("Consult").then(() => desk.reads("We are asking Marta."))],
    [
      "declined",
      async () => {
        await desk.ask("Consult");
        await room.martaAnswers("no");
        await desk.reads("Nobody could take it.");
      },
    ],
    [
      "in-5-minutes",
      async () => {
        await desk.ask("Consult");
        await room.martaAnswers("later");
        await text(/again in [0-5]:\d\d/);
      },
    ],
    [
      "by-chat",
      async () => {
        await desk.ask("Consult");
        await room.martaAnswers("chat");
        await desk.press("Ask by chat");
        await desk.reads("We are asking Marta.");
      },
    ],
    [
      "ringing",
      async () => {
        await desk.ask("Consult");
        await room.martaAnswers("now");
        await desk.reads(/Marta is ringing|We are calling Marta/);
      },
    ],
    [
      "declined-phone",
      async () => {
        await desk.ask("Consult");
        await room.martaAnswers("now");
        await room.phoneDoes("decline-phone");
        await desk.reads("Lucía is with you.");
      },
    ],
    [
      "voicemail",
      async () => {
        await desk.ask("Consult");
        await room.martaAnswers("now");
        await room.phoneDoes("voicemail");
        await text("voicemail picked up");
      },
    ],
    [
      "platform-down",
      async () => {
        await desk.ask("Consult");
        await room.act({ action: "break", what: "platform-down" });
        await room.martaAnswers("now");
        await text("We asked the phone system to ring Marta");
      },
    ],
    [
      "together",
      async () => {
        await desk.ask("Three-way call");
        await room.martaAnswers("now");
        await room.phoneDoes("answer-phone");
        await room.becomes(isTogether);
        await desk.reads("hear each other");
      },
    ],
    [
      "handed-over",
      async () => {
        await desk.ask("Transfer when answered");
        await room.martaAnswers("now");
        await room.phoneDoes("answer-phone");
        await room.becomes(isHandedOver);
        await desk.reads("Marta has Lucía.");
      },
    ],
    [
      "blind",
      async () => {
        await desk.ask("Transfer now");
        await expect.poll(() => room.parties().agent?.state, patiently).toBe("left");
        await desk.reads(/Marta/);
      },
    ],
    ["question", () => desk.ask("Ask by chat").then(() => desk.reads("We are asking Marta."))],
    [
      "meeting",
      async () => {
        await desk.ask("Video meeting");
        await room.martaAnswers("now");
        await desk.desk.getByRole("button", { name: "Join the meeting" }).waitFor(patiently);
      },
    ],
    [
      "menu",
      async () => {
        await desk.desk.getByRole("button", { name: "More ways to reach Marta Ruiz" }).click(patiently);
        await desk.desk.getByRole("menuitem", { name: "Video meeting" }).waitFor(patiently);
      },
    ],
    [
      "notify",
      async () => {
        await desk.desk
          .getByRole("button", { name: /^Notify me: / })
          .first()
          .click(patiently);
        await desk.desk.locator("[data-consult]").waitFor(patiently);
      },
    ],
    [
      "offline",
      async () => {
        await desk.talkInPrivate();
        await page.context().setOffline(true);
        await desk.press("All together");
        await text("We cannot be reached. Your call goes on");
      },
    ],
  ];
  test.each(scenes)("in 320 px nothing is cut off: %s", async (name, play) => {
    await desk.open("?width=320&height=1200");
    await play();
    await fits(320);
    expect(await cutOff(), name).toEqual([]);
    await shoot(`scene-${name}`);
    await frame().evaluate(lengthen);
    expect(await cutOff(), `${name}, 40 % longer`).toEqual([]);
    await page.context().setOffline(false);
    await room.act({ action: "mend" });
  });

  test("a whole consult by keyboard alone, and what a screen reader is told", async () => {
    const focused = () => frame().evaluate(nameOfFocus) as Promise<string>;
    const tabTo = async (name: string | RegExp) => {
      for (let presses = 0; presses < 40; presses++) {
        await page.keyboard.press("Tab");
        if ((await focused()).match(name)) return;
      }
      throw new Error(`no way by Tab to ${name}; now at ${await focused()}`);
    };
    const told = (sentence: string) =>
      desk.desk
        .getByRole("alert")
        .filter({ hasText: sentence })
        .first()
        .waitFor({ ...patiently, state: "attached" });

    await desk.open();
    await desk.desk.getByRole("button", { name: "Consult: Marta Ruiz" }).waitFor(patiently);
    await tabTo(/^Your question$/);
    await page.keyboard.type(" Is it?");
    await tabTo(/^People, skills, branches$/);
    await page.keyboard.type("marta");
    await expect.poll(() => desk.desk.locator(".person").count(), patiently).toBe(1);
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe("Consult: Marta Ruiz");
    // One step further are the other ways.
    await page.keyboard.press("Tab");
    expect(await focused()).toBe("More ways to reach Marta Ruiz");
    await page.keyboard.press("Enter");
    await desk.desk.getByRole("menuitem", { name: "Three-way call" }).waitFor(patiently);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Enter");
    await told("We are asking Marta. Lucía is with you.");
    await room.martaAnswers("now");
    await room.phoneDoes("answer-phone");
    await told("You are talking to Marta. Lucía hears music.");
    await tabTo(/^All together$/);
    await page.keyboard.press("Enter");
    await told("You, Lucía and Marta hear each other.");
    await room.becomes(isTogether);
    await tabTo(/^Hand over$/);
    await page.keyboard.press("Enter");
    await told("Marta has Lucía. You are out of the call.");
    await room.becomes(isHandedOver);
    await tabTo(/^What happened$/);
    await page.keyboard.press("Enter");
    await desk.desk.getByText("Marta picked up").waitFor(patiently);
    await tabTo(/^Done$/);
    const tree = await desk.desk.locator("body").ariaSnapshot();
    expect(tree).not.toMatch(/button ""|- button$|img ""/m);
    expect(tree).toContain('heading "Lucía Prat"');
    expect(desk.complaints).toEqual([]);
  });
});

// ---------------------------------------------------------------- run in the page

const lookForCuts = `(() => {
  const hidden = (one) => one.closest(".visually-hidden, [hidden]") || !one.checkVisibility({ visibilityProperty: true });
  const found = [];
  for (const one of document.body.querySelectorAll("*")) {
    if (hidden(one)) continue;
    const { left, right, width } = one.getBoundingClientRect();
    const name = one.tagName.toLowerCase() + "." + one.className + ": " + (one.textContent ?? "").trim().slice(0, 40);
    if (width > 0 && (right > innerWidth + 1 || left < -1)) found.push("sticks out " + name);
    const { overflowX, textOverflow } = getComputedStyle(one);
    const cuts = overflowX === "hidden" && textOverflow !== "ellipsis" && one.scrollWidth > one.clientWidth + 1;
    if (cuts && one.tagName !== "BODY") found.push("cut off " + name);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return [...new Set(found)].slice(0, 10);
})()`;

/** Each word grows by two fifths, as words do from English to some other languages. */
const lengthen = `(() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode())
    if (!node.parentElement.closest(".visually-hidden, .avatar, script, style"))
      node.data = node.data.replace(/\\p{L}{3,}/gu, (word) => word + word.slice(0, Math.ceil(word.length * 0.4)).toLowerCase());
})()`;

const nameOfFocus = `(() => {
  const one = document.activeElement;
  const labelled = one.getAttribute("aria-label") ?? one.querySelector("[slot=label], .visually-hidden")?.textContent;
  return (labelled ?? one.textContent ?? "").trim();
})()`;
