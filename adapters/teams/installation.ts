import { BridgeError } from "../../src/errors.ts";
import type { Lane } from "../../src/platform/contract.ts";
import { askGraph } from "./graph.ts";
import { grant } from "./permissions.ts";
import type { TeamsConnection } from "./settings.ts";

const isConflict = (error: unknown) => error instanceof BridgeError && error.details?.platform_status === 409;

/**
 * POST /users/{id}/teamwork/installedApps; needs TeamsAppInstallation.ReadWriteSelfForUser.All; 30 requests a second for
 * each app and tenant. @returns Whether it was missing.
 */
async function putApp(c: TeamsConnection, account: string, catalogAppId: string, lane: Lane): Promise<boolean> {
  // The reference wants Graph's public address here, whichever address the request itself goes to.
  const body = { "teamsApp@odata.bind": `https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/${catalogAppId}` };
  try {
    await askGraph(c, { lane, cost: "teams:apps", fix: grant("install") }, (api) =>
      api(`/users/${encodeURIComponent(account)}/teamwork/installedApps`).post(body),
    );
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw error;
  }
}

/**
 * Installs the app for one person who was found to lack it, where the settings name it. Safe to repeat.
 * @returns Whether it was missing and now is not: only then is it worth trying the chat again.
 * @throws BridgeError `unreachable` with the cause when it cannot be installed; as it is when waiting may help.
 */
export async function installApp(c: TeamsConnection, account: string, unreachable: BridgeError): Promise<boolean> {
  const { catalogAppId } = c.settings;
  if (!catalogAppId) return false;
  try {
    return await putApp(c, account, catalogAppId, "call");
  } catch (error) {
    if (!(error instanceof BridgeError) || error.retry) throw error;
    const why = error.code === "platform_unauthorized" ? `. ${error.message}` : "";
    throw new BridgeError("unreachable", `${unreachable.message}, and it could not be installed${why}`, {
      cause: error,
    });
  }
}

/** Puts the app before a person ahead of any card. Safe to repeat. */
export async function install(c: TeamsConnection, account: string): Promise<void> {
  const { catalogAppId } = c.settings;
  if (!catalogAppId)
    throw new BridgeError("unsupported", "Set catalogAppId to the app's ID in the Teams app catalogue, then install.");
  try {
    await putApp(c, account, catalogAppId, "bulk");
  } catch (error) {
    if (!(error instanceof BridgeError) || error.code !== "not_found") throw error;
    throw new BridgeError("unreachable", "The app is not in the catalogue, or this person has no Teams.", {
      cause: error,
    });
  }
}
