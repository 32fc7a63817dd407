import { beforeEach, describe, expect, test, vi } from "vitest";
import type { CallerView } from "../../../views.ts";
import { Offline, Refused } from "../../shared/http.ts";
import { type Call, type CallAgent, type CallNews, CallTrouble, type Devices, type JoinWish } from "./call-agent.ts";
import { createCalling } from "./calling.ts";

const devices: Devices = {
  microphone: { all: [{ id: "m", name: "Desk" }] },
  speaker: { all: [] },
  camera: { all: [] },
};
const caller: CallerView = {
  token: "secret",
  expiresAt: "2026-11-30T13:00:00.000Z",
  name: "Ana Lind",
  place: { way: "meeting", url: "https://teams.microsoft.com/l/meetup-join/x" },
};
const times = { tokenMs: 40, askMs: 40, connectMs: 60, switchMs: 40, leaveMs: 40 };
const never = () => new Promise<never>(() => {});
/** Lets what has been promised happen, and time-outs of these tests fall due. */
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

/** A call agent that does what it is told and remembers it. */
function stage(more: { agent?: Partial<CallAgent>; call?: Partial<Call>; askToken?: () => Promise<CallerView> } = {}) {
  const done: string[] = [];
  const far: { news?: (news: CallNews) => void; wish?: JoinWish } = {};
  const call: Call = {
    setMicrophone: async (on) => void done.push(`microphone ${on}`),
    setCamera: async (on) => void done.push(`camera ${on}`),
    setScreen: async (on) => void done.push(`screen ${on}`),
    setCaptions: async (on, language) => void done.push(`captions ${on} ${language}`),
    leave: async () => void done.push("leave"),
    ...more.call,
  };
  const agent: CallAgent = {
    askMicrophone: async () => devices,
    use: async () => devices,
    async join(wish, news) {
      Object.assign(far, { wish, news });
      done.push("join");
      return call;
    },
    dispose: async () => void done.push("dispose"),
    ...more.agent,
  };
  const opened = { count: 0 };
  const calling = createCalling({
    openAgent: async () => {
      opened.count++;
      await new Promise<void>((go) => setTimeout(go, 5));
      return agent;
    },
    askToken: more.askToken ?? (async () => caller),
    language: "sv",
    times,
  });
  const phase = () => calling.store.get().phase;
  const prepare = async () => {
    const prepared = calling.prepare();
    await settle(5);
    await prepared;
  };
  const comeIn = async () => {
    await prepare();
    await calling.join();
    far.news?.({ type: "place", place: "in" });
  };
  return { calling, done, far, phase, comeIn, prepare, opened };
}

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe("on the way in", () => {
  test("it is prepared, joined with what the agent chose, and lived in", async () => {
    const { calling, far, phase, done, prepare } = stage();
    await prepare();
    expect([phase(), calling.store.get().devices]).toEqual(["ready", devices]);
    calling.setMicrophone(false);
    calling.setCamera(true);
    await calling.join();
    expect(far.wish).toMatchObject({ token: "secret", name: "Ana Lind", isMicrophoneOn: false, isCameraOn: true });
    expect(await far.wish?.renew()).toBe("secret");
    far.news?.({ type: "place", place: "lobby" });
    expect(phase()).toBe("lobby");
    far.news?.({ type: "place", place: "in" });
    expect(phase()).toBe("in");
    await settle(1_000);
    expect([phase(), done]).toEqual(["in", ["join"]]);
  });

  test.each([
    ["the library cannot be had", { openAgent: () => Promise.reject(new CallTrouble("not-loaded")) }, "not-loaded"],
    [
      "the browser refuses",
      { askMicrophone: () => Promise.reject(new CallTrouble("microphone-refused")) },
      "microphone-refused",
    ],
    ["nobody answers the browser's question", { askMicrophone: never }, "too-slow"],
  ])("%s: it fails with the reason, and can be tried again", async (_name, {
    openAgent,
    ...agent
  }: object & { openAgent?: () => Promise<CallAgent> }, code) => {
    const { calling } = stage({ agent });
    const failing = openAgent
      ? createCalling({ openAgent, askToken: async () => caller, language: "sv", times })
      : calling;
    const prepared = failing.prepare();
    await settle(100);
    await prepared;
    expect(failing.store.get()).toMatchObject({ phase: "failed", trouble: { code } });
  });

  test.each([
    ["our service refuses", () => Promise.reject(new Refused(409, undefined)), { code: "service" }],
    ["our service is away", () => Promise.reject(new Offline("")), { code: "service", trouble: { code: "offline" } }],
    ["our service never answers", never, { code: "too-slow" }],
  ])("%s: it fails and lets the microphone go", async (_name, askToken, trouble) => {
    const { calling, done, prepare } = stage({ askToken });
    await prepare();
    const joined = calling.join();
    await settle(100);
    await joined;
    expect(calling.store.get()).toMatchObject({ phase: "failed", trouble });
    expect(done).toEqual(["dispose"]);
  });

  test("a platform that lets nobody in and says nothing is given up in its time, and the call is let go", async () => {
    const { calling, done, far, phase, prepare } = stage();
    await prepare();
    await calling.join();
    far.news?.({ type: "place", place: "connecting" });
    await settle(times.connectMs + 1);
    await settle();
    expect([phase(), done]).toEqual(["failed", ["join", "dispose", "leave"]]);
  });

  test("a lobby is waited in for as long as the agent likes", async () => {
    const { calling, far, phase, prepare } = stage();
    await prepare();
    await calling.join();
    far.news?.({ type: "place", place: "lobby" });
    await settle(10 * times.connectMs);
    expect(phase()).toBe("lobby");
  });
});

