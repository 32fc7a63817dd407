import type { Colleague } from "../../src/platform/contract.ts";
import type { Settings } from "./settings.ts";

/**
 * Deep links. A chat is named by an id that only its members' own sign-in can ask for, so there is no link to one.
 * Source: developer guide, team messaging, "Deep-linking into RingCentral app".
 */
export const links = (_settings: Settings, { phone }: Colleague) =>
  phone ? { call: `https://app.ringcentral.com/r/call?number=${encodeURIComponent(phone)}` } : {};
