import type { Colleague } from "../../src/platform/contract.ts";
import type { TeamsSettings } from "./settings.ts";

const encode = encodeURIComponent;
/** `4:` and a number rings outside of Teams, for who may call there. */
const callTo = (whom: string) => `https://teams.microsoft.com/l/call/0/0?users=${encode(whom)}`;

/**
 * Deep links; calling asks the person first. The app's own id is the client ID, the tab's name as in the manifest.
 * Source: msteams-docs, deep-link-teams, deep-link-workflow and deep-link-application.
 */
export function links({ clientId }: TeamsSettings, { address, phone }: Colleague) {
  const page = `https://teams.microsoft.com/l/entity/${encode(clientId)}/expert`;
  if (!address) return { page, ...(phone ? { call: callTo(`4:${phone}`) } : {}) };
  return {
    page,
    call: callTo(address),
    chat: `https://teams.microsoft.com/l/chat/0/0?users=${encode(address)}`,
  };
}
