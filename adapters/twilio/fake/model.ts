/** What the fake keeps. Names are Twilio's. */
export type CallStatus =
  | "queued"
  | "ringing"
  | "in-progress"
  | "completed"
  | "busy"
  | "failed"
  | "no-answer"
  | "canceled";

/** Who or what ended a call: a person on a phone, a request of ours, or the end of the conference that it was in. */
export type Cause = "person" | "request" | "network";

export type Call = {
  sid: string;
  to: string;
  from: string;
  direction: "inbound" | "outbound-api";
  status: CallStatus;
  createdAt: Date;
  updatedAt: Date;
  startedAt?: Date;
  endedAt?: Date;
  endedBy?: Cause;
  answeredBy?: "human" | "machine_start";
  /** From the request that dialled it. */
  callback?: { url: string; events: readonly string[] };
  machineCallback?: string;
  ringMs: number;
  sequence: number;
};

export type Participant = {
  call: Call;
  label?: string;
  hold: boolean;
  muted: boolean;
  coached?: string;
  endConferenceOnExit: boolean;
  startConferenceOnEnter: boolean;
  createdAt: Date;
  updatedAt: Date;
};

export type Conference = {
  sid: string;
  friendlyName: string;
  status: "init" | "in-progress" | "completed";
  participants: Participant[];
  createdAt: Date;
  updatedAt: Date;
  reason?: string;
  endedBy?: Cause;
  callEnding?: string;
  callback?: { url: string; events: readonly string[] };
  sequence: number;
};

export type ReservationStatus = "pending" | "accepted" | "rejected" | "timeout" | "canceled" | "wrapping" | "completed";
export type Reservation = {
  sid: string;
  worker: Worker;
  status: ReservationStatus;
  createdAt: Date;
  updatedAt: Date;
};

export type Task = {
  sid: string;
  status: "pending" | "reserved" | "assigned" | "wrapping" | "completed" | "canceled";
  attributes: string;
  channel: string;
  queue: string;
  workflow: string;
  reason?: string;
  reservations: Reservation[];
  createdAt: Date;
  updatedAt: Date;
  version: number;
};

export type Activity = { sid: string; name: string; available: boolean };
export type Worker = {
  sid: string;
  name: string;
  attributes: string;
  activity: Activity;
  changedAt: Date;
  createdAt: Date;
  version: number;
};

/** A request that is refused, as Twilio words it. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 409 | 412 | 429;
  readonly code: number;
  constructor(status: ApiError["status"], code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const newSid = (prefix: string) => `${prefix}${crypto.randomUUID().replaceAll("-", "")}`;

export const isRinging = (call: Call): boolean => call.status === "queued" || call.status === "ringing";
export const isTalking = (call: Call): boolean => call.status === "in-progress";
export const isOver = (call: Call): boolean => !isRinging(call) && !isTalking(call);
