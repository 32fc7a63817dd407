import { z } from "zod";
import { BridgeError } from "../../src/errors.ts";
import { failureFrom } from "./failures.ts";
import { unlessLost } from "./request.ts";
import { isSid, type Twilio } from "./settings.ts";

const verdict = z.looseObject({ valid: z.boolean(), worker_sid: z.string().nullish() });
/** A Flex token is an encrypted JWT of some hundred characters; anything else is not sent anywhere. */
const looksLikeToken = (token: string) => /^[\w-]+(\.[\w-]*){2,4}$/.test(token) && token.length <= 8_000;

/**
 * Whose Flex session this token is, in Twilio's word: only Twilio can open it. Somebody signed in who is no worker (an
 * administrator) is nobody here. POST iam.twilio.com/v1/Accounts/{sid}/Tokens/validate with the API key.
 * Source: Twilio's package twilio-flex-token-validator 1.6.0, its request and the sample answer of its README.
 */
export async function verify(c: Twilio, token: string): Promise<{ account: string } | undefined> {
  if (!looksLikeToken(token)) return undefined;
  const { iamUrl, accountSid, apiKeySid, apiKeySecret } = c.settings;
  const response = await unlessLost(
    c.fetch(`${iamUrl.replace(/\/+$/, "")}/v1/Accounts/${accountSid}/Tokens/validate`, {
      method: "POST",
      headers: {
        accept: "application/json",
        authorization: `Basic ${btoa(`${apiKeySid}:${apiKeySecret}`)}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ token }),
      lane: "call",
    }),
  );
  // What the package calls invalid is told in the body; nothing is documented about the status that comes with it.
  const said = verdict.safeParse(
    await unlessLost(
      response
        .clone()
        .json()
        .catch(() => undefined),
    ),
  );
  if (!said.success) {
    if (!response.ok) throw await failureFrom(response, c.now());
    throw new BridgeError("platform_refused", "Twilio answered in a way that we cannot read");
  }
  const { valid, worker_sid: worker } = said.data;
  return response.ok && valid && worker && isSid("worker", worker) ? { account: worker } : undefined;
}
