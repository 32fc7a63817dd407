/** Ringing an expert into the conference, once per command. */
import { isBridgeError } from "../../src/errors.ts";
import type { CallCommand, Target } from "../../src/platform/contract.ts";
import { isRefusal, refusal } from "./failures.ts";
import { readCall } from "./legs.ts";
import { type Deeds, type Dial, forgetDial, noteDial, recallAddress, recallDeeds } from "./memory.ts";
import { readAllPages } from "./pages.ts";
import { askFor } from "./request.ts";
import { expertPrefix, type Leg } from "./scene.ts";
import type { Twilio } from "./settings.ts";
import { type Call, call, participant, readDate } from "./wire.ts";

const labelMax = 128;
/** Twilio adds five seconds to every ring time limit that it is given. Source: Participant resource, Timeout. */
const bufferSeconds = 5;
const uriMax = 254;
/** Clocks differ, and Twilio's dates have no milliseconds. */
const slackMs = 5_000;

/** The name of a leg says which command made it. Not a call's id and no slash. Source: Twilio errors 16023, 16024. */
export const labelOf = (commandId: string): string =>
  `${expertPrefix}${commandId.replaceAll(/[^\w-]/g, "-")}`.slice(0, labelMax);

/** Only what Twilio may pass on to a SIP endpoint: no header survives the public network. Source: Twilio Voice, SIP. */
function sipHeaders(contextRef: string | undefined): string {
  if (!contextRef) return "";
  const hex = [...new TextEncoder().encode(contextRef)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `?x-bridge-ctx=${encodeURIComponent(contextRef)}&User-to-User=${hex}%3Bencoding%3Dhex`;
}

/** What Twilio is to ring. @throws BridgeError `conflict` for what it cannot. */
export function addressOf(c: Twilio, target: Target | undefined, contextRef: string | undefined): string {
  const { sipDomain } = c.settings;
  if (!target) throw refusal("missing_target", "target says whom to ring");
  if (target.kind === "phone" && !sipDomain) return target.e164;
  if (target.kind !== "phone" && target.kind !== "sip")
    throw refusal("unsupported_target", "Twilio rings phone numbers and SIP addresses only");
  const uri = target.kind === "sip" ? target.uri : `sip:${target.e164}@${sipDomain}`;
  if (!/^sips?:[^@\s?&<>"]+@[^@\s?&<>"]+$/.test(uri) || uri.length > uriMax)
    throw refusal("invalid_address", "this is not a SIP address that Twilio takes");
  return uri + sipHeaders(contextRef);
}

/** Did this command ring anybody already? Live legs are known by their label, past ones by what we noted. */
export async function hasDialled(c: Twilio, task: string, command: CallCommand, legs: readonly Leg[]) {
  if (legs.some((leg) => leg.label === labelOf(command.commandId))) return true;
  const deeds = await recallDeeds(c, task);
  const noted = deeds.dials.find((one) => one.command === command.commandId);
  return noted !== undefined && (await findCall(c, noted, deeds)) !== undefined;
}

/**
 * The call of a dial whose leg is no longer in the conference. Where Twilio's answer was lost we know no id, and look
 * for a call to that address that was made at that time and is over: a live one would be in the conference.
 */
export async function findCall(c: Twilio, dial: Dial, deeds: Deeds): Promise<Call | undefined> {
  if (dial.call) return readCall(c, dial.call);
  const query = { To: withoutHeaders(dial.to), PageSize: 20 };
  const listed = await readAllPages(c, { api: "voice", path: "/Calls.json", query }, "calls", call);
  const isOthers = (sid: string) => deeds.dials.some((one) => one.call === sid);
  const madeAt = (one: Call) => readDate(one.date_created)?.getTime() ?? 0;
  return listed
    .filter((one) => one.direction === "outbound-api" && madeAt(one) >= dial.at - slackMs && isOver(one))
    .filter((one) => !isOthers(one.sid))
    .sort((one, other) => madeAt(one) - madeAt(other))[0];
}

export const isOver = ({ status }: Call): boolean =>
  ["completed", "busy", "failed", "no-answer", "canceled"].includes(status ?? "");

const withoutHeaders = (to: string) => to.split("?")[0] ?? to;

/**
 * Does what belongs to a dial, and the dial itself by calling `ring`. It is noted before anything else is done, so that
 * nobody who looks meanwhile takes the call for one without a consult, and so that the same command rings nobody twice,
 * whatever gets lost in between. What is refused for certain is forgotten again.
 */
export async function dialling(
  c: Twilio,
  place: { conference: string; task: string },
  command: CallCommand,
  about: Pick<Dial, "customer">,
  work: (ring: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const to = addressOf(c, command.target, command.contextRef);
  const noted: Dial = { command: command.commandId, to, at: c.now().getTime(), ...about };
  await noteDial(c, place.task, noted);
  try {
    await work(async () => {
      const sid = await addParticipant(c, place, command, to);
      if (sid) await noteDial(c, place.task, { ...noted, call: sid });
    });
  } catch (error) {
    if (isRefusal(error)) await forgetDial(c, place.task, command.commandId);
    throw error;
  }
}

/** The id of the new leg; none if somebody else has made it for this very command in the same moment. */
async function addParticipant(
  c: Twilio,
  { conference, task }: { conference: string; task: string },
  command: CallCommand,
  to: string,
): Promise<string | undefined> {
  const form = { From: c.settings.fromNumber, To: to, ...(await participantForm(c, task, command, to)) };
  const path = `/Conferences/${conference}/Participants.json`;
  try {
    return (await askFor(c, { api: "voice", method: "POST", path, form }, participant)).call_sid;
  } catch (error) {
    if (isBridgeError(error) && error.details?.code === "already_dialled") return undefined;
    throw error;
  }
}

async function participantForm(c: Twilio, task: string, command: CallCommand, to: string) {
  const { sipUsername, sipPassword, machineDetection } = c.settings;
  const address = await recallAddress(c);
  const callback = address ? `${address}?interaction=${task}` : undefined;
  const credentials = /^sips?:/.test(to) && sipUsername && sipPassword;
  const seconds = command.ringMs === undefined ? undefined : Math.round(command.ringMs / 1000) - bufferSeconds;
  return {
    Label: labelOf(command.commandId),
    Beep: "false",
    EndConferenceOnExit: false,
    Timeout: seconds === undefined ? undefined : Math.min(600, Math.max(5, seconds)),
    StatusCallback: callback,
    StatusCallbackEvent: callback ? ["initiated", "ringing", "answered", "completed"] : undefined,
    ...(credentials ? { SipAuthUsername: sipUsername, SipAuthPassword: sipPassword } : {}),
    ...(machineDetection && callback ? { MachineDetection: "Enable", AmdStatusCallback: callback } : {}),
  };
}
