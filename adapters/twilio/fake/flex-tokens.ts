/** Tokens of Flex sessions, as Twilio's own page of validation answers for them. */
import type { Clock } from "../../../src/testing/clock.ts";

type Session = { worker?: string; expiresAt: Date };

export function createFlexTokens(clock: Clock) {
  const sessions = new Map<string, Session>();
  const refuse = (code: number, message: string) => ({ valid: false, code, message });
  return {
    /** Somebody signs in to Flex; without a worker it is an administrator. Opaque, in the shape of an encrypted JWT. */
    issue(worker?: string, lifeMs = 3_600_000): string {
      const token = ["head", "key", "iv", "text", "tag"].map((part) => `${part}${crypto.randomUUID()}`).join(".");
      sessions.set(token, { ...(worker ? { worker } : {}), expiresAt: new Date(clock.now().getTime() + lifeMs) });
      return token;
    },
    revoke: (token: string): void => void sessions.delete(token),
    validate(token: string | undefined) {
      const session = sessions.get(token ?? "");
      if (!session) return refuse(70251, "Invalid token");
      if (session.expiresAt <= clock.now()) return refuse(70252, "Token expired");
      const { worker, expiresAt } = session;
      return {
        valid: true,
        code: 0,
        message: null,
        expiration: expiresAt.toISOString(),
        realm_user_id: "user@example.com",
        identity: "user_40example_2Dcom",
        roles: [worker ? "agent" : "admin"],
        ...(worker ? { worker_sid: worker } : {}),
      };
    },
  };
}
