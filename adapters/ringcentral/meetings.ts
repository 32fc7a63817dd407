import { z } from "zod";
import { askFor, extensionId, remember } from "./ask.ts";
import { heavy, type RingCentral } from "./settings.ts";

/** Instant rooms are kept for three days (developer guide, video). */
const roomMs = 3 * 24 * 3_600_000;

const bridge = z.looseObject({ id: z.string(), discovery: z.looseObject({ web: z.url() }) });
const room = z.object({ joinUrl: z.string(), ref: z.string() });

/**
 * A RingCentral Video room of the organizer's, open to guests by its link. Group Heavy, app scope Video; the service
 * user must be a super admin or the organizer's delegate. RingCentral knows no idempotency key: we remember the room.
 */
export async function create(c: RingCentral, organizer: string, subject: string, key: string) {
  const kept = await remember(c, `room.${key}`, roomMs, async () => {
    const path = `/rcvideo/v2/account/~/extension/${extensionId(organizer)}/bridges`;
    const body = {
      name: subject,
      type: "Instant",
      // The link carries the password, so it costs nobody a step.
      security: { passwordProtected: true, noGuests: false, sameAccount: false },
      preferences: { joinBeforeHost: true, join: { waitingRoomRequired: "Nobody" } },
    };
    const made = await askFor(c, { method: "POST", path, body, cost: heavy, lane: "call" }, bridge);
    return JSON.stringify({ joinUrl: made.discovery.web, ref: made.id });
  });
  return room.parse(JSON.parse(kept));
}
