/** Calls and the conferences that they are in: Twilio's rules, traps included. */
import type { Clock } from "../../../src/testing/clock.ts";
import {
  ApiError,
  type Call,
  type CallStatus,
  type Cause,
  type Conference,
  isOver,
  isRinging,
  isTalking,
  newSid,
  type Participant,
} from "./model.ts";

/** Something that a callback can tell. `event` is Twilio's word for it. */
export type Happening =
  | { what: "call"; call: Call; event: "initiated" | "ringing" | "answered" | "completed" }
  | { what: "machine"; call: Call }
  | { what: "conference"; conference: Conference; event: string; participant?: Participant; why?: string };

export type NewParticipant = Omit<Participant, "call" | "createdAt" | "updatedAt" | "hold">;
export type Exchange = ReturnType<typeof createExchange>;

export function createExchange(clock: Clock, habits: { ringsOn: boolean }, tell: (happening: Happening) => void) {
  const calls = new Map<string, Call>();
  const conferences = new Map<string, Conference>();

  const about = (conference: Conference, event: string, participant?: Participant, why?: string): void => {
    conference.updatedAt = clock.now();
    conference.sequence++;
    tell({ what: "conference", conference, event, ...(participant && { participant }), ...(why && { why }) });
  };
  const report = (call: Call, event: "initiated" | "ringing" | "answered" | "completed"): void => {
    call.updatedAt = clock.now();
    tell({ what: "call", call, event });
    call.sequence++;
  };

  const placeOf = (call: Call) => {
    for (const conference of conferences.values()) {
      const participant = conference.participants.find((one) => one.call === call);
      if (participant) return { conference, participant };
    }
    return undefined;
  };

  /** Whoever leaves may take everybody along. A leg that never joined takes nobody. */
  const leave = (call: Call, cause: Cause, kicked: boolean, why: string): void => {
    const place = placeOf(call);
    if (!place) return;
    const { conference, participant } = place;
    conference.participants = conference.participants.filter((one) => one !== participant);
    about(conference, "participant-leave", participant, why);
    const had = call.startedAt !== undefined;
    const way = kicked ? "kicked" : "left";
    if (had && participant.endConferenceOnExit)
      finish(conference, `participant-with-end-conference-on-exit-${way}`, cause, call.sid);
    else if (!conference.participants.some((one) => isTalking(one.call)))
      finish(conference, `last-participant-${way}`, cause, call.sid);
  };

  /** Those who talk are cut off; a phone that still rings is none of the conference's business. */
  const finish = (conference: Conference, reason: string, cause: Cause, callEnding?: string): void => {
    if (conference.status === "completed") return;
    conference.status = "completed";
    conference.reason = reason;
    conference.endedBy = cause;
    if (callEnding) conference.callEnding = callEnding;
    for (const one of conference.participants.splice(0)) {
      about(conference, "participant-leave", one, "moderator_ended_conference");
      if (isTalking(one.call)) hangUp(one.call, "completed", cause);
      else if (!habits.ringsOn) hangUp(one.call, "canceled", "network");
    }
    about(conference, "conference-end");
  };

  const hangUp = (call: Call, status: CallStatus, cause: Cause, kicked = false): void => {
    if (isOver(call)) return;
    const wasTalking = isTalking(call);
    call.status = status;
    call.endedBy = cause;
    call.endedAt = clock.now();
    leave(call, cause, kicked, wasTalking ? "participant_hung_up" : "participant_add_failed");
    report(call, "completed");
  };

  const newCall = (call: Pick<Call, "to" | "from" | "direction"> & Partial<Call>): Call => {
    const now = clock.now();
    const made: Call = {
      sid: newSid("CA"),
      status: "queued",
      createdAt: now,
      updatedAt: now,
      ringMs: 65_000,
      sequence: 0,
      ...call,
    };
    calls.set(made.sid, made);
    return made;
  };

  return {
    calls,
    conferences,
    newCall,
    hangUp,
    placeOf,
    finish,
    open(friendlyName: string, callback?: Conference["callback"]): Conference {
      const now = clock.now();
      const conference: Conference = {
        sid: newSid("CF"),
        friendlyName,
        status: "init",
        participants: [],
        createdAt: now,
        updatedAt: now,
        sequence: 0,
        ...(callback && { callback }),
      };
      conferences.set(conference.sid, conference);
      return conference;
    },
    join(conference: Conference, call: Call, given: NewParticipant): Participant {
      const now = clock.now();
      const participant = { ...given, call, hold: false, createdAt: now, updatedAt: now };
      conference.participants.push(participant);
      if (isTalking(call)) entered(conference, participant, about);
      else report(call, "initiated");
      return participant;
    },
    ring(call: Call): void {
      if (call.status !== "queued") return;
      call.status = "ringing";
      report(call, "ringing");
    },
    /** Whoever answers after the conference has ended finds nobody there. */
    answer(call: Call, by: "human" | "machine_start"): void {
      if (!isRinging(call)) return;
      call.status = "in-progress";
      call.startedAt = clock.now();
      call.answeredBy = by;
      report(call, "answered");
      const place = placeOf(call);
      if (place) entered(place.conference, place.participant, about);
      else hangUp(call, "completed", "network");
      if (place && call.machineCallback) tell({ what: "machine", call });
    },
    /** The end of a leg by a request. @throws ApiError for one that nobody has answered. */
    kick(participant: Participant): void {
      if (!isTalking(participant.call)) throw new ApiError(400, 20001, "Participant is not connected");
      hangUp(participant.call, "completed", "request", true);
    },
    /** The call goes elsewhere and lives on. */
    redirect(call: Call): void {
      leave(call, "request", false, "participant_updated_via_api");
    },
    change(
      conference: Conference,
      participant: Participant,
      wanted: Partial<NewParticipant> & { hold?: boolean },
    ): void {
      if (!isTalking(participant.call)) throw new ApiError(400, 20001, "Participant is not connected");
      const { endConferenceOnExit, hold, ...rest } = wanted;
      // The trap of Flex issue 60: accepted, answered with 200, and without effect while this leg is on hold.
      if (endConferenceOnExit !== undefined && !participant.hold) participant.endConferenceOnExit = endConferenceOnExit;
      Object.assign(participant, rest, { updatedAt: clock.now() });
      if (endConferenceOnExit !== undefined) about(conference, "participant-modify", participant);
      if (hold === undefined || hold === participant.hold) return;
      participant.hold = hold;
      about(conference, hold ? "participant-hold" : "participant-unhold", participant);
    },
  };
}

function entered(
  conference: Conference,
  participant: Participant,
  about: (conference: Conference, event: string, participant?: Participant) => void,
): void {
  about(conference, "participant-join", participant);
  if (conference.status !== "init") return;
  const talking = conference.participants.filter((one) => isTalking(one.call));
  if (talking.length < 2 || !talking.some((one) => one.startConferenceOnEnter)) return;
  conference.status = "in-progress";
  about(conference, "conference-start");
}
