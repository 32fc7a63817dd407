import { BridgeError } from "../../src/errors.ts";
import { askGraph } from "./graph.ts";
import { grant } from "./permissions.ts";
import type { TeamsConnection } from "./settings.ts";

/**
 * Installs the app for one person, where the settings name it. POST /users/{id}/teamwork/installedApps; needs
 * TeamsAppInstallation.ReadWriteSelfForUser.All; 30 requests a second for each app and tenant. Safe to repeat.
 * @returns Whether it was missing and now is not: only then is it worth trying the chat again.
 * @throws BridgeError `unreachable` with the cause when it cannot be installed; as it is when waiting may help.
 */
export async function installApp(c: TeamsConnection, account: string, unreachable: BridgeError): Promise<boolean> {
  const { catalogAppId } = c.settings;
  if (!catalogAppId) return false;
  // The reference wants Graph's public address here, whichever address the request itself goes to.
  const body = { "teamsApp@odata.bind": `https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/${catalogAppId}` };
  try {
    await askGraph(c, { lane: "call", fix: grant("install") }, (api) =>
      api(`/users/${encodeURIComponent(account)}/teamwork/installedApps`).post(body),
    );
    return true;
  } catch (error) {
    if (!(error instanceof BridgeError) || error.retry) throw error;
    if (error.details?.platform_status === 409) return false;
    const why = error.code === "platform_unauthorized" ? `. ${error.message}` : "";
    throw new BridgeError("unreachable", `${unreachable.message}, and it could not be installed${why}`, {
      cause: error,
    });
  }
}
