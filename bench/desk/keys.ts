/** From a key in the desk's search field to the list of people on the screen, in Chromium, on the built desk. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import { openBrowser } from "../../src/testing/browser.ts";
import { compare, percentile, type Row, type RunOptions } from "../measure.ts";

type Setting = { port: number; people: number; token: string };

const paintedMsMax = 100;
/** Faster than most people type. */
const betweenKeysMs = 120;
/** Until the first list is there, however busy the machine. */
const loadMsMax = 120_000;
const typed = ["lindqvist", "marta ru", "invoi", "treasury", "søren mø", "contracts ana", "öberg"];

/** What the page notes of itself, with the browser's own clock. */
type Noted = { at: number; text: string };
declare global {
  var keysNoted: Noted[];
  var listsNoted: Noted[];
}

/** Runs in the page before its own scripts: when a key went down, and when the list for a text was on the screen. */
function takeNotes(): void {
  globalThis.keysNoted = [];
  globalThis.listsNoted = [];
  addEventListener("keydown", ({ timeStamp, key }) => globalThis.keysNoted.push({ at: timeStamp, text: key }), true);
  const plain = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await plain(input, init);
    const url = new URL(String(input), location.href);
    if (url.pathname === "/v1/experts" && answer.ok) void watchFor(url.searchParams.get("q") ?? "", answer.clone());
    return answer;
  };
  const shown = () => [...document.querySelectorAll("#people li h2")].map((one) => one.textContent);
  async function watchFor(text: string, answer: Response): Promise<void> {
    const { items } = (await answer.json()) as { items: { name: string }[] };
    const wanted = items.map(({ name }) => name).join();
    const look = () => {
      if (shown().join() !== wanted) requestAnimationFrame(look);
      else requestAnimationFrame(() => setTimeout(() => globalThis.listsNoted.push({ at: performance.now(), text })));
    };
    requestAnimationFrame(look);
  }
}

/** Milliseconds from each key until a list for what stood there then, or later, was painted. */
async function typeInto(page: Page, word: string): Promise<number[]> {
  const field = page.locator(".finder .search input");
  await field.fill("");
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    globalThis.keysNoted = [];
    globalThis.listsNoted = [];
  });
  await field.focus();
  await page.keyboard.type(word, { delay: betweenKeysMs });
  await page.waitForFunction((text) => globalThis.listsNoted.some((one) => one.text === text), word);
  const { keys, lists } = await page.evaluate(() => ({ keys: globalThis.keysNoted, lists: globalThis.listsNoted }));
  return keys.map(({ at }, index) => {
    const covers = lists.find(({ text, at: painted }) => painted > at && text.length > index);
    return (covers?.at ?? Number.NaN) - at;
  });
}

/** Before the service starts, which looks for its screens then. */
export async function buildScreens(): Promise<void> {
  const vite = fileURLToPath(new URL("../../node_modules/vite/bin/vite.js", import.meta.url));
  const root = fileURLToPath(new URL("../../", import.meta.url));
  await promisify(execFile)(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: root });
}

export async function typeIntoDesk(
  { port, people, token }: Setting,
  { rounds, quick, say }: RunOptions,
): Promise<Row[]> {
  const name = `p95 from a key to the list on the screen among ${people.toLocaleString("en")} people against the promised 100 ms`;
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 340, height: 720 } });
    await page.addInitScript(takeNotes);
    await page.goto(`http://127.0.0.1:${port}/desk#token=${token}`);
    await page.locator("#people li").first().waitFor({ timeout: loadMsMax });
    const figures = [];
    for (let round = 0; round <= rounds; round++) {
      say(`keys: round ${round} of ${rounds}`);
      const all: number[] = [];
      for (const word of quick ? typed.slice(0, 2) : typed) all.push(...(await typeInto(page, word)));
      if (round > 0) figures.push({ value: percentile(all, 0.95) });
    }
    return [compare({ name, unit: "ms", better: "less", subject: figures, baseline: paintedMsMax, target: 1 })];
  } finally {
    await browser.close();
  }
}
