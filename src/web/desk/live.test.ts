import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createStore } from "../shared/store.ts";
import { initialFinder, reduceFinder } from "./finder-state.ts";
import { followService } from "./live.ts";
import { initialDesk, reduceDesk } from "./state.ts";

/** From which place each stream was asked to go on. */
let asked: (string | null)[] = [];
let page: EventTarget;
let following: ReturnType<typeof followService>;
let desk: ReturnType<typeof openDesk>;

const openDesk = () => createStore(reduceDesk, initialDesk());
const streams = async (count: number) => {
  await vi.advanceTimersByTimeAsync(0);
  expect(asked).toHaveLength(count);
};

beforeEach(async () => {
  vi.useFakeTimers();
  asked = [];
  page = Object.assign(new EventTarget(), { visibilityState: "visible", documentElement: { dataset: {} } });
  vi.stubGlobal("document", page);
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("removeEventListener", () => {});
  // Streams that stay open and silent, as those of a machine that has slept do.
  vi.stubGlobal("fetch", async (_address: string, { headers, signal }: RequestInit) => {
    asked.push(new Headers(headers).get("last-event-id"));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(
          new TextEncoder().encode(
            `event: hello\nid: ${asked.length}\ndata: {"serverTime":"2026-03-02T12:00:00Z"}\n\n`,
          ),
        );
        signal?.addEventListener("abort", () => controller.error(signal.reason));
      },
    });
    return new Response(body);
  });
  desk = openDesk();
  const finder = createStore(reduceFinder, initialFinder);
  following = followService({ desk, finder, token: () => "t", reload: () => {}, refused: () => {} });
  await streams(1);
});
afterEach(() => {
  following.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The machine's clock goes on, its timers do not. */
const sleep = (ms: number) => vi.setSystemTime(Date.now() + ms);
const nextLook = () => vi.advanceTimersByTimeAsync(15_000);

test("a timer that is minutes late has slept with its machine: another stream goes on from the same place, nothing counts as lost", async () => {
  sleep(180_000);
  await nextLook();
  await streams(2);
  expect(asked).toEqual([null, "1"]);
  expect(desk.get().connection.state).toBe("live");
});

test("in time, or late as timers of pages out of sight are, the stream stays", async () => {
  await nextLook();
  sleep(60_000);
  await nextLook();
  await streams(1);
});

test("a page that was put on ice goes on with another stream as soon as it is thawed", async () => {
  page.dispatchEvent(new Event("resume"));
  await streams(2);
  expect(asked).toEqual([null, "1"]);
  expect(desk.get().connection.state).toBe("live");
});

test("a desk that is closed opens no stream any more", async () => {
  following.stop();
  sleep(180_000);
  page.dispatchEvent(new Event("resume"));
  await nextLook();
  await streams(1);
});
