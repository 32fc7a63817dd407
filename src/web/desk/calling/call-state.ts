/** What the screen knows of a call in the browser, and how each thing that happens changes it. Pure. */
import type { Trouble } from "../../shared/trouble.ts";
import type { CallNews, DeviceKind, Devices, Ending, Person, Picture, Place, TroubleCode } from "./call-agent.ts";

/** `preparing`: the library comes. `asking`: the browser asks the agent. `ready`: one press away from the call. */
export type Phase = "preparing" | "asking" | "ready" | "joining" | Place | "leaving" | "over" | "failed";

/** One line of captions; the last one of a speaker grows while they speak. */
export type Said = { id: string; name: string; text: string };

export type CallState = {
  phase: Phase;
  devices: Devices;
  isMicrophoneOn: boolean;
  isCameraOn: boolean;
  isScreenShown: boolean;
  captions: "none" | "offered" | "on";
  said: readonly Said[];
  people: readonly Person[];
  pictures: readonly Picture[];
  isLineBroken: boolean;
  /** When we came in, in milliseconds. */
  inSince: number | undefined;
  ending: Ending | undefined;
  /** Why it could not be joined, or what could not be done in it. */
  trouble: CallTroubleView | undefined;
  /** Switches on their way. */
  switching: readonly Switch[];
};
export type CallTroubleView = { code: TroubleCode } | { code: "service"; trouble: Trouble };
export type Switch = "microphone" | "camera" | "screen" | "captions" | DeviceKind;

export type CallEvent =
  | { type: "prepare" }
  | { type: "ask" }
  | { type: "ready"; devices: Devices }
  | { type: "join" }
  | { type: "want"; what: "microphone" | "camera"; on: boolean }
  | { type: "news"; news: CallNews; at: number }
  | { type: "switch"; what: Switch }
  | { type: "switched"; what: Switch; trouble?: CallTroubleView }
  | { type: "leave" }
  | { type: "failed"; trouble: CallTroubleView }
  | { type: "trouble-seen" };

const noDevices: Devices = { microphone: { all: [] }, speaker: { all: [] }, camera: { all: [] } };

/** The camera is off and the microphone on until the agent says otherwise. */
export const initialCall: CallState = {
  phase: "preparing",
  devices: noDevices,
  isMicrophoneOn: true,
  isCameraOn: false,
  isScreenShown: false,
  captions: "none",
  said: [],
  people: [],
  pictures: [],
  isLineBroken: false,
  inSince: undefined,
  ending: undefined,
  trouble: undefined,
  switching: [],
};

const saidMax = 3;

/** Is the browser holding a microphone or a line that has to be let go? */
export const isUnderWay = ({ phase }: CallState): boolean =>
  !["preparing", "asking", "ready", "over", "failed"].includes(phase);
export const isOver = ({ phase }: CallState): boolean => phase === "over" || phase === "failed";

export function reduceCall(state: CallState, event: CallEvent): CallState {
  switch (event.type) {
    case "prepare":
      return { ...initialCall, isMicrophoneOn: state.isMicrophoneOn };
    case "ask":
      return isOver(state) ? state : { ...state, phase: "asking" };
    case "ready":
      return isOver(state) ? state : { ...state, phase: "ready", devices: event.devices };
    case "want":
      return event.what === "microphone" ? { ...state, isMicrophoneOn: event.on } : { ...state, isCameraOn: event.on };
    case "join":
      return { ...state, phase: "joining", trouble: undefined };
    case "news":
      return isOver(state) ? state : takeNews(state, event.news, event.at);
    case "switch":
      return { ...state, switching: [...state.switching, event.what], trouble: undefined };
    case "switched": {
      const switching = state.switching.filter((each) => each !== event.what);
      return { ...state, switching, trouble: event.trouble ?? state.trouble };
    }
    case "leave":
      return isOver(state) ? state : { ...state, phase: "leaving" };
    case "failed":
      return isOver(state) ? state : { ...initialCall, phase: "failed", trouble: event.trouble };
    case "trouble-seen":
      return { ...state, trouble: undefined };
  }
}

function takeNews(state: CallState, news: CallNews, at: number): CallState {
  switch (news.type) {
    case "place":
      // Whoever is leaving has left, whatever arrives late.
      if (state.phase === "leaving") return state;
      return { ...state, phase: news.place, inSince: state.inSince ?? (news.place === "in" ? at : undefined) };
    case "line":
      return { ...state, isLineBroken: news.isBroken };
    case "people":
      return { ...state, people: news.people };
    case "pictures":
      return { ...state, pictures: news.pictures };
    case "microphone":
      return { ...state, isMicrophoneOn: news.on };
    case "camera":
      return { ...state, isCameraOn: news.on };
    case "screen":
      return { ...state, isScreenShown: news.on };
    case "captions-offered":
      return { ...state, captions: state.captions === "none" ? "offered" : state.captions };
    case "captions":
      return { ...state, captions: news.on ? "on" : "offered", said: news.on ? state.said : [] };
    case "said":
      return { ...state, said: [...state.said.filter(({ id }) => id !== news.id), news].slice(-saidMax) };
    case "devices":
      return { ...state, devices: news.devices };
    case "over":
      return { ...initialCall, phase: "over", ending: news.ending, inSince: state.inSince };
  }
}
