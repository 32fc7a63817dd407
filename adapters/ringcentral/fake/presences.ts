import type { Clock } from "./world.ts";

export const userStatuses = ["Offline", "Busy", "Available"] as const;
export type UserStatus = (typeof userStatuses)[number];
export const telephonyStatuses = ["CallConnected", "OnHold", "Ringing", "ParkedCall", "NoCall"] as const;
export type TelephonyStatus = (typeof telephonyStatuses)[number];

export type FakeCall = {
  id: string;
  direction: "Inbound" | "Outbound";
  from: string;
  to: string;
  startTime: string;
  telephonyStatus: TelephonyStatus;
  sessionId: string;
  telephonySessionId: string;
  partyId: string;
};

/** What an extension has set, and what its phones and meetings do. */
export type FakePresence = {
  userStatus: UserStatus;
  dndStatus: string;
  /** What `dndStatus` goes back to. */
  dndStatusBefore: string;
  acceptCallQueueCalls: boolean;
  message: string;
  allowSeeMyPresence: boolean;
  callerIdVisibility: string;
  ringOnMonitoredCall: boolean;
  pickUpCallsOnHold: boolean;
  isInMeeting: boolean;
  calls: FakeCall[];
  /** A status that RingCentral invented after the adapter was written. */
  invented?: string;
  sequence: number;
};

export const everybody = "DoNotAcceptAnyCalls";
export const isDnd = (presence: FakePresence): boolean => presence.dndStatus === everybody;

export type Presences = ReturnType<typeof createPresences>;

export function createPresences(clock: Clock) {
  const kept = new Map<string, FakePresence>();
  let calls = 0;

  return {
    of(id: string): FakePresence {
      const presence = kept.get(id) ?? fresh();
      kept.set(id, presence);
      return presence;
    },
    newCall(call: Partial<Pick<FakeCall, "direction" | "from" | "to" | "telephonyStatus">>): FakeCall {
      const number = ++calls;
      return {
        id: `call-${number}`,
        direction: "Inbound",
        from: "+16505550100",
        to: "+16505550199",
        startTime: clock.now().toISOString(),
        telephonyStatus: "CallConnected",
        sessionId: String(402_936_341_000 + number),
        telephonySessionId: `s-a39d${number.toString(16)}`,
        partyId: `p-a39d${number.toString(16)}-2`,
        ...call,
      };
    },
  };
}

const fresh = (): FakePresence => ({
  userStatus: "Available",
  dndStatus: "TakeAllCalls",
  dndStatusBefore: "TakeAllCalls",
  acceptCallQueueCalls: true,
  message: "",
  allowSeeMyPresence: true,
  callerIdVisibility: "All",
  ringOnMonitoredCall: false,
  pickUpCallsOnHold: false,
  isInMeeting: false,
  calls: [],
  sequence: 0,
});

/** The call that matters most decides. */
export const telephonyStatusOf = (presence: FakePresence): TelephonyStatus =>
  telephonyStatuses.find((status) => presence.calls.some((call) => call.telephonyStatus === status)) ?? "NoCall";

/** The formula is not published. Known: a connected call shows Busy, and the user's own status stays what it was. */
export function presenceStatusOf(presence: FakePresence): string {
  if (presence.invented) return presence.invented;
  if (presence.userStatus === "Offline") return "Offline";
  const isTalking = ["CallConnected", "OnHold"].includes(telephonyStatusOf(presence));
  return isTalking || presence.isInMeeting || presence.userStatus === "Busy" ? "Busy" : "Available";
}
