import { BridgeError } from "../errors.ts";
import type { Service } from "../platform/service.ts";

/** An expert who is asked later than this after the agent wished it has been asked too late. */
const lateMsMax = 2_000;
/** By then a request has gone to the database several times. */
const waitedMsMax = 500;
const againMs = 5_000;

/**
 * New requests for help begin only while what was begun is worked off as it comes: who is refused at once can ask somebody
 * else, while a card that comes a minute late helps nobody, and help that is under way must not wait for it.
 * @throws BridgeError `unavailable`, before anything has been done.
 */
export function refuseWhenBehind({ database }: Service, tenantId: string): void {
  const isBehind = database.waitedMs() > waitedMsMax || (database.hands?.lateMs(tenantId) ?? 0) > lateMsMax;
  if (!isBehind) return;
  throw new BridgeError(
    "unavailable",
    "More help is being asked for than can be given just now. Nobody was asked, and the customer stays with you. Try again in a few seconds.",
    { retryAfterMs: againMs },
  );
}
