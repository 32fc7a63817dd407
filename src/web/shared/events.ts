/** Server-sent events over `fetch`, so that a token can travel in a header, resuming after every break. */

export type ServerEvent = { event: string; data: string; id: string | undefined };

/** Splits a stream of text into events, as the HTML standard describes. Feed pieces in any cut. */
export function createEventParser(found: (event: ServerEvent) => void): (piece: string) => void {
  let rest = "";
  let event = "";
  let data: string[] = [];
  let id: string | undefined;

  const readLine = (line: string) => {
    if (line === "") {
      if (data.length > 0) found({ event: event || "message", data: data.join("\n"), id });
      event = "";
      data = [];
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") event = value;
    if (field === "data") data.push(value);
    if (field === "id") id = value;
  };

  return (piece) => {
    const text = rest + piece;
    // A carriage return at the very end may be half of a line break.
    const complete = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = complete.split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + text.slice(complete.length);
    for (const line of lines) readLine(line);
  };
}

/** How long to wait before attempt `attempt` (from 1): doubling up to 10 s, spread by `random` in [0, 1). */
export const backOffMs = (attempt: number, random: number): number =>
  Math.min(10_000, 500 * 2 ** Math.min(attempt - 1, 5)) * (0.5 + random / 2);

export type Feed = {
  /** Asked for each attempt, so that a renewed token is used. */
  headers(): Record<string, string>;
  event(event: ServerEvent): void;
  /** `resumed`: it goes on where it was; else what happened before is not in it and has to be read. */
  open(resumed: boolean): void;
  /** The stream broke or could not be opened. `status` where the service answered. */
  lost(status: number | undefined): void;
};

/** The service sends a comment every 15 s; silence for longer than this means that the stream is dead. */
const silenceMs = 40_000;

export type Following = {
  stop(): void;
  /** Tries again at once. */
  wake(): void;
  /** The address has changed: goes on from the same place there. That is no loss and is not reported. */
  renew(): void;
};

/** Follows a stream for ever. `address` is asked for at each attempt. */
export function follow(address: () => string, feed: Feed): Following {
  const stopped = new AbortController();
  let wake = () => {};
  let isRenewing = false;
  let current = new AbortController();
  let lastId: string | undefined;
  let attempt = 0;

  const parse = () =>
    createEventParser((event) => {
      lastId = event.id ?? lastId;
      feed.event(event);
    });

  async function connect(): Promise<number | undefined> {
    const attemptOver = new AbortController();
    [current, isRenewing] = [attemptOver, false];
    const resumed = lastId !== undefined;
    const headers = { accept: "text/event-stream", ...feed.headers(), ...(lastId && { "last-event-id": lastId }) };
    let timer = setTimeout(() => attemptOver.abort(), silenceMs);
    try {
      const signal = AbortSignal.any([stopped.signal, attemptOver.signal]);
      const answer = await fetch(address(), { headers, signal, cache: "no-store" });
      if (!answer.ok || !answer.body) return answer.status;
      attempt = 0;
      feed.open(resumed);
      const take = parse();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(timer);
        timer = setTimeout(() => attemptOver.abort(), silenceMs);
        take(part.value);
      }
      return undefined;
    } catch {
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  const pause = (ms: number) =>
    new Promise<void>((resume) => {
      const timer = setTimeout(resume, ms);
      wake = () => {
        clearTimeout(timer);
        resume();
      };
    });

  async function run() {
    while (!stopped.signal.aborted) {
      const status = await connect();
      if (stopped.signal.aborted) return;
      if (isRenewing) continue;
      feed.lost(status);
      attempt++;
      await pause(backOffMs(attempt, Math.random()));
    }
  }

  void run();
  return {
    stop: () => stopped.abort(),
    wake: () => wake(),
    renew() {
      isRenewing = true;
      current.abort();
      wake();
    },
  };
}
