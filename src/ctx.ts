import type { Db } from "./db.ts";
import type { Id, PersonId } from "./ids.ts";
import type { Log } from "./log.ts";

export const scopes = [
  "consults:write",
  "consults:read",
  "people:read",
  "people:write",
  "presence:read",
  "routing:decide",
  "desk:mint",
  "admin",
] as const;
export type Scope = (typeof scopes)[number];

/** Who is asking. `system` is a job of ours. */
export type Actor =
  | { kind: "agent"; personId: PersonId; name: string }
  | { kind: "expert"; personId: PersonId; name: string }
  | { kind: "admin"; personId?: PersonId; name: string; roles: readonly ("admin" | "supervisor")[] }
  | { kind: "machine"; keyId: Id<"key">; name: string; scopes: readonly Scope[] }
  /** Whoever runs this deployment: makes organizations, and is none of theirs. */
  | { kind: "operator"; name: string }
  | { kind: "system"; name: string };

/** What every verb gets first: one open transaction of one tenant, on whose behalf, and the time. */
export type Ctx = { db: Db; tenantId: string; actor: Actor; now: () => Date; log: Log };

export const actorLabel = (actor: Actor): string =>
  "personId" in actor && actor.personId
    ? `${actor.kind}:${actor.personId}`
    : actor.kind === "machine"
      ? `machine:${actor.keyId}`
      : `${actor.kind}:${actor.name}`;
