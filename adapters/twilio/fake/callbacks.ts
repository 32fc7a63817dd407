/** What Twilio tells when, and in which words. Sources: Call and Conference status callbacks, TaskRouter events. */
import type { Happening } from "./exchange.ts";
import { type Call, isOver, newSid, type Participant } from "./model.ts";
import type { WorkspaceEvent } from "./workspace.ts";

type Identity = { accountSid: string; workspaceSid: string };

/** The parameters of a callback about a call's progress. */
export function callForm(identity: Identity, call: Call, at: Date): Record<string, string> {
  const timing = isOver(call) ? { CallDuration: durationOf(call) } : {};
  return {
    AccountSid: identity.accountSid,
    ApiVersion: "2010-04-01",
    CallSid: call.sid,
    CallStatus: call.status,
    Direction: call.direction,
    From: call.from,
    To: call.to.split("?")[0] ?? call.to,
    SequenceNumber: String(call.sequence),
    CallbackSource: "call-progress-events",
    Timestamp: at.toUTCString().replace("GMT", "+0000"),
    ...timing,
  };
}

const durationOf = ({ startedAt, endedAt }: Call) =>
  String(Math.round(((endedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? endedAt?.getTime() ?? 0)) / 1000));

export const machineForm = (identity: Identity, call: Call): Record<string, string> => ({
  AccountSid: identity.accountSid,
  CallSid: call.sid,
  AnsweredBy: call.answeredBy ?? "unknown",
  MachineDetectionDuration: "2400",
});

export function conferenceForm(
  identity: Identity,
  happening: Happening & { what: "conference" },
  at: Date,
): Record<string, string> {
  const { conference, event, participant, why } = happening;
  return {
    AccountSid: identity.accountSid,
    ConferenceSid: conference.sid,
    FriendlyName: conference.friendlyName,
    SequenceNumber: String(conference.sequence),
    StatusCallbackEvent: event,
    Timestamp: at.toUTCString().replace("GMT", "+0000"),
    ...(participant && participantForm(participant)),
    ...(event === "participant-leave" && participant && leaveForm(participant, why)),
    ...(event === "conference-end" && conference.reason ? { ReasonConferenceEnded: conference.reason } : {}),
    ...(event === "conference-end" && conference.callEnding ? { CallSidEndingConference: conference.callEnding } : {}),
  };
}

const participantForm = (one: Participant): Record<string, string> => ({
  CallSid: one.call.sid,
  Hold: String(one.hold),
  Muted: String(one.muted),
  Coaching: String(one.coached !== undefined),
  EndConferenceOnExit: String(one.endConferenceOnExit),
  StartConferenceOnEnter: String(one.startConferenceOnEnter),
  ...(one.label ? { ParticipantLabel: one.label } : {}),
});

const leaveForm = (one: Participant, why = "participant_hung_up"): Record<string, string> => ({
  ParticipantCallStatus: one.call.status,
  ReasonParticipantLeft: why,
});

const groups: Readonly<Record<string, string>> = {
  "participant-join": "join",
  "participant-leave": "leave",
  "participant-hold": "hold",
  "participant-unhold": "hold",
  "participant-modify": "modify",
  "conference-start": "start",
  "conference-end": "end",
};

/** The word by which one subscribes to this event (`ConferenceStatusCallbackEvent`). */
export const groupOf = (event: string): string => groups[event] ?? event;

/** TaskRouter's own event: snake case in Event Streams, Pascal case in the workspace's callback. */
export function workspacePayload(identity: Identity, event: WorkspaceEvent, at: Date): Record<string, string> {
  const { type, worker, task, reservation } = event;
  return {
    sid: newSid("EV"),
    eventtype: type,
    account_sid: identity.accountSid,
    workspace_sid: identity.workspaceSid,
    workspace_name: "Flex Task Assignment",
    timestamp: at.toISOString(),
    timestamp_ms: String(at.getTime()),
    ...(worker && {
      worker_sid: worker.sid,
      worker_name: worker.name,
      worker_attributes: worker.attributes,
      worker_activity_name: worker.activity.name,
      worker_activity_sid: worker.activity.sid,
    }),
    ...(task && {
      task_sid: task.sid,
      task_attributes: task.attributes,
      task_assignment_status: task.status,
      task_channel_unique_name: task.channel,
      task_queue_name: task.queue,
      workflow_sid: task.workflow,
    }),
    ...(reservation && { reservation_sid: reservation.sid }),
  };
}

const special: Readonly<Record<string, string>> = { eventtype: "EventType" };
const pascal = (name: string) =>
  special[name] ?? name.replaceAll(/(^|_)([a-z])/g, (_all, _start, letter: string) => letter.toUpperCase());

export const workspaceForm = (payload: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(payload).map(([name, value]) => [pascal(name), value]));

/** One event of Event Streams; sinks get arrays of them. */
export const cloudEvent = (identity: Identity, payload: Record<string, string>) => ({
  specversion: "1.0",
  type: `com.twilio.taskrouter.${payload.eventtype}`,
  source: identity.workspaceSid,
  id: payload.sid,
  dataschema: "https://events-schemas.twilio.com/TaskRouter.WDSEvent/4",
  datacontenttype: "application/json",
  time: payload.timestamp,
  data: {
    sid: payload.sid,
    name: payload.eventtype,
    account_sid: identity.accountSid,
    timestamp: payload.timestamp,
    level: "INFO",
    product_name: "TaskRouter",
    payload_type: "application/json",
    payload,
  },
});
