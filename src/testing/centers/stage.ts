import type { Clock } from "../../../adapters/webhook/fake.ts";
import type { Socket } from "../../platform/contract.ts";
import type { Faults } from "../faults.ts";
import type { Servable } from "../mount.ts";

/** `gone`; the phone is `ringing`; `music`; `silence`; or whom they hear: `agent`, `customer+expert`, … */
export type Sound = string;
export type Sounds = { customer: Sound; agent: Sound; expert: Sound };

/** A contact center of any platform with one agent and a customer who rings, in the words of the scenarios. */
export type CenterStage = {
  adapter: string;
  settings: Record<string, unknown>;
  /** The account of the agent. */
  agent: string;
  /** Where its interface is served, and its event stream. */
  origins: Record<string, Servable>;
  openSocket?: (url: string) => Socket;
  /** Somebody listens to its event stream; absent: it has none. */
  isHeard?(): boolean;
  /** Told where it may send its events. */
  sendEventsTo?(address: string): void;
  /** Customer and agent talk. Answers the platform's id. */
  startCall(): string;
  hear(call: string): Sounds;
  /** Whom the expert's phone shows: `agent`, `customer`, or the number that is set; absent where the platform does not tell. */
  shows?(call: string): string | undefined;
  /** The expert on the phone that rings, or talks. */
  expert: Record<"answers" | "refuses" | "hangsUp", (call: string) => void> & {
    /** A machine takes the call; absent where the platform cannot tell. */
    voicemail?(call: string): void;
  };
  /** Somebody who is added while the expert talks. */
  second: { rings(call: string): boolean; answers(call: string): void };
  customerHangsUp(call: string): void;
  agentHangsUp(call: string): void;
  /** How often anybody was dialled. */
  dials(): number;
  faults: Faults;
  /** The path of requests that ask for something on a call. */
  acts: RegExp;
  idle(): Promise<void>;
};

export type StageGiven = {
  clock: Clock;
  /** How the platform reaches the service. */
  toService: typeof fetch;
  agent: { name: string; email: string };
  /** Where its app is served over real HTTP, without a slash at the end; absent: at `origins`, within the process. */
  servedAt?: string;
};
export type CenterMaker = (given: StageGiven) => CenterStage;

type Heard = { hears: string[]; music: boolean };

/** In words what somebody hears, who has this on the line. */
export function soundOf(heard: Heard | undefined, roleOf: (ref: string) => string): Sound {
  if (heard?.music) return "music";
  return heard?.hears.map(roleOf).sort().join("+") || "silence";
}
