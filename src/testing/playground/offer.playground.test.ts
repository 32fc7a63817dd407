/**
 * A Teams-like client that none of us wrote drives the bot: Microsoft 365 Agents Playground, opt-in. It is not part of
 * this project and comes with terms of its own; how to run this: docs/install-teams.md, "Tried with".
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createTestService, type TestService } from "../service.ts";
import { bridgePlayground } from "./bridge.ts";

const onPath = (name: string) =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
const program = onPath("agentsplayground");
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = process.env.PATCHCORD_SHOTS;
const [botPort, port] = [18_830, 18_831];

describe.skipIf(!program || !existsSync(executablePath))("in Agents Playground (needs it and Chromium)", () => {
  let service: TestService;
  let bridge: Awaited<ReturnType<typeof bridgePlayground>>;
  let playground: ChildProcess;
  let browser: Browser;
  let page: Page;
  let desk: string;

  beforeAll(async () => {
    service = await createTestService();
    bridge = await bridgePlayground(service, botPort, `http://localhost:${port}`);
    const address = `http://127.0.0.1:${botPort}/api/messages`;
    const args = ["start", "-e", address, "-c", "msteams", "-p", String(port), "--disable-telemetry"];
    playground = spawn(program ?? "", args, { stdio: "ignore", env: { ...process.env, BROWSER: "none" } });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await vi.waitFor(() => page.goto(`http://localhost:${port}`), { timeout: 30_000, interval: 300 });
    await page.getByRole("textbox").first().waitFor();
  });
  afterAll(async () => {
    await browser?.close();
    playground?.kill();
    await bridge?.close();
    await service?.close();
  });
  const shoot = async (name: string) =>
    void (shots && (await page.screenshot({ path: `${shots}/playground-${name}.png` })));

  const ask = async (kind: string) => {
    desk = await service.deskToken();
    service.center.startCall({
      customer: { name: "Lucía Prat" },
      agent: "agent-1",
      attributes: { customer: "Lucía Prat", tier: "Gold", intent: `Duplicate ${kind}` },
    });
    await service.settle();
    const { body } = await service.ask("GET", "/v1/desk", { token: desk });
    const call = (body.interactions as { id: string }[]).at(-1);
    const request = { interactionId: call?.id, kind, skill: "contracts", question: "Twice?" };
    const made = await service.ask("POST", "/v1/consults", { token: desk, body: request });
    expect(made.status).toBe(201);
    await service.settle();
    return String(made.body.id);
  };
  const consult = async (id: string) => (await service.ask("GET", `/v1/consults/${id}`, { token: desk })).body;

  it("typed commands are answered", async () => {
    const box = page.getByRole("textbox").first();
    await box.fill("status");
    await box.press("Enter");
    await page.getByText("Colleagues may ask you.").first().waitFor();
    await shoot("status");
  });

  it.each([
    ["In 5 minutes", "later", "We will ask you again"],
    ["By chat", "chat", "will write to you"],
    ["Take it now", "accepted", "Your phone is ringing"],
  ])("the offer's card is drawn, %s is one tap, and the card is replaced in place", async (button, state, says) => {
    await service.pass(400_000, 100_000);
    const id = await ask("consult");
    await page.getByRole("button", { name: button }).last().waitFor();
    await shoot(`asked-${state}`);
    await page.getByRole("button", { name: button }).last().click();
    await page.getByText(says).first().waitFor();
    await shoot(state);
    const { offers } = await consult(id);
    expect(offers).toMatchObject([{ state }]);
    await service.ask("POST", `/v1/consults/${id}/moves`, { token: desk, body: { move: "cancel" } });
    await service.settle();
  });

  it("a question is answered on the card", async () => {
    await service.pass(400_000, 100_000);
    const id = await ask("question");
    await page.getByRole("textbox", { name: "Your answer" }).last().fill("No, they are two contracts.");
    await page.getByRole("button", { name: "Send answer" }).last().click();
    await page.getByText("has your answer").first().waitFor();
    await shoot("answered");
    expect((await consult(id)).replies).toMatchObject([{ text: "No, they are two contracts." }]);
  });
});
