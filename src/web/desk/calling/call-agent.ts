/**
 * What a call in the browser is to us: a small port over whatever library carries it. Nothing of that library is seen
 * beyond `library.ts`, so that every state can be tried with a stand-in.
 */
import type { CallerView } from "../../../views.ts";

export const deviceKinds = ["microphone", "speaker", "camera"] as const;
export type DeviceKind = (typeof deviceKinds)[number];
export type Device = { id: string; name: string };
/** What there is to choose from; `used` where one is chosen. A browser that cannot choose speakers lists none. */
export type Devices = Record<DeviceKind, { all: Device[]; used?: string }>;

/** Where we are in a call. `lobby`: somebody has to let us in. `held`: somebody has put us on hold. */
export type Place = "connecting" | "ringing" | "lobby" | "in" | "held";

/** How a call came to its end. */
export type Ending =
  | "left" // by us
  | "ended" // by the others
  | "removed"
  | "not-admitted"
  | "declined"
  | "no-answer"
  | "unreachable"
  | "lost"; // the network, or the platform, for a reason that it keeps to itself

export type Person = { id: string; name: string; isMuted: boolean; isSpeaking: boolean; isComing: boolean };

/** A camera or a screen that somebody shows. `attach` puts it into an element; what it answers takes it out again. */
export type Picture = { id: string; name: string; kind: "camera" | "screen"; attach(into: HTMLElement): () => void };

export type CallNews =
  | { type: "place"; place: Place }
  | { type: "line"; isBroken: boolean }
  | { type: "people"; people: Person[] }
  | { type: "pictures"; pictures: Picture[] }
  | { type: "microphone" | "camera" | "screen" | "captions"; on: boolean }
  /** Whether captions can be had at all; told once they can. */
  | { type: "captions-offered" }
  | { type: "said"; id: string; name: string; text: string }
  | { type: "devices"; devices: Devices }
  | { type: "over"; ending: Ending };

/** Why a microphone, camera or screen cannot be had. `host`: the page around the desk does not hand it down. */
export type Obstacle = "refused" | "host" | "none" | "in-use";

export type JoinWish = {
  place: CallerView["place"];
  /** What the others see. */
  name: string;
  token: string;
  /** A fresh token, whenever the platform wants one. */
  renew(): Promise<string>;
  isMicrophoneOn: boolean;
  isCameraOn: boolean;
};

/** One call. Each act is over when the platform says so; what it comes to is told as news. */
export type Call = {
  setMicrophone(on: boolean): Promise<void>;
  /** @throws CallTrouble where the browser gives no camera. */
  setCamera(on: boolean): Promise<void>;
  /** Asks which screen, window or tab. @throws CallTrouble `refused` when the agent picks none. */
  setScreen(on: boolean): Promise<void>;
  /** `language`: what is spoken, as a BCP 47 tag. */
  setCaptions(on: boolean, language: string): Promise<void>;
  leave(): Promise<void>;
};

export type CallAgent = {
  /** Asks for the microphone, and tells what devices there are. @throws CallTrouble. */
  askMicrophone(): Promise<Devices>;
  use(kind: DeviceKind, id: string): Promise<Devices>;
  join(wish: JoinWish, news: (news: CallNews) => void): Promise<Call>;
  /** Lets everything go, also what hangs. Safe to repeat. */
  dispose(): Promise<void>;
};

export type TroubleCode =
  | `microphone-${Obstacle}`
  | `camera-${Obstacle}`
  | `screen-${Obstacle}`
  | "not-installed" // the library is no part of this build
  | "not-loaded" // it could not be had from our server
  | "insecure" // browsers give microphones to https and localhost only
  | "browser" // it does not support this browser
  | "sign-in" // the platform does not take the token
  | "unreachable" // the platform cannot be reached
  | "too-slow"; // something did not answer in its time

/** What went wrong, as a code that the screen words. */
export class CallTrouble extends Error {
  override readonly name = "CallTrouble";
  readonly code: TroubleCode;
  constructor(code: TroubleCode, cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** The answer, or `CallTrouble` when it takes longer than `ms`: libraries have been seen to wait for ever. */
export function within<Value>(ms: number, work: Promise<Value>, code: TroubleCode = "too-slow"): Promise<Value> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new CallTrouble(code)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
