import { BridgeError } from "../../../src/errors.ts";
import type { TeamsConnection } from "../settings.ts";
import { digest } from "./secrets.ts";

const refreshDays = 90;
export const delegatedScope = "https://graph.microsoft.com/Presence.Read.All offline_access";

/** The refresh token that counts: the admin's, or the one that Entra gave us in its place. One per admin's entry. */
async function refreshKey(c: TeamsConnection): Promise<string> {
  return `notifications-refresh:${(await digest(refreshOf(c))).slice(0, 16)}`;
}

function refreshOf(c: TeamsConnection): string {
  const token = c.settings.notifications?.refreshToken;
  if (token) return token;
  throw new BridgeError("unsupported", "Notifications are not set up for this connection");
}

const lasting = (c: TeamsConnection, value: string) => ({
  value,
  expiresAt: new Date(c.now().getTime() + refreshDays * 86_400_000),
});

export async function currentRefreshToken(c: TeamsConnection): Promise<string> {
  return c.tokens.get(await refreshKey(c), async () => lasting(c, refreshOf(c)));
}

/** Entra gives a new one with each use; the old one soon counts no longer. */
export async function keepRefreshToken(c: TeamsConnection, value: string): Promise<void> {
  const key = await refreshKey(c);
  await c.tokens.drop(key);
  await c.tokens.get(key, async () => lasting(c, value));
}