describe("in the call", () => {
  test("each switch goes to the call; what cannot be done is told, and the call goes on", async () => {
    const { calling, comeIn, done, phase } = stage({
      call: { setScreen: () => Promise.reject(new CallTrouble("screen-refused")) },
    });
    await comeIn();
    calling.setMicrophone(false);
    await calling.setCaptions(true);
    await calling.setScreen(true);
    expect(done).toEqual(["join", "microphone false", "captions true sv"]);
    expect(calling.store.get()).toMatchObject({ trouble: { code: "screen-refused" }, switching: [] });
    expect(phase()).toBe("in");
  });

  test("a switch that never answers is free again after a while", async () => {
    const { calling, comeIn } = stage({ call: { setMicrophone: never } });
    await comeIn();
    calling.setMicrophone(false);
    expect(calling.store.get().switching).toEqual(["microphone"]);
    await settle(times.switchMs + 1);
    expect(calling.store.get()).toMatchObject({ switching: [], trouble: { code: "too-slow" } });
  });
});

describe("on the way out", () => {
  test("leaving lets everything go; news that come late change nothing", async () => {
    const { calling, comeIn, done, far } = stage();
    await comeIn();
    await calling.leave();
    far.news?.({ type: "place", place: "in" });
    expect(calling.store.get()).toMatchObject({ phase: "over", ending: "left" });
    expect(done).toEqual(["join", "leave", "dispose"]);
  });

  test("leaving is over in its time although the library never answers", async () => {
    const { calling, comeIn, done } = stage({ call: { leave: never } });
    await comeIn();
    const left = calling.leave();
    await settle(times.leaveMs + 1);
    await left;
    expect(calling.store.get().phase).toBe("over");
    expect(done).toContain("dispose");
  });

  test("an end from outside lets everything go too", async () => {
    const { comeIn, done, far, phase } = stage();
    await comeIn();
    far.news?.({ type: "over", ending: "removed" });
    await settle();
    expect([phase(), done]).toEqual(["over", ["join", "dispose"]]);
  });

  test("cancelled at once, nothing is opened; while the library comes, it is let go when it has come", async () => {
    const { calling, done, phase, opened } = stage();
    const prepared = calling.prepare();
    await calling.leave();
    await prepared;
    expect([phase(), done]).toEqual(["over", []]);
    const again = calling.prepare();
    await settle();
    expect(opened.count).toBe(1);
    await calling.leave();
    await settle(5);
    await again;
    expect([phase(), done]).toEqual(["over", ["dispose"]]);
  });

  test("cancelled while the token comes, the call is never begun", async () => {
    let give = (_caller: CallerView) => {};
    const { calling, done, phase, prepare } = stage({ askToken: () => new Promise((resolve) => (give = resolve)) });
    await prepare();
    const joined = calling.join();
    await calling.leave();
    give(caller);
    await joined;
    expect([phase(), done]).toEqual(["over", ["dispose"]]);
  });

  test("a page that goes away hangs up without waiting", async () => {
    let hasHungUp = false;
    const leave = () => {
      hasHungUp = true;
      return never();
    };
    const { calling, comeIn, done } = stage({ call: { leave } });
    await comeIn();
    calling.vanish();
    expect([hasHungUp, done]).toEqual([true, ["join", "dispose"]]);
  });
});
