import { BridgeError, isBridgeError } from "../../src/errors.ts";
import { type Ask, ask } from "./request.ts";
import type { Twilio } from "./settings.ts";

/** What a connection needs, each with what to do when it is not there. */
const needs: readonly (readonly [ask: (c: Twilio) => Ask, fix: string])[] = [
  [
    () => ({ api: "taskRouter", path: "" }),
    "The API key cannot read the TaskRouter workspace: compare account SID, workspace SID and API key, and give the key access to TaskRouter.",
  ],
  [
    () => ({ api: "voice", path: "/Conferences.json", query: { PageSize: 1 } }),
    "The API key cannot read voice conferences: give it access to Voice, or make a standard key.",
  ],
  [
    () => ({ api: "events", path: "/Sinks", query: { PageSize: 1 } }),
    "The API key cannot read Event Streams: give it access to Events, or make a standard key.",
  ],
  [
    ({ settings: { accountSid, authToken } }) => ({
      api: "voice",
      path: "/Conferences.json",
      query: { PageSize: 1 },
      credentials: [accountSid, authToken],
    }),
    "Twilio does not accept the auth token: copy the primary auth token of the account. Without it callbacks cannot be verified.",
  ],
];

/** @throws BridgeError `platform_unauthorized` with what to change and where. */
export async function check(c: Twilio): Promise<void> {
  for (const [wanted, fix] of needs)
    await ask(c, { ...wanted(c), lane: "bulk" }).catch((error: unknown) => {
      const isOurs = isBridgeError(error) && ["platform_unauthorized", "not_found"].includes(error.code);
      throw isOurs ? new BridgeError("platform_unauthorized", fix, { details: error.details ?? {} }) : error;
    });
}
