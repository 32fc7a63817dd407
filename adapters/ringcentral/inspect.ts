import { z } from "zod";
import { isBridgeError } from "../../src/errors.ts";
import type { Inspection } from "../../src/platform/contract.ts";
import { askFor, extensionId } from "./ask.ts";
import { handlingOf } from "./handling.ts";
import { medium, type RingCentral } from "./settings.ts";

/** Being called and calling by the app. Source: RingCentral API contract, ExtensionServiceFeatureInfo. */
const calling = "VoipCalling";

const features = z.looseObject({
  records: z
    .array(
      z.looseObject({
        id: z.string(),
        available: z.boolean(),
        reason: z.looseObject({ code: z.string() }).nullish(),
      }),
    )
    .default([]),
});

/** These say something about our sign-in, not about the person's licence. */
const aboutUs = ["InsufficientPermissions", "PermissionLimitation"];

/**
 * How somebody is set up: may they be called, and do their calls ring at all. Where RingCentral does not tell, nothing is
 * said.
 */
export async function inspect(c: RingCentral, account: string): Promise<Inspection> {
  const person = extensionId(account);
  return { ...(await licenceOf(c, person)), ...(await forwardingOf(c, person)) };
}

/**
 * Group Medium, app scope ReadAccounts, permission ReadExtensions. RingCentral tells of other people's features only what
 * an administrator can set for them.
 */
async function licenceOf(c: RingCentral, person: string): Promise<Inspection> {
  const path = `/restapi/v1.0/account/~/extension/${person}/features`;
  const ask = { path, query: { featureId: calling }, cost: medium, lane: "bulk" } as const;
  const feature = (await askFor(c, ask, features)).records.find((one) => one.id === calling);
  if (!feature || aboutUs.includes(feature.reason?.code ?? "")) return {};
  return { phoneLicence: feature.available };
}

const state = z.looseObject({ enabled: z.boolean() });

/**
 * The state "forward all calls" of accounts that have moved to the new call handling. Group Medium, app scope ReadAccounts,
 * permission ReadExtensionAnsweringRules; not there for every account. What single rules and voicemail do is not read.
 */
async function forwardingOf(c: RingCentral, person: string): Promise<Inspection> {
  if ((await handlingOf(c)) !== "new") return {};
  const path = `/restapi/v2/accounts/~/extensions/${person}/comm-handling/states/forward-all-calls`;
  return askFor(c, { path, cost: medium, lane: "bulk" }, state).then(
    ({ enabled }) => ({ forwardsAll: enabled }),
    (error: unknown) => {
      if (!isBridgeError(error) || ![403, 404].includes(Number(error.details?.status))) throw error;
      return {};
    },
  );
}
