/** Every kind of card as the library of Microsoft draws it: phone and desktop width, each language and theme. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Theme } from "../../desk/protocol.ts";
import { languages } from "../../teams/texts/index.ts";
import { hostConfig } from "../stage/card-style.ts";
import { axeFindings } from "./axe.ts";
import { sampleCards } from "./sample-cards.ts";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = process.env.PATCHCORD_SHOTS;
const library = readFileSync(createRequire(import.meta.url).resolve("adaptivecards/dist/adaptivecards.min.js"), "utf8");
const themes: Record<Theme, { back: string; front: string; button: string }> = {
  light: { back: "#ffffff", front: "#242424", button: "#242424" },
  dark: { back: "#292929", front: "#ffffff", button: "#ffffff" },
  contrast: { back: "#000000", front: "#ffffff", button: "#1aebff" },
};
/** Enough of the sheet to look at: every card at phone width. */
const sheet = { x: 0, y: 0, width: 1760, height: 3_400 };
const widths = { phone: 320, desktop: 520 };

/** The frame that a chat draws around a card, and buttons as a chat has them. */
const page = (theme: Theme, language: string) => {
  const { back, front, button } = themes[theme];
  return `<!doctype html><html lang="${language}"><title>Cards</title><style>
    body { margin: 12px; font: 14px/1.4 "Segoe UI", system-ui, sans-serif; background: ${back}; color: ${front}; }
    main { display: flex; flex-wrap: wrap; gap: 12px; align-items: flex-start; }
    .card { border: 1px solid ${front}; border-radius: 6px; box-sizing: border-box; overflow: hidden; }
    button { font: inherit; padding: 6px 10px; min-height: 32px; color: ${button}; background: ${back}; border: 1px solid ${button}; border-radius: 4px; }
    .ac-actionSet { flex-wrap: wrap; gap: 6px; }
    input, textarea, select { font: inherit; color: ${front}; background: ${back}; border: 1px solid ${front}; max-width: 100%; box-sizing: border-box; }
    textarea { width: 100%; }
  </style><main></main></html>`;
};

/** Runs in the page. The bot's escapes are taken out as the real client's Markdown does. */
const draw = `(cards, widths, config) => {
  const { AdaptiveCard, HostConfig } = window.AdaptiveCards;
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    const box = document.createElement("p");
    box.textContent = text.replace(/\\\\([\\\\\`*_~\\[\\]#>|.)+=-])/g, "$1");
    result.outputHtml = box.outerHTML;
    result.didProcess = true;
  };
  for (const [size, width] of Object.entries(widths))
    for (const { name, content } of cards) {
      const frame = document.createElement("section");
      frame.className = "card";
      frame.style.width = width + "px";
      frame.setAttribute("aria-label", name + ", " + size);
      const card = new AdaptiveCard();
      card.hostConfig = new HostConfig(config);
      card.parse(content);
      frame.append(card.render());
      document.querySelector("main").append(frame);
    }
}`;

describe.skipIf(!existsSync(executablePath))("cards in a browser (needs Chromium)", () => {
  let browser: Browser;
  let view: Page;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    view = await browser.newPage({ viewport: { width: sheet.width, height: sheet.height } });
  });
  afterAll(() => browser?.close());

  const show = async (theme: Theme, language: string) => {
    await view.setContent(page(theme, language));
    await view.evaluate(library);
    const cards = sampleCards(language).map(({ name, card }) => ({ name, content: card.content }));
    await view.evaluate(
      `(${draw})(${JSON.stringify(cards)}, ${JSON.stringify(widths)}, ${JSON.stringify(hostConfig(theme))})`,
    );
  };

  for (const language of Object.keys(languages)) {
    test.each(
      Object.keys(themes) as Theme[],
    )(`in ${language}, %s: nothing is cut off, and axe finds nothing`, async (theme) => {
      await show(theme, language);
      expect(await view.locator(".card").count()).toBe(sampleCards(language).length * 2);
      const wide = await view.evaluate(() =>
        [...document.querySelectorAll(".card, .card *")]
          .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
          .map((one) => `${one.closest(".card")?.getAttribute("aria-label")}: ${one.textContent?.slice(0, 60)}`),
      );
      expect(wide).toEqual([]);
      if (shots) await view.screenshot({ path: `${shots}/cards-${language}-${theme}.png`, clip: sheet });
      expect(await axeFindings(view)).toEqual([]);
    });
  }

  test("the first words say who needs what, and each card is read as a heading and text", async () => {
    await show("light", "en");
    for (const { name } of sampleCards("en")) {
      const card = view.locator(`[aria-label="${name}, phone"]`);
      const first = await card.getByRole("heading").first().textContent();
      expect(first, name).toMatch(/^(Ana Berg needs you: |Call Lucía Prat .*back)/);
      for (const button of await card.getByRole("button").all())
        expect((await button.textContent())?.trim()).toBeTruthy();
    }
  });
});
