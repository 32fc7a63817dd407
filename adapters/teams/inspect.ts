import type { Inspection } from "../../src/platform/contract.ts";
import { askGraph } from "./graph.ts";
import { grant } from "./permissions.ts";
import type { TeamsConnection } from "./settings.ts";

/** Teams Phone. Source: Microsoft, "Product names and service plan identifiers for licensing", MCOEV. */
export const phonePlan = "4828c8ec-dc2e-4779-b502-87ac9ce28ab7";

type Plans = { assignedPlans?: { servicePlanId?: string; capabilityStatus?: string }[] };
type Installed = { value: unknown[] };

/**
 * Two requests at most: whether the app is there (where the settings name it), and whether the person's plans include
 * Teams Phone, where their number is one of Teams; User.Read.All shows plans. Graph tells neither voicemail, nor
 * busy-on-busy, nor forwarding of other people.
 */
export async function inspect(c: TeamsConnection, account: string): Promise<Inspection> {
  const { catalogAppId } = c.settings;
  const path = `/users/${encodeURIComponent(account)}`;
  const phoneLicence = await hasPhoneLicence(c, path);
  const app = catalogAppId && (await findApp(c, path, catalogAppId));
  return { ...(app ? { app } : {}), ...(phoneLicence === undefined ? {} : { phoneLicence }) };
}

async function hasPhoneLicence(c: TeamsConnection, path: string): Promise<boolean | undefined> {
  const { phoneFrom, numbersRing } = c.settings;
  const { assignedPlans } = await askGraph<Plans>(c, { lane: "bulk", fix: grant("directory") }, (api) =>
    api(`${path}?$select=id,assignedPlans`).get(),
  );
  if (phoneFrom !== "businessPhones" || numbersRing !== "teams") return undefined;
  return assignedPlans?.some(
    (plan) => plan.servicePlanId?.toLowerCase() === phonePlan && plan.capabilityStatus === "Enabled",
  );
}

/** GET …/installedApps, this app alone; needs TeamsAppInstallation.ReadWriteSelfForUser.All. */
async function findApp(c: TeamsConnection, path: string, catalogAppId: string): Promise<"installed" | "missing"> {
  const { value } = await askGraph<Installed>(c, { lane: "bulk", cost: "teams:apps", fix: grant("install") }, (api) =>
    api(`${path}/teamwork/installedApps?$expand=teamsApp&$filter=teamsApp/id eq '${catalogAppId}'`).get(),
  );
  return value.length > 0 ? "installed" : "missing";
}
