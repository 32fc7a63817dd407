import type { MeetingsPort } from "../../src/platform/contract.ts";
import { askGraph } from "./graph.ts";
import { grant } from "./permissions.ts";
import type { TeamsConnection, TeamsSettings } from "./settings.ts";

const meetingMs = 3_600_000;

const fix = `${grant("meetings")}. It also takes an application access policy for the organizer (New-CsApplicationAccessPolicy, Grant-CsApplicationAccessPolicy)`;

/**
 * POST /users/{id}/onlineMeetings/createOrGet; needs OnlineMeetings.ReadWrite.All and, for this organizer, an
 * application access policy. Makes no calendar entry. Safe to repeat: the same key and organizer give the same meeting.
 * The hour that it is planned for does not end it. At most 2,000 meetings for each user and month.
 */
async function create(c: TeamsConnection, organizer: string, subject: string, key: string) {
  const startsAt = c.now();
  const body = {
    externalId: key,
    subject,
    startDateTime: startsAt.toISOString(),
    endDateTime: new Date(startsAt.getTime() + meetingMs).toISOString(),
  };
  const meeting = await askGraph<{ id: string; joinWebUrl: string }>(c, { lane: "call", fix }, (api) =>
    api(`/users/${encodeURIComponent(organizer)}/onlineMeetings/createOrGet`).post(body),
  );
  return { joinUrl: meeting.joinWebUrl, ref: meeting.id };
}

export const meetings: MeetingsPort<TeamsSettings> = { create };
