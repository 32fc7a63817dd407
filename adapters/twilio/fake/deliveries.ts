import type { Clock } from "../../../src/testing/clock.ts";
import { prove } from "../signature.ts";

/** What becomes of the next callback on its way to us. */
export type Mishap = "lose" | "duplicate" | "reorder" | { delayMs: number };
export type Callback = {
  url: string;
  /** Callbacks about the same thing go out one after the other. */
  subject: string;
  content: { form: Record<string, string> } | { json: unknown };
  /** Event Streams tries for hours, a status callback once more. */
  persistent: boolean;
};
export type DeliveryTry = { url: string; subject: string; body: string; status: number };

const persistentRetriesMs = [1_000, 5_000, 30_000, 60_000, 300_000];
const onceMoreMs = [1_000];
const triesMax = 1_000;

/** Sends callbacks, each signed with the primary auth token. */
export function createDeliveries(options: { clock: Clock; fetch: typeof fetch; authToken: () => string }) {
  const mishaps: Mishap[] = [];
  const heldBack: Callback[] = [];
  const tries: DeliveryTry[] = [];
  const underWay = new Map<string, Promise<void>>();

  const post = async ({ url, content }: Callback): Promise<{ body: string; status: number }> => {
    const isForm = "form" in content;
    const body = isForm ? new URLSearchParams(content.form).toString() : JSON.stringify(content.json);
    const proof = await prove(options.authToken(), url, body, isForm);
    const init = { method: "POST", headers: proof.headers, body };
    const status = await options.fetch(proof.url, init).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      () => 0,
    );
    return { body, status };
  };

  const attempt = async (callback: Callback, retry: number): Promise<void> => {
    const { body, status } = await post(callback);
    tries.push({ url: callback.url, subject: callback.subject, body, status });
    if (tries.length > triesMax) tries.shift();
    const waitMs = (callback.persistent ? persistentRetriesMs : onceMoreMs)[retry];
    const isSettled = callback.persistent ? status >= 200 && status < 300 : status > 0 && status < 500;
    if (!isSettled && waitMs !== undefined) options.clock.after(waitMs, () => start(callback, retry + 1));
  };

  const start = (callback: Callback, retry = 0): void => {
    const { subject } = callback;
    const attempted = (underWay.get(subject) ?? Promise.resolve()).then(() => attempt(callback, retry));
    underWay.set(subject, attempted);
    void attempted.finally(() => underWay.get(subject) === attempted && underWay.delete(subject));
  };

  return {
    tries,
    send(callback: Callback): void {
      const mishap = mishaps.shift();
      if (mishap === "lose") return;
      if (mishap === "reorder") return void heldBack.push(callback);
      if (typeof mishap === "object") return void options.clock.after(mishap.delayMs, () => start(callback));
      start(callback);
      if (mishap === "duplicate") start(callback);
      for (const late of heldBack.splice(0)) start(late);
    },
    misbehave(mishap: Mishap, times = 1): void {
      for (let count = 0; count < times; count++) mishaps.push(mishap);
    },
    /** Waits until nothing is on its way; what waits for the clock does not count. */
    async idle(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled([...underWay.values()]);
    },
  };
}
