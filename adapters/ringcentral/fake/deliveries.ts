/** What becomes of the next event on its way out. */
export type Mishap = "lose" | "duplicate" | "delay";
export type Delivered = { uuid: string; body: Record<string, unknown>; status: number };
export type Outgoing = { address: string; secret: string; body: Record<string, unknown>; done(status: number): void };

const timeoutMs = 3_000;
const keptMax = 1_000;

export type Deliveries = ReturnType<typeof createDeliveries>;

/** Posts events once each. RingCentral promises neither order nor a second try. */
export function createDeliveries(send: typeof fetch, secretHeader: () => string) {
  const mishaps: Mishap[] = [];
  const delayed: Outgoing[] = [];
  const log: Delivered[] = [];
  const underWay = new Set<Promise<void>>();

  const deliver = async (event: Outgoing): Promise<void> => {
    const headers = { "content-type": "application/json", [secretHeader()]: event.secret };
    const init = { method: "POST", headers, body: JSON.stringify(event.body), signal: AbortSignal.timeout(timeoutMs) };
    const status = await send(event.address, init).then(
      (response) => response.status,
      () => 0,
    );
    log.push({ uuid: String(event.body.uuid), body: event.body, status });
    if (log.length > keptMax) log.shift();
    event.done(status);
  };
  const start = (event: Outgoing): void => {
    const delivering = deliver(event);
    underWay.add(delivering);
    void delivering.finally(() => underWay.delete(delivering));
  };

  return {
    /** The latest events, in the order of their answers; status 0 stands for no answer. */
    log,
    push(event: Outgoing): void {
      const mishap = mishaps.shift();
      if (mishap === "lose") return;
      if (mishap === "delay") return void delayed.push(event);
      start(event);
      if (mishap === "duplicate") start(event);
    },
    /** The next `times` events meet with this. Delayed ones wait for `flush`. */
    misbehave(mishap: Mishap, times = 1): void {
      for (let count = 0; count < times; count++) mishaps.push(mishap);
    },
    /** Sends what was delayed, the newest first. */
    flush(): void {
      for (const event of delayed.splice(0).reverse()) start(event);
    },
    /** Waits until nothing is on its way. */
    async idle(): Promise<void> {
      while (underWay.size > 0) await Promise.allSettled([...underWay]);
    },
  };
}
