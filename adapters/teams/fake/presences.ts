import type { Clock } from "./world.ts";

/** What Teams shows: its own words. */
export type Shown = { availability: string; activity: string };
/** A Teams client repeats its session by itself; an application has to. */
type Session = Shown & { touchedAt: number; expiresAt: number; isRepeated?: boolean };

/** One user's sessions: their Teams client, the calls that they are in, one for each application; and their own choice. */
type Sessions = {
  client: Session | undefined;
  call: Session | undefined;
  apps: Map<string, Session>;
  preferred: (Shown & { expiresAt: number }) | undefined;
  sequence: number;
  lastSeen: string;
};

/** Stronger first. Source: "Manage presence state using the Microsoft Graph API". A word from tomorrow beats them all. */
const ranking = ["DoNotDisturb", "Busy", "BusyIdle", "Available", "AvailableIdle", "BeRightBack", "Away", "Offline"];
const rankOf = ({ availability }: Shown) => ranking.indexOf(availability);

const minutes = (n: number) => n * 60_000;
const offline: Shown = { availability: "Offline", activity: "Offline" };

/** An Available that nobody repeats becomes idle after 5 minutes and away after 5 more, whatever it was asked to last. */
function aged({ availability, activity, touchedAt, isRepeated }: Session, now: number): Shown {
  if (availability !== "Available" || isRepeated || now < touchedAt + minutes(5)) return { availability, activity };
  if (now < touchedAt + minutes(10)) return { availability: "Available", activity: "AvailableInactive" };
  return { availability: "Away", activity: "Away" };
}

/** Own choice over sessions, but only while there is one; the strongest session, of equal ones the latest. */
function aggregate({ client, call, apps, preferred }: Sessions, now: number): Shown {
  const live = [client, call, ...apps.values()].filter((one) => one !== undefined).filter((one) => one.expiresAt > now);
  if (live.length === 0) return offline;
  if (preferred && preferred.expiresAt > now) return preferred;
  const latestFirst = live.sort((a, b) => b.touchedAt - a.touchedAt).map((session) => aged(session, now));
  return latestFirst.reduce((strongest, one) => (rankOf(one) < rankOf(strongest) ? one : strongest));
}

export type Presences = ReturnType<typeof createPresences>;

export function createPresences(clock: Clock) {
  const all = new Map<string, Sessions>();
  const now = () => clock.now().getTime();
  const ownSession = (shown: Shown): Session => ({
    ...shown,
    touchedAt: now(),
    expiresAt: Number.POSITIVE_INFINITY,
    isRepeated: true,
  });

  function of(user: string): Sessions {
    const known = all.get(user);
    if (known) return known;
    const made: Sessions = {
      client: ownSession({ availability: "Available", activity: "Available" }),
      call: undefined,
      apps: new Map(),
      preferred: undefined,
      sequence: 1,
      lastSeen: "",
    };
    all.set(user, made);
    return made;
  }

  return {
    /** What everybody else sees, with a number that grows with each change that was looked at. */
    see(user: string): Shown & { sequenceNumber: string } {
      const sessions = of(user);
      const { availability, activity } = aggregate(sessions, now());
      const seen = `${availability}/${activity}`;
      if (seen !== sessions.lastSeen) sessions.sequence += 1;
      sessions.lastSeen = seen;
      return { availability, activity, sequenceNumber: String(sessions.sequence) };
    },
    /** What applications show on this person's behalf just now, the oldest first. */
    appSessions(user: string): (Shown & { expiresAt: Date })[] {
      const live = [...of(user).apps.values()].filter(({ expiresAt }) => expiresAt > now());
      return live.map(({ availability, activity, expiresAt }) => ({
        availability,
        activity,
        expiresAt: new Date(expiresAt),
      }));
    },
    setSession(user: string, app: string, shown: Shown, ms: number): void {
      of(user).apps.set(app, { ...shown, touchedAt: now(), expiresAt: now() + ms });
    },
    /** Whether there was one. */
    clearSession(user: string, app: string): boolean {
      const { apps } = of(user);
      const session = apps.get(app);
      apps.delete(app);
      return session !== undefined && session.expiresAt > now();
    },
    setPreferred(user: string, shown: Shown, ms: number): void {
      of(user).preferred = { ...shown, expiresAt: now() + ms };
    },
    clearPreferred(user: string): void {
      of(user).preferred = undefined;
    },
    /** What the person's own Teams client reports by itself; undefined: signed out. */
    setClient(user: string, shown: Shown | undefined): void {
      of(user).client = shown && ownSession(shown);
    },
    setCall(user: string, shown: Shown | undefined): void {
      of(user).call = shown && ownSession(shown);
    },
  };
}

/** ISO 8601 durations as Graph takes them, in milliseconds. */
export function readDuration(text: string): number | undefined {
  const [, days, hours, mins, seconds] = /^P(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text) ?? [];
  const parts = [days, hours, mins, seconds];
  if (parts.every((part) => part === undefined)) return undefined;
  const [d = 0, h = 0, m = 0, s = 0] = parts.map((part) => Number(part ?? 0));
  return ((d * 24 + h) * 60 + m) * 60_000 + s * 1_000;
}
