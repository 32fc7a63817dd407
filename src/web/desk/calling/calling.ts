/** Leads one call from the press to its end. Nothing here waits for ever, and whatever was taken is let go. */
import type { CallerView } from "../../../views.ts";
import { Offline, Refused } from "../../shared/http.ts";
import { createStore, type Store } from "../../shared/store.ts";
import { troubleOf } from "../../shared/trouble.ts";
import { type Call, type CallAgent, CallTrouble, type DeviceKind, within } from "./call-agent.ts";
import {
  type CallEvent,
  type CallState,
  type CallTroubleView,
  initialCall,
  isOver,
  isUnderWay,
  reduceCall,
  type Switch,
} from "./call-state.ts";

export type Patience = { tokenMs: number; askMs: number; connectMs: number; switchMs: number; leaveMs: number };
/** `askMs`: how long the browser's own questions may stay unanswered. */
export const patience: Patience = {
  tokenMs: 20_000,
  askMs: 120_000,
  connectMs: 60_000,
  switchMs: 10_000,
  leaveMs: 5_000,
};

export type CallingParts = {
  openAgent(): Promise<CallAgent>;
  /** A token from our own service, for this consult. */
  askToken(): Promise<CallerView>;
  /** What is spoken, for captions. */
  language: string;
  times?: Patience;
};

export type Calling = ReturnType<typeof createCalling>;

export function createCalling({ openAgent, askToken, language, times = patience }: CallingParts) {
  const store: Store<CallState, CallEvent> = createStore(reduceCall, initialCall);
  const { send, get } = store;
  let agent: CallAgent | undefined;
  let call: Call | undefined;
  /** Each attempt has a number; what comes of an earlier one is let go. */
  let attempt = 0;

  const letGo = async () => {
    const gone = agent;
    agent = undefined;
    call = undefined;
    await gone?.dispose();
  };
  const fail = (mine: number) => async (error: unknown) => {
    if (mine !== attempt) return;
    send({ type: "failed", trouble: viewOf(error) });
    await letGo();
  };

  async function prepare() {
    const mine = ++attempt;
    send({ type: "prepare" });
    await letGo();
    if (mine !== attempt) return;
    try {
      const opened = await openAgent();
      if (mine !== attempt) return void opened.dispose();
      agent = opened;
      send({ type: "ask" });
      const devices = await within(times.askMs, opened.askMicrophone());
      if (mine === attempt) send({ type: "ready", devices });
    } catch (error) {
      await fail(mine)(error);
    }
  }

  async function join() {
    const mine = attempt;
    const joining = agent;
    if (!joining || get().phase !== "ready") return;
    send({ type: "join" });
    const late = setTimeout(() => {
      if (mine === attempt && ["joining", "connecting"].includes(get().phase)) void giveUp(mine);
    }, times.connectMs);
    try {
      const { token, name, place } = await within(times.tokenMs, askToken());
      if (mine !== attempt) return;
      const { isMicrophoneOn, isCameraOn } = get();
      const renew = async () => (await askToken()).token;
      const joined = await joining.join({ place, name, token, renew, isMicrophoneOn, isCameraOn }, (news) => {
        if (mine !== attempt) return;
        send({ type: "news", news, at: Date.now() });
        if (news.type === "place" && news.place !== "connecting") clearTimeout(late);
        if (news.type === "over") void letGo();
      });
      if (mine === attempt && !isOver(get())) call = joined;
      else await joined.leave().catch(() => {});
    } catch (error) {
      await fail(mine)(error);
    }
  }

  async function giveUp(mine: number) {
    const late = call;
    await fail(mine)(new CallTrouble("too-slow"));
    await within(times.leaveMs, late?.leave() ?? Promise.resolve()).catch(() => {});
  }

  /** Out of the call, or out of its preparation. Whatever the library does, the microphone is free afterwards. */
  async function leave() {
    const left = call;
    if (isOver(get())) return;
    send({ type: "leave" });
    if (left) await within(times.leaveMs, left.leave()).catch(() => {});
    attempt++;
    send({ type: "news", news: { type: "over", ending: "left" }, at: Date.now() });
    await letGo();
  }

  async function change(what: Switch, ms: number, work: () => Promise<unknown>) {
    if (get().switching.includes(what)) return;
    send({ type: "switch", what });
    try {
      await within(ms, work());
      send({ type: "switched", what });
    } catch (error) {
      send({ type: "switched", what, trouble: viewOf(error) });
    }
  }

  return {
    store,
    prepare,
    join,
    leave,
    setMicrophone(on: boolean) {
      const now = call;
      if (now) void change("microphone", times.switchMs, () => now.setMicrophone(on));
      else send({ type: "want", what: "microphone", on });
    },
    setCamera(on: boolean) {
      const now = call;
      if (now) void change("camera", times.askMs, () => now.setCamera(on));
      else send({ type: "want", what: "camera", on });
    },
    setScreen: (on: boolean) => change("screen", times.askMs, async () => call?.setScreen(on)),
    setCaptions: (on: boolean) => change("captions", times.switchMs, async () => call?.setCaptions(on, language)),
    use: (kind: DeviceKind, id: string) =>
      change(kind, times.switchMs, async () => {
        const devices = await agent?.use(kind, id);
        if (devices) send({ type: "news", news: { type: "devices", devices }, at: Date.now() });
      }),
    /** The page goes away: nothing can be waited for. */
    vanish() {
      if (isUnderWay(get())) void call?.leave().catch(() => {});
      void letGo().catch(() => {});
    },
  };
}

const viewOf = (error: unknown): CallTroubleView => {
  if (error instanceof CallTrouble) return { code: error.code };
  if (error instanceof Refused || error instanceof Offline) return { code: "service", trouble: troubleOf(error) };
  return { code: "service", trouble: { code: "internal" } };
};
