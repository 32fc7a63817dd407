import { z } from "zod";
import type { Inspection } from "../../src/platform/contract.ts";
import { askFor, extensionId } from "./ask.ts";
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
 * May this person be called? Group Medium, app scope ReadAccounts, permission ReadExtensions. RingCentral tells of other
 * people's features only what an administrator can set for them; where it does not tell, nothing is said.
 */
export async function inspect(c: RingCentral, account: string): Promise<Inspection> {
  const path = `/restapi/v1.0/account/~/extension/${extensionId(account)}/features`;
  const ask = { path, query: { featureId: calling }, cost: medium, lane: "bulk" } as const;
  const feature = (await askFor(c, ask, features)).records.find((one) => one.id === calling);
  if (!feature || aboutUs.includes(feature.reason?.code ?? "")) return {};
  return { phoneLicence: feature.available };
}
