/** Two organizations on one service: whose pages may show whose desk, and whose sign-ins count there. */
import { serve } from "@hono/node-server";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newApi } from "../../api.ts";
import { deskPlaceOf } from "../../identity/desk-place.ts";
import { addScreens } from "../../screens-node.ts";
import { type Host, hasBrowser, openBrowser, startHost } from "../../testing/browser.ts";
import { addSecondTenant, type SecondTenant } from "../../testing/scenarios/second-tenant.ts";
import { createTestService, type TestService } from "../../testing/service.ts";

const patiently = { timeout: 30_000 };

describe.skipIf(!hasBrowser)("desks of two organizations (need Chromium)", () => {
  let service: TestService;
  let neighbour: SecondTenant;
  let server: ReturnType<typeof serve>;
  let url: string;
  let hosts: { ours: Host; theirs: Host };
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    service = await createTestService({ start: new Date() });
    neighbour = await addSecondTenant(service);
    hosts = { ours: await startHost(), theirs: await startHost() };
    for (const [slug, host] of [["test", hosts.ours] as const, ["neighbour", hosts.theirs] as const])
      await service.sql`update tenants set settings = settings || ${service.sql.json({ deskOrigins: [host.origin] })} where slug = ${slug}`;
    url = await serveDesk();
    hosts.ours.serve(url, () => service.deskToken());
    hosts.theirs.serve(url, async () => neighbour.deskToken);
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all([hosts?.ours.close(), hosts?.theirs.close()]);
    server?.close();
    await service?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage({ locale: "en-GB", reducedMotion: "reduce" });
  });
  afterEach(() => page.close());

  async function serveDesk(): Promise<string> {
    const { database } = service.wired.service;
    const screens = newApi();
    addScreens(screens, { deskOf: (tenant) => database.asSystem((db) => deskPlaceOf(db, tenant)) });
    const isScreen = (path: string) => path.startsWith("/assets/") || path === "/desk";
    const fetch = (request: Request) =>
      isScreen(new URL(request.url).pathname) ? screens.fetch(request) : service.wired.app.fetch(request);
    return new Promise((ready) => {
      server = serve({ fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => ready(`http://127.0.0.1:${port}`));
    });
  }
  const desk = () => page.frameLocator('iframe[title="Patchcord"]');
  const isRefused = () =>
    expect.poll(() => page.frames().some((frame) => frame.url().startsWith("chrome-error")), patiently).toBe(true);

  test("each organization's page shows its own desk", async () => {
    await page.goto(`${hosts.theirs.origin}/?tenant=neighbour`);
    await desk().getByRole("heading", { name: "Nina Customer" }).waitFor(patiently);
    await page.goto(`${hosts.ours.origin}/?tenant=test`);
    await desk().getByText("Nobody is on the line").or(desk().getByRole("heading")).first().waitFor(patiently);
    expect(await desk().getByText("Nina Customer").count()).toBe(0);
  });

  test("none shows another's, nor one that says no name", async () => {
    await page.goto(`${hosts.theirs.origin}/?tenant=test`);
    await isRefused();
    await page.goto(`${hosts.ours.origin}/?tenant=neighbour`);
    await isRefused();
    await page.goto(`${hosts.ours.origin}/`);
    await isRefused();
  });

  test("a sign-in of another organization is refused, and not asked for without pause", async () => {
    const minted = hosts.theirs.minted();
    const token = await service.deskToken();
    hosts.theirs.serve(url, async () => token);
    let refusals = 0;
    page.on("response", (one) => one.url().endsWith("/v1/desk") && one.status() === 401 && refusals++);
    await page.goto(`${hosts.theirs.origin}/?tenant=neighbour`);
    await desk().getByText("Your sign-in has run out.").waitFor(patiently);
    await expect.poll(() => refusals, patiently).toBeGreaterThan(4);
    expect(await desk().getByText("Ana Berg").count()).toBe(0);
    expect(hosts.theirs.minted() - minted).toBeLessThan(10);
  });
});
