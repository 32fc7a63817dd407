import { BridgeError } from "../../src/errors.ts";
import type { Held, Presence, PresencePort, PresenceReport } from "../../src/platform/contract.ts";
import { meetingEnd, tellsMeetings } from "./calendar.ts";
import { askGraph } from "./graph.ts";
import { grant } from "./permissions.ts";
import type { TeamsConnection, TeamsSettings } from "./settings.ts";
import { closestPair, holds, readWords } from "./words.ts";

const minute = 60_000;

/** Source: Microsoft Graph reference, "getPresencesByUserId" and "presence: setPresence". */
export const presenceFacts = {
  readMax: 650,
  readCost: "teams:presence",
  leaseMsMin: 5 * minute,
  leaseMsMax: 240 * minute,
  holds,
  push: "none",
} as const;

/** Reading and writing spend the same budget. */
const cost = "teams:presence";
const toHold = { lane: "engaged", cost, fix: grant("hold") } as const;
const toRead = { lane: "expert", cost, fix: grant("presence") } as const;

type GraphPresence = {
  id: string;
  availability?: string | null;
  activity?: string | null;
  sequenceNumber?: string | null;
};

/**
 * POST /communications/getPresencesByUserId: at most 650 ids, 1,500 requests per 30 s for each app and tenant.
 * Needs Presence.Read.All. Reports the time of asking, so that an event which overtakes the answer stays the newer one.
 */
async function read(c: TeamsConnection, accounts: readonly string[]): Promise<PresenceReport[]> {
  if (accounts.length === 0) return [];
  const observedAt = c.now();
  const answer = await askGraph<{ value: GraphPresence[] }>(c, toRead, (api) =>
    api("/communications/getPresencesByUserId").post({ ids: accounts }),
  );
  return answer.value.map((one) => toReport(one, observedAt));
}

function toReport(one: GraphPresence, observedAt: Date): PresenceReport {
  const sequence = readSequence(one.sequenceNumber);
  const report: PresenceReport = { account: one.id, presence: readWords(one), observedAt, source: "read" };
  return sequence === undefined ? report : { ...report, sequence };
}

/** Documented as text without a rule for comparing; used only where it is plainly a number. */
function readSequence(text: string | null | undefined): number | undefined {
  const number = text && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) ? number : undefined;
}

/**
 * Shows a status on somebody's behalf as our application's presence session, which its client id names.
 * POST /users/{id}/presence/setPresence; needs Presence.ReadWrite.All. Accepted are 5 to 240 minutes. A status that the
 * person chose by hand, and any stronger session of theirs, stays on top of ours. Safe to repeat: renews the lease.
 * @throws BridgeError `unsupported` where Teams has no pair for this presence.
 */
async function hold(c: TeamsConnection, account: string, presence: Presence, leaseMs: number): Promise<Held> {
  const closest = closestPair(presence);
  if (!closest) throw new BridgeError("unsupported", `Teams cannot show ${presence.availability} on somebody's behalf`);
  const expirationDuration = toIsoDuration(leaseMs);
  const expiresAt = new Date(c.now().getTime() + leaseMs);
  const body = { sessionId: c.settings.clientId, ...closest.pair, expirationDuration };
  await askGraph(c, toHold, (api) => api(presencePath(account, "setPresence")).post(body));
  return { presence: closest.presence, expiresAt };
}

/**
 * Ends our session; what the person shows themselves comes back. POST /users/{id}/presence/clearPresence, which answers
 * 404 when there is none (any more). Safe to repeat.
 */
async function release(c: TeamsConnection, account: string): Promise<"released"> {
  const body = { sessionId: c.settings.clientId };
  await askGraph(c, toHold, (api) => api(presencePath(account, "clearPresence")).post(body)).catch((error: unknown) => {
    if (!(error instanceof BridgeError && error.code === "not_found")) throw error;
  });
  return "released";
}

const presencePath = (account: string, action: string) => `/users/${encodeURIComponent(account)}/presence/${action}`;

function toIsoDuration(ms: number): string {
  if (ms < presenceFacts.leaseMsMin || ms > presenceFacts.leaseMsMax) {
    throw new BridgeError("invalid", "A presence in Teams can be held for 5 to 240 minutes");
  }
  const seconds = Math.floor(ms / 1_000);
  const rest = seconds % 60;
  return `PT${Math.floor(seconds / 60)}M${rest ? `${rest}S` : ""}`;
}

export const presence: PresencePort<TeamsSettings> = { read, hold, release, meetingEnd, tellsMeetings };
