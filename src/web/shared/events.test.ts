import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { backOffMs, createEventParser, follow, type ServerEvent } from "./events.ts";

const read = (pieces: string[]): ServerEvent[] => {
  const events: ServerEvent[] = [];
  const take = createEventParser((event) => events.push(event));
  for (const piece of pieces) take(piece);
  return events;
};

describe("an event stream", () => {
  const stream =
    ': hello\n\nevent: hello\nid: 1.1\ndata: {"a":1}\n\nevent: consult\r\ndata: one\r\ndata: two\r\n\r\ndata: plain\n\nevent: cut\ndata: off';
  const events = [
    { event: "hello", data: '{"a":1}', id: "1.1" },
    { event: "consult", data: "one\ntwo", id: "1.1" },
    { event: "message", data: "plain", id: "1.1" },
  ];

  test("is split into events; comments and the unfinished rest are not events", () => {
    expect(read([stream])).toEqual(events);
  });

  test("reads the same however it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: stream.length })), (cuts) => {
        const points = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const pieces = points.slice(1).map((point, index) => stream.slice(points[index], point));
        expect(read(pieces)).toEqual(events);
      }),
    );
  });
});

test("waits ever longer between attempts, never longer than ten seconds", () => {
  const waits = [1, 2, 3, 4, 5, 6, 50].map((attempt) => backOffMs(attempt, 0.999));
  expect([...waits]).toEqual([...waits].sort((a, b) => a - b));
  expect(waits.at(-1)).toBeLessThanOrEqual(10_000);
  expect(backOffMs(1, 0)).toBeGreaterThanOrEqual(250);
});

describe("following a feed", () => {
  test("says whether it goes on where it was: what was read before a feed that does not may be behind", async () => {
    const asked: (string | null)[] = [];
    const answers = ["event: hello\nid: 7\ndata: {}\n\n", ""];
    vi.stubGlobal("fetch", async (_address: string, { headers }: RequestInit) => {
      asked.push(new Headers(headers).get("last-event-id"));
      return new Response(answers[asked.length - 1] ?? "");
    });
    const opened: boolean[] = [];
    const twice = Promise.withResolvers<void>();
    const feed = follow(() => "/v1/live", {
      headers: () => ({}),
      event: () => {},
      open: (resumed) => void (opened.push(resumed) === 2 && twice.resolve()),
      lost: () => queueMicrotask(() => feed.wake()),
    });
    await twice.promise;
    feed.stop();
    vi.unstubAllGlobals();
    expect(opened).toEqual([false, true]);
    expect(asked.slice(0, 2)).toEqual([null, "7"]);
  });
});
