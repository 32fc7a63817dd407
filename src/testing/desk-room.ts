/** The desk in a frame of a host page of another origin, on the sandbox: what its browser tests share. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { readSettings } from "../config.ts";
import { type Answer, buttonFor, cardsOf, says } from "../sandbox/chats.ts";
import { usersOf } from "../sandbox/company.ts";
import { isPrivate, type Parties, partiesOf } from "../sandbox/hearing.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../sandbox/main.ts";
import type { DeskTokenAnswer, WorldAction } from "../sandbox/protocol.ts";
import { axeFindings } from "../web/testing/axe.ts";
import { type Host, openBrowser, startHost } from "./browser.ts";

export const screenshots = new URL("../../artifacts/screenshots/", import.meta.url).pathname;
export const patiently = { timeout: 30_000 };
/** The colleague who is asked. */
export const marta = usersOf("teams").find(({ name }) => name === "Marta Ruiz")?.id ?? "";

export type DeskRoom = Awaited<ReturnType<typeof openDeskRoom>>;

/** A sandbox with its browser and a host page; one for a file of tests. */
export async function openDeskRoom(options: Omit<SandboxOptions, "durable" | "deskOrigins"> = {}) {
  mkdirSync(screenshots, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "patchcord-desk-"));
  await chmod(folder, 0o711); // the database may run as another account
  const host: Host = await startHost();
  const settings = readSettings({ PORT: "0", PATCHCORD_SANDBOX_PORT: "0", PATCHCORD_DATA: folder });
  const sandbox: Sandbox = await startSandbox(settings, { ...options, durable: false, deskOrigins: [host.origin] });
  const mintToken = async (agent = "agent-ana") => {
    const answer = await fetch(`${sandbox.worldUrl}/world/desk-token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ agent }),
    });
    return ((await answer.json()) as DeskTokenAnswer).token;
  };
  const back = { isUp: true };
  const mintForHost = () => (back.isUp ? mintToken() : Promise.reject(new Error("the back end is away")));
  host.serve(sandbox.url, mintForHost, async (command) => {
    const { status, record } = await sandbox.world.platforms.contactCenter.softphone(command);
    return status < 400 ? { outcome: "done" } : { outcome: "refused", code: record.code };
  });
  const browser: Browser = await openBrowser();

  const act = (action: WorldAction) => sandbox.world.act(action);
  const call = () => sandbox.world.look().calls.find(({ state }) => state === "live");
  const parties = (): Parties => partiesOf(call());
  /** Cards of earlier tests may still have their buttons for a moment. */
  let since = new Date(0).toISOString();
  const ringing = () => sandbox.world.look().phones.find((phone) => phone.owner === marta)?.ringing;

  return {
    sandbox,
    host,
    browser,
    mintToken,
    /** Whether the contact center's back end makes tokens. */
    back,
    act,
    call,
    parties,
    becomes: (what: (heard: Parties) => boolean) => expect.poll(() => what(parties()), patiently).toBe(true),
    async startCall(customer = "lucia", channel?: "chat" | "messaging") {
      since = new Date().toISOString();
      await act({ action: "start-call", customer, agent: "agent-ana", ...(channel ? { channel } : {}) });
    },
    /** `about`: words of the card that is meant, where she has several. */
    async martaAnswers(answer: Answer, about = "") {
      const open = () => {
        const cards = cardsOf(sandbox.world.look(), "teams", marta).filter(({ at }) => at >= since);
        const message = cards.findLast(({ card }) => says(card, about));
        const button = buttonFor(message?.card, answer);
        return message && button ? { message: message.id, ...button } : undefined;
      };
      await expect.poll(open, patiently).toBeTruthy();
      const found = open();
      if (found) await act({ action: "press-card", platform: "teams", user: marta, ...found });
    },
    async phoneDoes(action: "answer-phone" | "decline-phone" | "voicemail") {
      await expect.poll(ringing, patiently).toBeTruthy();
      await act({ action, partyRef: ringing()?.partyRef ?? "" });
    },
    /** As in the beginning. */
    async tidyUp() {
      await act({ action: "reset" });
      await expect.poll(() => sandbox.world.look().agents.every(({ onCall }) => !onCall), patiently).toBe(true);
    },
    openPage: (change: BrowserContextOptions = {}) => newPage(browser, change),
    async close() {
      await browser.close();
      await sandbox.stop();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function newPage(browser: Browser, change: BrowserContextOptions) {
  const context = await browser.newContext({
    viewport: { width: 380, height: 800 },
    locale: "en-GB",
    reducedMotion: "reduce",
    bypassCSP: true,
    ...change,
  });
  return context.newPage();
}

export type ShownDesk = ReturnType<typeof deskIn>;

/** The desk in a host page, and what an agent does there. */
export function deskIn(room: DeskRoom, page: Page) {
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  const desk = page.frameLocator('iframe[title="Patchcord"]');
  const reads = (sentence: string | RegExp) =>
    desk.locator(".sentence", { hasText: sentence }).first().waitFor(patiently);
  const press = (name: string) => desk.getByRole("button", { name, exact: true }).click(patiently);
  async function ask(label: string, person = "Marta Ruiz") {
    await desk.getByRole("button", { name: new RegExp(`^(Consult|Ask by chat): ${person}`) }).waitFor(patiently);
    const main = desk.getByRole("button", { name: `${label}: ${person}` });
    if (await main.count()) return main.click();
    await desk.getByRole("button", { name: `More ways to reach ${person}` }).click();
    await desk.getByRole("menuitem", { name: label }).click();
  }
  return {
    page,
    desk,
    complaints,
    reads,
    press,
    ask,
    async open(query = "", heading: string | RegExp = "Lucía Prat") {
      await page.goto(`${room.host.origin}/${query}`);
      await desk.getByRole("heading", { name: heading }).waitFor(patiently);
    },
    async talkInPrivate() {
      await ask("Consult");
      await room.martaAnswers("now");
      await room.phoneDoes("answer-phone");
      await reads("You are talking to Marta. Lucía hears music.");
      await room.becomes(isPrivate);
    },
    /** What axe-core finds on the desk as it is now. */
    async findings() {
      const frame = page.frames().find((one) => one.parentFrame());
      return frame ? axeFindings(frame) : ["there is no desk"];
    },
  };
}
