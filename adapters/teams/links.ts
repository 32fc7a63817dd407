import type { Colleague } from "../../src/platform/contract.ts";
import type { TeamsSettings } from "./settings.ts";

const encode = encodeURIComponent;

/**
 * Deep links; calling asks the person first. The app's own id is the client ID, the tab's name as in the manifest.
 * Source: msteams-docs, deep-link-teams, deep-link-workflow and deep-link-application.
 */
export function links({ clientId }: TeamsSettings, { address }: Colleague) {
  const page = `https://teams.microsoft.com/l/entity/${encode(clientId)}/expert`;
  if (!address) return { page };
  return {
    page,
    call: `https://teams.microsoft.com/l/call/0/0?users=${encode(address)}`,
    chat: `https://teams.microsoft.com/l/chat/0/0?users=${encode(address)}`,
  };
}
