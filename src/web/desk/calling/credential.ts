/** A token that is renewed before it runs out, in the shape that the library asks for. */
import type { AccessToken, CommunicationTokenCredential } from "@azure/communication-calling";

/** Renewed with this much of its life left, so that a lost answer leaves time for another attempt. */
export const marginMs = 10 * 60_000;

/** When a token ends, by its own claim; at once where it does not say. Not a check: only the platform verifies tokens. */
export function endOf(token: string): number {
  try {
    const part = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    const claims = JSON.parse(atob(part)) as { exp?: unknown };
    return typeof claims.exp === "number" ? claims.exp * 1000 : 0;
  } catch {
    return 0;
  }
}

/**
 * Renews once for all who ask meanwhile. While the old token is still good, a renewal that fails is tried again at the
 * next question and costs nothing.
 */
export function credentialOf(
  first: string,
  renew: () => Promise<string>,
  now: () => number = Date.now,
): CommunicationTokenCredential {
  let token = first;
  let renewing: Promise<void> | undefined;
  const ask = () =>
    renew().then(
      (next) => {
        token = next;
      },
      (error: unknown) => {
        if (endOf(token) <= now()) throw error;
      },
    );
  return {
    async getToken(): Promise<AccessToken> {
      if (endOf(token) - now() < marginMs) {
        renewing ??= ask().finally(() => {
          renewing = undefined;
        });
        await renewing;
      }
      return { token, expiresOnTimestamp: endOf(token) };
    },
    dispose() {},
  };
}
