/**
 * The desk as an interaction widget of Genesys Cloud. The page that Genesys frames is one's own: it loads the Client App
 * SDK, makes a client app and hands it over. Register it with the address
 * `https://…/desk-page?conversation={{gcConversationId}}&lang={{gcLangTag}}`, integration type
 * `embedded-client-app-interaction-widget`, lifecycle hooks bootstrap and stop. The SDK notifies; it does not drive calls.
 */
import { type DeskOptions, type HostedDesk, openDesk } from "./page.ts";

/** What is used of `purecloud-client-app-sdk` 2.x. */
export type ClientApp = {
  lifecycle: {
    addBootstrapListener(listener: () => void): void;
    bootstrapped(): void;
    addStopListener(listener: () => void): void;
    stopped(): void;
  };
  alerting: {
    showToastPopup(title: string, message: string, options: { id: string; markdownMessage: boolean }): void;
    setAttentionCount(count: number): void;
  };
};

export type GenesysOptions = Omit<DeskOptions, "interaction" | "attention" | "language"> & {
  clientApp: ClientApp;
  /** The page's own address, with what Genesys filled in. */
  address?: string;
};

export function openDeskInGenesysCloud({ clientApp, address = location.href, ...options }: GenesysOptions): HostedDesk {
  const given = new URL(address).searchParams;
  const [conversation, language] = [filledIn(given.get("conversation")), filledIn(given.get("lang"))];
  const { lifecycle, alerting } = clientApp;
  let said = "";
  const desk = openDesk({
    ...options,
    interaction: conversation ?? null,
    ...(language && { language }),
    attention({ level, sentence }) {
      alerting.setAttentionCount(level === "none" ? 0 : 1);
      // Names are no markdown. The same id replaces the sentence before it.
      if (level === "call" && sentence !== said)
        alerting.showToastPopup("Patchcord", sentence, { id: "consult", markdownMessage: false });
      said = sentence;
    },
  });
  lifecycle.addBootstrapListener(() => lifecycle.bootstrapped());
  lifecycle.addStopListener(() => {
    desk.close();
    lifecycle.stopped();
  });
  return desk;
}

/** A placeholder that was not filled in is no value. */
const filledIn = (value: string | null): string | undefined => (value && !value.startsWith("{{") ? value : undefined);
