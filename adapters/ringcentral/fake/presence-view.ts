import { isDnd, presenceStatusOf, telephonyStatusOf } from "./presences.ts";
import { type FakeExtension, isUser, type World } from "./world.ts";

const callsInEvent = 7;

/** As RingCentral answers a reader. Who hides is offline to everybody else. */
export function toPresence(world: World, extension: FakeExtension, detailed: boolean): Record<string, unknown> {
  const base = `${world.origin}/restapi/v1.0/account/${world.accountId}/extension/${extension.id}`;
  const { id, extensionNumber } = extension;
  const head = { uri: `${base}/presence`, extension: { uri: base, id: Number(id), extensionNumber } };
  if (!isUser(extension)) return { ...head, presenceStatus: "Offline" };
  const { calls, message, callerIdVisibility } = world.presences.of(id);
  const isSeen = mayBeSeen(world, extension);
  return {
    ...head,
    ...statuses(world, extension),
    telephonyStatus: isSeen ? telephonyStatusOf(world.presences.of(id)) : "NoCall",
    message,
    callerIdVisibility,
    ...(detailed ? { activeCalls: isSeen ? calls : [] } : {}),
  };
}

/** As an event says it: the phone's state only when it has changed, and the latest seven calls. */
export function toEventBody(
  world: World,
  extension: FakeExtension,
  change: { isPhoneChanged: boolean; isOld: boolean; detailed: boolean },
): Record<string, unknown> {
  const presence = world.presences.of(extension.id);
  const calls = mayBeSeen(world, extension) ? presence.calls : [];
  return {
    ...(change.isOld
      ? { extensionId: Number(extension.id) }
      : { extensionId: extension.id, sequence: presence.sequence }),
    ...statuses(world, extension),
    ...(change.isPhoneChanged ? { telephonyStatus: telephonyStatusOf({ ...presence, calls }) } : {}),
    ...(change.detailed ? { totalActiveCalls: calls.length, activeCalls: calls.slice(-callsInEvent) } : {}),
  };
}

const mayBeSeen = (world: World, extension: FakeExtension) =>
  world.presences.of(extension.id).allowSeeMyPresence || extension.id === world.user.extensionId;

function statuses(world: World, extension: FakeExtension): Record<string, unknown> {
  const presence = world.presences.of(extension.id);
  const { allowSeeMyPresence, ringOnMonitoredCall, pickUpCallsOnHold, acceptCallQueueCalls, isInMeeting } = presence;
  const isSeen = mayBeSeen(world, extension);
  return {
    presenceStatus: isSeen ? presenceStatusOf(presence) : "Offline",
    userStatus: isSeen ? presence.userStatus : "Offline",
    dndStatus: presence.dndStatus,
    ...(world.callHandling === "new"
      ? { dndStatusPersonal: isDnd(presence) ? presence.dndStatus : "TakeAllCalls", acceptCallQueueCalls }
      : {}),
    meetingStatus: isSeen && isInMeeting ? "Connected" : "Disconnected",
    allowSeeMyPresence,
    ringOnMonitoredCall,
    pickUpCallsOnHold,
  };
}
