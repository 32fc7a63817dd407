/** A contact center whose calls only the agent's browser can drive: the desk hands each command to the page around it. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasBrowser } from "../testing/browser.ts";
import { type DeskRoom, deskIn, openDeskRoom, patiently, type ShownDesk } from "../testing/desk-room.ts";
import { isHandedOver, isTogether, isWithAgent } from "./hearing.ts";

describe.skipIf(!hasBrowser)("calls that only the agent's browser can drive (needs Chromium)", () => {
  let room: DeskRoom;
  let desk: ShownDesk;

  beforeAll(async () => {
    room = await openDeskRoom({ softphone: true });
  }, 180_000);
  afterAll(() => room?.close());
  beforeEach(async () => {
    desk = deskIn(room, await room.openPage());
    await room.startCall();
  });
  afterEach(async () => {
    for (const context of room.browser.contexts()) await context.close();
    await room.tidyUp();
  });

  const operations = (from = desk) =>
    from.page.evaluate("window.commands.map(({ operation }) => operation)") as Promise<string[]>;
  /** What the service itself sent to the contact center: never a command. */
  const sentByServer = () => room.call()?.commands ?? [];

  test("a whole consult: rung, together, handed over, each carried out once and by the page alone", async () => {
    await desk.open("?softphone=works");
    await desk.talkInPrivate();
    await desk.press("All together");
    await room.becomes(isTogether);
    expect(sentByServer()).toEqual([]);
    await desk.press("Hand over");
    await desk.reads("Marta has Lucía.");
    await room.becomes(isHandedOver);
    expect(await operations()).toEqual(["startConsult", "mergeConference", "completeTransfer"]);
  });

  test("the phone in the browser is not there: it is said, with what to do, and the customer stays", async () => {
    await desk.open();
    await desk.ask("Consult");
    await room.martaAnswers("now");
    await desk.desk.getByText("Your phone in the browser was not there to do it.").first().waitFor(patiently);
    await room.becomes(isWithAgent);
    expect(await operations()).toEqual([]);
  });

  test("the phone refuses: it is said, and the customer stays", async () => {
    await desk.open("?softphone=refuses");
    await desk.ask("Consult");
    await room.martaAnswers("now");
    await desk.reads("The phone system would not do it. Lucía is with you.");
    expect(await operations()).toEqual(["startConsult"]);
    await room.becomes(isWithAgent);
  });

  test("the window dies with a command in its hands: another window does it, once", async () => {
    await desk.open("?softphone=dies");
    await desk.ask("Consult");
    await room.martaAnswers("now");
    await expect.poll(() => operations(), patiently).toEqual(["startConsult"]);
    await desk.page.context().close();
    desk = deskIn(room, await room.openPage());
    await desk.open("?softphone=works");
    await room.phoneDoes("answer-phone");
    await desk.reads("You are talking to Marta. Lucía hears music.");
    expect(await operations()).toEqual(["startConsult"]);
    expect(room.parties().experts).toHaveLength(1);
  });

  test("the page does it and its answer is lost: the platform is looked at, and nothing happens twice", async () => {
    await desk.open("?softphone=works");
    // The outcome never reaches the service.
    await desk.page.route("**/v1/desk/commands/*/outcome", (route) => route.abort());
    await desk.ask("Consult");
    await room.martaAnswers("now");
    await room.phoneDoes("answer-phone");
    await desk.reads("You are talking to Marta. Lucía hears music.");
    expect(await operations()).toEqual(["startConsult"]);
    expect(room.parties().experts).toHaveLength(1);
    await desk.press("Back to Lucía");
    await room.becomes(isWithAgent);
  });
});
