import { BridgeError, isBridgeError } from "../../src/errors.ts";
import { retryAfterMs } from "../../src/platform/http.ts";

/**
 * Twilio's error numbers that somebody can do something about, as our word and a sentence. Sources: Twilio error
 * dictionary; facts of the Voice, SIP and TaskRouter pages. The vendor's message stays out: it may quote numbers.
 */
const known: Readonly<Record<number, readonly [word: string, sentence: string]>> = {
  13223: ["invalid_number", "Twilio does not take this for a phone number"],
  13251: ["invalid_address", "Twilio does not take this for a SIP address"],
  13252: ["invalid_address", "Twilio does not take the headers of this SIP address"],
  16020: ["too_many_parties", "the conference is full"],
  16021: ["too_many_calls", "the account has no room for another call"],
  16022: ["interaction_ended", "the conference has ended"],
  16024: ["invalid_label", "Twilio does not take the label of this leg"],
  16026: ["already_dialled", "this leg is in the conference already"],
  21210: ["caller_id_not_verified", "the caller number in the settings is not one of the account's"],
  21211: ["invalid_number", "Twilio does not take this for a phone number"],
  21215: ["not_permitted", "the account may not call this country: see Voice geographic permissions in the console"],
  21220: ["call_over", "the call is over"],
};

const reconnect =
  "Twilio does not accept our credentials: enter the account SID and an API key of that account with access to Voice, TaskRouter and Event Streams";

/** What an answer that is not 2xx means. `details.code` is a word for the outcome of a command. */
export async function failureFrom(response: Response, now: Date): Promise<BridgeError> {
  const { status, headers } = response;
  const number = numberOf(await response.json().catch(() => undefined));
  const [word, sentence] = known[number] ?? [`twilio_${number || status}`, "Twilio refused"];
  const details = { status, twilio_code: number, code: word };
  if (status === 429)
    return new BridgeError("platform_throttled", "Twilio asked us to slow down", {
      retryAfterMs: retryAfterMs(headers, now),
      details,
    });
  if (status === 401 || (status === 403 && !known[number]))
    return new BridgeError("platform_unauthorized", reconnect, { details });
  if (status >= 500 || status === 408)
    return new BridgeError("platform_unavailable", `Twilio answered ${status}`, { details });
  if (status === 404) return new BridgeError("not_found", "Twilio does not know what was asked for", { details });
  if (status === 412) return new BridgeError("conflict", "somebody else changed it meanwhile", { details });
  return new BridgeError("platform_refused", sentence, { details });
}

/** The connection broke, or the time limit passed: whether Twilio acted is not known. */
export const lostAnswer = (cause: unknown) =>
  new BridgeError("platform_unavailable", "Twilio's answer was lost", { cause });

/** A command that cannot be carried out, in our own judgement. */
export const refusal = (code: string, reason: string) => new BridgeError("conflict", reason, { details: { code } });

/** Twilio did not do it, for certain. */
export const isRefusal = (error: unknown): boolean => isBridgeError(error) && error.code !== "platform_unavailable";

const numberOf = (body: unknown): number => {
  const code = (body as { code?: unknown } | null | undefined)?.code;
  return typeof code === "number" ? code : 0;
};
