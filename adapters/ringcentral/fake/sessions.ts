import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

export type FakeSession = {
  id: string;
  scopes: string[];
  access: string;
  accessUntil: number;
  refresh?: string;
  refreshUntil: number;
  /** The refresh token that was used last: for a while it still yields the same answer. */
  spent?: { refresh: string; until: number };
  /** The access token has been used since it was issued. */
  isUsed: boolean;
};

const sessionsMax = 5;
const secondsMin = 600;
const secondsMax = 3_600;
const refreshSeconds = 604_800;
const graceUnusedMs = 60 * 60_000;
const graceUsedMs = 10_000;

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions(world: World) {
  let sessions: FakeSession[] = [];
  let issued = 0;
  const now = () => world.clock.now().getTime();
  const newToken = (kind: string) => `${kind}-${++issued}-${crypto.randomUUID()}`;

  function renew(session: FakeSession, ttl: number): void {
    session.access = newToken("access");
    session.accessUntil = now() + ttl * 1_000;
    session.isUsed = false;
    if (!world.client.issuesRefreshTokens) return;
    session.refresh = newToken("refresh");
    session.refreshUntil = now() + refreshSeconds * 1_000;
  }

  return {
    /** The newest five; RingCentral ends the oldest without a word. */
    list: (): readonly FakeSession[] => sessions,
    open(form: URLSearchParams): FakeSession {
      const opened: FakeSession = {
        id: crypto.randomUUID(),
        scopes: [...world.client.scopes],
        access: "",
        accessUntil: 0,
        refreshUntil: 0,
        isUsed: false,
      };
      renew(opened, secondsOf(form));
      sessions = [...sessions, opened].slice(-sessionsMax);
      return opened;
    },
    /** A refresh token works once. Its access token dies with it. */
    refresh(form: URLSearchParams): FakeSession | undefined {
      const given = form.get("refresh_token") ?? "";
      const again = sessions.find((one) => one.spent?.refresh === given && one.spent.until > now());
      if (again) return again;
      const session = sessions.find((one) => one.refresh === given && one.refreshUntil > now());
      if (!session) return undefined;
      renew(session, secondsOf(form));
      session.spent = { refresh: given, until: now() + graceUnusedMs };
      return session;
    },
    /** @throws Refusal 401 */
    use(authorization: string): FakeSession {
      const [, token = ""] = /^bearer (.+)$/i.exec(authorization) ?? [];
      const session = sessions.find((one) => one.access === token);
      if (!session) throw new Refusal(401, "OAU-129", "Access token corrupted");
      if (session.accessUntil <= now()) throw new Refusal(401, "OAU-128", "Access token expired");
      if (!session.isUsed && session.spent) session.spent.until = Math.min(session.spent.until, now() + graceUsedMs);
      session.isUsed = true;
      return session;
    },
    end(token: string): void {
      sessions = sessions.filter((one) => one.access !== token && one.refresh !== token);
    },
    endAll(): void {
      sessions = [];
    },
  };
}

/** Out of bounds is moved to the bound: the SDK's -1 becomes ten minutes. */
function secondsOf(form: URLSearchParams): number {
  const asked = Number(form.get("access_token_ttl") ?? secondsMax);
  return Math.min(secondsMax, Math.max(secondsMin, Number.isFinite(asked) ? asked : secondsMax));
}
