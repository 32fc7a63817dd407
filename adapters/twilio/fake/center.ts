/** How the parts of the fake hang together: what happens to calls and workers is told to whoever asked for it. */
import { createBells } from "./bells.ts";
import {
  callForm,
  cloudEvent,
  conferenceForm,
  groupOf,
  machineForm,
  workspaceForm,
  workspacePayload,
} from "./callbacks.ts";
import { createDeliveries } from "./deliveries.ts";
import { createExchange, type Happening } from "./exchange.ts";
import { createFlexTokens } from "./flex-tokens.ts";
import type { Options } from "./options.ts";
import { createStreams } from "./streams.ts";
import { createWorkspace, type WorkspaceEvent } from "./workspace.ts";

export type Center = ReturnType<typeof createCenter>;

export function createCenter(options: Options) {
  const { clock } = options;
  const listeners = new Set<() => void>();
  const state = {
    dials: 0,
    credentials: new Map([
      [options.apiKeySid, options.apiKeySecret],
      [options.accountSid, options.authToken],
    ]),
    workspaceCallback: undefined as { url: string; filter: readonly string[] } | undefined,
  };
  const deliveries = createDeliveries({ clock, fetch: options.fetch, authToken: () => options.authToken });
  const streams = createStreams(clock);
  const flexTokens = createFlexTokens(clock);

  const notify = (): void => {
    for (const listener of listeners) listener();
  };

  const tellCall = (happening: Happening): void => {
    const now = clock.now();
    if (happening.what === "call") {
      const { call, event } = happening;
      if (call.callback?.events.includes(event))
        send(call.callback.url, call.sid, { form: callForm(options, call, now) });
    } else if (happening.what === "machine") {
      const { call } = happening;
      if (call.machineCallback) send(call.machineCallback, call.sid, { form: machineForm(options, call) });
    } else {
      const { conference, event } = happening;
      if (conference.callback?.events.includes(groupOf(event)))
        send(conference.callback.url, conference.sid, { form: conferenceForm(options, happening, now) });
      if (event === "conference-end") wrapUp(conference.friendlyName);
    }
    notify();
  };

  const send = (url: string, subject: string, content: { form: Record<string, string> }): void =>
    deliveries.send({ url, subject, content, persistent: false });

  const tellWorkspace = (event: WorkspaceEvent): void => {
    const payload = workspacePayload(options, event, clock.now());
    const subject = event.worker?.sid ?? event.task?.sid ?? "";
    for (const url of streams.destinationsOf(`com.twilio.taskrouter.${event.type}`))
      deliveries.send({ url, subject, content: { json: [cloudEvent(options, payload)] }, persistent: true });
    const { workspaceCallback } = state;
    if (workspaceCallback && (workspaceCallback.filter.length === 0 || workspaceCallback.filter.includes(event.type)))
      send(workspaceCallback.url, subject, { form: workspaceForm(payload) });
    notify();
  };

  /** Flex moves a task to wrap-up when its conference has ended. A leg that leaves does not move it. */
  const wrapUp = (ref: string): void => {
    const task = workspace.tasks.get(ref);
    if (task?.status === "assigned") workspace.moveTask(task, "wrapping");
  };

  const workspace = createWorkspace(clock, options, tellWorkspace);
  const exchange = createExchange(clock, options, tellCall);
  const bells = createBells(clock, options.dialMs, exchange);
  return { flexTokens, options, clock, state, listeners, deliveries, streams, workspace, exchange, bells };
}
