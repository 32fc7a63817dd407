/** What is late: an answer that does not come, a question that is not stored yet, a question that has no words. */
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import { type DeskRoom, deskIn, openDeskRoom, patiently, type ShownDesk, screenshots } from "../testing/desk-room.ts";

/** What the desk says, and the ways on. */
const said: [language: string, sentence: RegExp, remind: string, another: string][] = [
  ["en", /No answer yet from Marta since \d\d:\d\d/, "Remind them", "Ask somebody else"],
  ["es", /Aún sin respuesta de Marta desde las \d?\d:\d\d\./, "Recordárselo", "Preguntar a otra persona"],
  ["sv", /Inget svar än från Marta sedan \d\d:\d\d\.$/, "Påminn", "Fråga någon annan"],
  ["fr", /Pas encore de réponse de Marta depuis \d\d:\d\d\.$/, "Relancer", "Demander à quelqu’un d’autre"],
];

describe.skipIf(!hasBrowser)("what is late on the desk (needs Chromium)", () => {
  let room: DeskRoom;
  let shown: ShownDesk;
  let desk: ShownDesk["desk"];
  let sql: postgres.Sql;

  beforeAll(async () => {
    room = await openDeskRoom();
    sql = postgres(room.sandbox.databaseUrl, { max: 2, onnotice: () => {} });
  }, 180_000);
  afterAll(async () => {
    await sql?.end({ timeout: 5 });
    await room?.close();
  });
  beforeEach(async () => {
    shown = deskIn(room, await room.openPage({ viewport: { width: 380, height: 1000 } }));
    desk = shown.desk;
    await room.startCall("lucia", "chat");
  });
  afterEach(async () => {
    await shown.page.context().close();
    await room.tidyUp();
  });

  const box = () => desk.getByRole("textbox", { name: "Your question" });
  const text = (sentence: string | RegExp) => desk.getByText(sentence).first().waitFor(patiently);

  /** With the rights and the rows that the service has there. */
  const asService = (work: (tx: postgres.TransactionSql) => Promise<unknown>) =>
    sql.begin(async (tx) => {
      await tx`set local role patchcord_system`;
      const [tenant] = await tx`select id from tenants`;
      await tx`select set_config('role', 'patchcord_app', true), set_config('app.tenant_id', ${tenant?.id}, true)`;
      await work(tx);
    });
  /** As if whoever is asked now had been asked so much earlier. */
  const askedEarlier = (interval: string) =>
    asService(
      (tx) => tx`
        update consults set machine = jsonb_set(machine, '{offers,0,askedAt}',
          to_jsonb(to_char((machine #>> '{offers,0,askedAt}')::timestamptz at time zone 'UTC' - ${interval}::interval,
            'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
        where state = 'offering'`,
    );

  test("an answer that does not come is said to be late, seen and heard, with what can be done, in every language", async () => {
    await shown.open();
    await box().fill("Was the March invoice sent twice?");
    await shown.ask("Ask by chat");
    await shown.reads("We are asking Marta.");
    await askedEarlier("4 minutes 40 seconds");
    await shown.open();
    await shown.reads("We are asking Marta.");
    expect(await desk.getByRole("button", { name: "Ask somebody else" }).count()).toBe(0);
    await shown.reads(/^No answer yet from Marta since \d\d:\d\d/);
    const alerts = desk.getByRole("alert").filter({ hasText: "No answer yet from Marta" });
    await alerts.first().waitFor({ ...patiently, state: "attached" });

    for (const [language, sentence, remind, another] of said) {
      await shown.open(`?lang=${language}`);
      await shown.reads(sentence);
      for (const name of [remind, another]) await desk.getByRole("button", { name, exact: true }).waitFor(patiently);
      for (const theme of ["light", "dark", "contrast"]) {
        await shown.page.evaluate(`window.desk.dress("${theme}")`);
        const frame = shown.page.frames().find((one) => one.parentFrame());
        await frame?.waitForFunction(`document.documentElement.dataset.theme === "${theme}"`);
        expect(await shown.findings(), `${language} ${theme}`).toEqual([]);
        expect(await frame?.evaluate("document.documentElement.scrollWidth > innerWidth"), language).toBe(false);
        const path = `${screenshots}desk-late-${language}-${theme}.png`;
        await shown.page.locator("iframe").screenshot({ path, animations: "disabled" });
      }
    }

    await shown.open();
    await shown.press("Remind them");
    await text("Marta was reminded");
    await shown.reads("No answer yet from Marta");
    await box().fill("");
    await shown.press("Ask somebody else");
    await expect.poll(() => box().inputValue(), patiently).toBe("Was the March invoice sent twice?");
    await shown.page.keyboard.type("jonas");
    await shown.ask("Ask by chat", "Jonas Sund");
    await shown.reads("We are asking Jonas.");
    expect(await desk.locator(".asked-what").allInnerTexts()).toEqual(
      Array(2).fill("“Was the March invoice sent twice?”"),
    );
    await shown.reads("No answer yet from Marta");
    expect(shown.complaints).toEqual([]);
  });

  test("a question without words is not sent: the desk says why, and the place to write has the keyboard", async () => {
    await shown.open();
    await box().fill("?!");
    await shown.ask("Ask by chat");
    await desk.getByRole("alert").filter({ hasText: "A question needs words." }).waitFor(patiently);
    expect(await box().inputValue()).toBe("?!");
    await shown.page.locator("iframe").screenshot({ path: `${screenshots}desk-wordless.png`, animations: "disabled" });
    expect(await shown.findings()).toEqual([]);
    expect(await desk.locator("[data-consult]").count()).toBe(0);
    await shown.page.keyboard.press("End");
    await shown.page.keyboard.type(" Twice?");
    await expect.poll(() => box().inputValue(), patiently).toBe("?! Twice?");
    expect(await desk.getByText("A question needs words.").count()).toBe(0);
    await shown.ask("Ask by chat");
    await shown.reads("We are asking Marta.");
  });

  test("a question whose words cannot be read yet is said to follow, and does", async () => {
    await shown.open();
    await box().fill("Was it sent twice?");
    await shown.ask("Ask by chat");
    await text("“Was it sent twice?”");
    const [isLocked, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const held = asService(async (tx) => {
      await tx`lock table contexts in access exclusive mode`;
      isLocked.resolve();
      await isOver.promise;
    });
    await isLocked.promise;
    await shown.open();
    await shown.reads("We are asking Marta.");
    await text("The question and its details follow in a moment.");
    await shown.page.locator("iframe").screenshot({ path: `${screenshots}desk-follows.png`, animations: "disabled" });
    isOver.resolve();
    await held;
    await text("“Was it sent twice?”");
    await expect.poll(() => desk.getByText("follow in a moment").count(), patiently).toBe(0);
  });
});
