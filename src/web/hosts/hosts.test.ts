/** The vendors' shims against stand-ins of what they use of the vendors' libraries. The page itself runs in Chromium. */
import { beforeEach, expect, test, vi } from "vitest";
import { openDeskInAmazonConnect, type WorkspaceApp } from "./amazon-connect.ts";
import { type ClientApp, openDeskInGenesysCloud } from "./genesys-cloud.ts";
import type { DeskOptions, HostedDesk } from "./page.ts";
import { type Flex, openDeskInTwilioFlex } from "./twilio-flex.ts";

const opened: DeskOptions[] = [];
const shown: (string | null)[] = [];
const closed = vi.fn();
vi.mock(import("./page.ts"), () => ({
  openDesk: (options: DeskOptions) => {
    opened.push(options);
    return {
      show: (interaction: string | null) => void shown.push(interaction),
      close: closed,
    } as unknown as HostedDesk;
  },
}));
beforeEach(() => {
  opened.length = 0;
  shown.length = 0;
  closed.mockReset();
});
const base = { service: "https://patchcord.example", place: {} as HTMLElement, mintToken: async () => "token" };

function genesys() {
  const hooks = new Map<"bootstrap" | "stop", () => void>();
  const clientApp = {
    lifecycle: {
      addBootstrapListener: (listener) => void hooks.set("bootstrap", listener),
      addStopListener: (listener) => void hooks.set("stop", listener),
      bootstrapped: vi.fn(),
      stopped: vi.fn(),
    },
    alerting: { showToastPopup: vi.fn(), setAttentionCount: vi.fn() },
  } satisfies ClientApp;
  return { clientApp, hooks };
}

test("Genesys: the conversation and the language come from the widget's address", () => {
  const { clientApp } = genesys();
  const open = (query: string) =>
    openDeskInGenesysCloud({ ...base, clientApp, address: `https://host.example/desk-page?${query}` });
  open("conversation=c-1&lang=fr-CA");
  open("conversation={{gcConversationId}}&lang={{gcLangTag}}");
  expect(opened).toMatchObject([{ interaction: "c-1", language: "fr-CA" }, { interaction: null }]);
  expect(opened[1]?.language).toBeUndefined();
});

test("Genesys: a call is told once a sentence, other news only counts; the widget stops in good order", () => {
  const { clientApp, hooks } = genesys();
  openDeskInGenesysCloud({ ...base, clientApp, address: "https://host.example/" });
  const say = opened[0]?.attention;
  say?.({ level: "asked", sentence: "We are asking *Ana*." });
  say?.({ level: "call", sentence: "Ana is ringing." });
  say?.({ level: "call", sentence: "Ana is ringing." });
  say?.({ level: "none", sentence: "" });
  const { showToastPopup, setAttentionCount } = clientApp.alerting;
  expect(showToastPopup.mock.calls).toEqual([
    ["Patchcord", "Ana is ringing.", { id: "consult", markdownMessage: false }],
  ]);
  expect(setAttentionCount.mock.calls.flat()).toEqual([1, 1, 1, 0]);
  hooks.get("bootstrap")?.();
  hooks.get("stop")?.();
  expect(
    [clientApp.lifecycle.bootstrapped, closed, clientApp.lifecycle.stopped].map((each) => each.mock.calls.length),
  ).toEqual([1, 1, 1]);
});

test.each([
  ["the contact in whose scope the app was opened", { contactId: "contact-1" }, "contact-1"],
  ["no contact where there is none", undefined, null],
  ["no contact where the scope is another", {}, null],
])("Amazon Connect: shows %s, and closes with the app", async (_what, scope, interaction) => {
  const init = vi.fn<WorkspaceApp["init"]>();
  const desk = openDeskInAmazonConnect({ ...base, app: { init } });
  expect(opened).toEqual([]);
  const [hooks] = init.mock.calls[0] ?? [];
  hooks?.onCreate({ context: { scope } });
  await desk;
  expect(opened).toMatchObject([{ interaction }]);
  hooks?.onDestroy({});
  expect(closed).toHaveBeenCalledOnce();
});

test("Flex: shows the selected task by the id that stays, and listens no more once closed", () => {
  const listeners = new Set<(selected: { sid?: string; task?: { taskSid?: string } }) => void>();
  const flex: Flex = {
    Actions: {
      addListener: (_name, listener) => void listeners.add(listener),
      removeListener: (_name, listener) => void listeners.delete(listener),
    },
  };
  const desk = openDeskInTwilioFlex({ ...base, flex, task: "WT1" });
  expect(opened).toMatchObject([{ interaction: "WT1" }]);
  for (const listen of listeners) {
    listen({ sid: "WR2", task: { taskSid: "WT2" } });
    listen({ sid: "WR3" });
  }
  expect(shown).toEqual(["WT2", null]);
  desk.close();
  expect([listeners.size, closed.mock.calls.length]).toEqual([0, 1]);
});
