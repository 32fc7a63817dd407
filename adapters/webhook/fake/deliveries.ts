import { signatureHeaders } from "../../../src/platform/signature.ts";
import type { Clock } from "../../../src/testing/clock.ts";
import type { WireEvent } from "../wire.ts";

/** What becomes of the next event on its way to us. */
export type Mishap = "lose" | "duplicate" | "reorder" | { delayMs: number };
export type DeliveryTry = { eventId: string; type: WireEvent["type"]; status: number };

/** Standard Webhooks asks for retries over hours; a fake is not left running that long. */
const retriesMs = [500, 2_000, 10_000, 30_000, 60_000, 300_000];
const triesMax = 1_000;
const answerMsMax = 5_000;

export type Deliveries = ReturnType<typeof createDeliveries>;

/** Sends events, each signed, at least once: until a 2xx (or a 410) answers, or the retries are used up. */
export function createDeliveries(options: {
  clock: Clock;
  secrets: () => readonly string[];
  fetch: typeof fetch;
  address: string | undefined;
}) {
  const { clock } = options;
  let { address } = options;
  const mishaps: Mishap[] = [];
  const heldBack: WireEvent[] = [];
  const tries: DeliveryTry[] = [];
  /** The last delivery about each agent, interaction and command. */
  const underWay = new Map<string, Promise<void>>();

  const attempt = async (event: WireEvent, retry: number): Promise<void> => {
    if (address === undefined) return;
    const status = await post(address, event).catch(() => 0);
    tries.push({ eventId: event.eventId, type: event.type, status });
    if (tries.length > triesMax) tries.shift();
    const waitMs = retriesMs[retry];
    const settled = (status >= 200 && status < 300) || status === 410;
    if (!settled && waitMs !== undefined) clock.after(waitMs, () => start(event, retry + 1));
  };

  const post = async (url: string, event: WireEvent): Promise<number> => {
    const body = new TextEncoder().encode(JSON.stringify(event));
    const proof = await signatureHeaders(options.secrets(), { id: event.eventId, sentAt: clock.now(), body });
    const headers = { ...proof, "content-type": "application/json" };
    const signal = AbortSignal.timeout(answerMsMax);
    const response = await options.fetch(url, { method: "POST", headers, body, signal });
    await response.body?.cancel();
    return response.status;
  };

  /** What is about the same subject goes out in order; the rest does not wait for it. */
  const start = (event: WireEvent, retry = 0): void => {
    const subject = subjectOf(event);
    const attempted = (underWay.get(subject) ?? Promise.resolve()).then(() => attempt(event, retry));
    underWay.set(subject, attempted);
    void attempted.finally(() => underWay.get(subject) === attempted && underWay.delete(subject));
  };

  return {
    tries,
    sendTo(url: string): void {
      address = url;
    },
    send(event: WireEvent): void {
      const mishap = mishaps.shift();
      if (mishap === "lose") return;
      if (mishap === "reorder") return void heldBack.push(event);
      if (typeof mishap === "object") return void clock.after(mishap.delayMs, () => start(event));
      start(event);
      if (mishap === "duplicate") start(event);
      for (const late of heldBack.splice(0)) start(late);
    },
    /** The next `times` events meet with this. */
    misbehave(mishap: Mishap, times = 1): void {
      for (let count = 0; count < times; count++) mishaps.push(mishap);
    },
    /** Waits until nothing is on its way; what waits for the clock does not count. */
    async idle(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled([...underWay.values()]);
    },
  };
}

function subjectOf(event: WireEvent): string {
  if (event.type === "agent.state.changed") return event.agent;
  if (event.type === "interaction.changed") return event.interaction;
  return event.type === "command.finished" ? event.commandId : event.type;
}
