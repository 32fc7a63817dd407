/** Twilio's resources as they go over the wire. */
import type { Activity, Call, Conference, Participant, Reservation, Task, Worker } from "./model.ts";
import type { Options } from "./options.ts";
import type { Sink, StreamSubscription } from "./streams.ts";

const rfc2822 = (date: Date | undefined): string | null => (date ? date.toUTCString().replace("GMT", "+0000") : null);
const iso = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

export function createViews(options: Options) {
  const { accountSid, workspaceSid } = options;
  const account = `/2010-04-01/Accounts/${accountSid}`;
  const workspace = `https://taskrouter.twilio.com/v1/Workspaces/${workspaceSid}`;
  const ofAccount = { account_sid: accountSid };
  const ofWorkspace = { ...ofAccount, workspace_sid: workspaceSid };

  return {
    call: (one: Call) => ({
      ...ofAccount,
      sid: one.sid,
      to: one.to.split("?")[0] ?? one.to,
      from: one.from,
      direction: one.direction,
      status: one.status,
      answered_by: one.endedAt && one.machineCallback ? (one.answeredBy ?? null) : null,
      api_version: "2010-04-01",
      date_created: rfc2822(one.createdAt),
      date_updated: rfc2822(one.updatedAt),
      start_time: rfc2822(one.startedAt),
      end_time: rfc2822(one.endedAt),
      uri: `${account}/Calls/${one.sid}.json`,
    }),
    conference: (one: Conference) => ({
      ...ofAccount,
      sid: one.sid,
      friendly_name: one.friendlyName,
      status: one.status,
      region: "us1",
      api_version: "2010-04-01",
      reason_conference_ended: one.reason ?? null,
      call_sid_ending_conference: one.callEnding ?? null,
      date_created: rfc2822(one.createdAt),
      date_updated: rfc2822(one.updatedAt),
      uri: `${account}/Conferences/${one.sid}.json`,
      subresource_uris: { participants: `${account}/Conferences/${one.sid}/Participants.json` },
    }),
    participant: (conference: Conference, one: Participant) => ({
      ...ofAccount,
      call_sid: one.call.sid,
      label: one.label ?? null,
      conference_sid: conference.sid,
      hold: one.hold,
      muted: one.muted,
      coaching: one.coached !== undefined,
      call_sid_to_coach: one.coached ?? null,
      end_conference_on_exit: one.endConferenceOnExit,
      start_conference_on_enter: one.startConferenceOnEnter,
      status: participantStatus(one.call),
      queue_time: null,
      date_created: rfc2822(one.createdAt),
      date_updated: rfc2822(one.updatedAt),
      uri: `${account}/Conferences/${conference.sid}/Participants/${one.call.sid}.json`,
    }),
    task: (one: Task, alone: boolean) => ({
      ...ofWorkspace,
      sid: one.sid,
      assignment_status: one.status,
      attributes: alone || options.listsAttributes ? one.attributes : null,
      age: 0,
      priority: 0,
      timeout: 86_400,
      reason: one.reason ?? null,
      task_channel_unique_name: one.channel,
      task_queue_friendly_name: one.queue,
      workflow_sid: one.workflow,
      date_created: iso(one.createdAt),
      date_updated: iso(one.updatedAt),
      url: `${workspace}/Tasks/${one.sid}`,
    }),
    reservation: (task: Task, one: Reservation) => ({
      ...ofWorkspace,
      sid: one.sid,
      task_sid: task.sid,
      reservation_status: one.status,
      worker_sid: one.worker.sid,
      worker_name: one.worker.name,
      date_created: iso(one.createdAt),
      date_updated: iso(one.updatedAt),
      url: `${workspace}/Tasks/${task.sid}/Reservations/${one.sid}`,
    }),
    worker: (one: Worker, alone: boolean) => ({
      ...ofWorkspace,
      sid: one.sid,
      friendly_name: one.name,
      activity_sid: one.activity.sid,
      activity_name: one.activity.name,
      available: one.activity.available,
      attributes: alone || options.listsAttributes ? one.attributes : null,
      date_created: iso(one.createdAt),
      date_updated: iso(one.changedAt),
      date_status_changed: iso(one.changedAt),
      url: `${workspace}/Workers/${one.sid}`,
    }),
    activity: (one: Activity) => ({
      ...ofWorkspace,
      sid: one.sid,
      friendly_name: one.name,
      available: one.available,
      url: `${workspace}/Activities/${one.sid}`,
    }),
    workspace: () => ({
      ...ofAccount,
      sid: workspaceSid,
      friendly_name: "Flex Task Assignment",
      multi_task_enabled: true,
      url: workspace,
    }),
    sink: (one: Sink) => ({
      sid: one.sid,
      description: one.description,
      sink_type: one.type,
      sink_configuration: one.configuration,
      status: one.status,
      date_created: iso(one.createdAt),
      date_updated: iso(one.createdAt),
      url: `https://events.twilio.com/v1/Sinks/${one.sid}`,
    }),
    subscription: (one: StreamSubscription) => ({
      ...ofAccount,
      sid: one.sid,
      sink_sid: one.sink,
      description: one.description,
      date_created: iso(one.createdAt),
      date_updated: iso(one.createdAt),
      url: `https://events.twilio.com/v1/Subscriptions/${one.sid}`,
    }),
    subscribedEvent: (one: StreamSubscription, type: string, version: number) => ({
      ...ofAccount,
      type,
      schema_version: version,
      subscription_sid: one.sid,
      url: `https://events.twilio.com/v1/Subscriptions/${one.sid}/SubscribedEvents/${type}`,
    }),
  };
}
export type Views = ReturnType<typeof createViews>;

const participantStatus = (call: Call) => {
  if (call.status === "in-progress") return "connected";
  return call.status === "queued" || call.status === "ringing" ? call.status : "complete";
};
