import { z } from "zod";
import { BridgeError } from "../../src/errors.ts";
import { askFor } from "./ask.ts";
import { signInAgain } from "./session.ts";
import { light, medium, type RingCentral } from "./settings.ts";

/** App scopes, and what each is for. Without a needed one the connection is of little use; the other costs a feature. */
const scopes: readonly { names: readonly string[]; what: string; needed: boolean }[] = [
  { names: ["ReadAccounts"], what: "the directory", needed: true },
  { names: ["EditPresence"], what: "reading presence and showing people as busy", needed: true },
  { names: ["SubscriptionWebhook"], what: "presence as it changes", needed: true },
  { names: ["TeamMessaging"], what: "cards to experts", needed: true },
  { names: ["Video"], what: "meetings", needed: false },
];

const answer = z.looseObject({ successful: z.boolean().default(false) });
const entries = z.looseObject({ records: z.array(z.looseObject({ id: z.coerce.string() })) });

/**
 * Signs in, then compares the app's scopes and asks whether the service user's role reaches somebody else.
 * @throws BridgeError `platform_unauthorized` with what to change and where.
 */
export async function check(c: RingCentral): Promise<void> {
  const session = await signInAgain(c);
  const missing = scopes.filter((scope) => !scope.names.some((name) => session.scopes.includes(name)));
  const needed = missing.filter((scope) => scope.needed);
  if (needed.length > 0) throw lacksScopes(needed);
  for (const scope of missing) c.log.warn("the RingCentral app lacks a scope", { scope: scope.names.join(" or ") });
  const other = await somebodyElse(c, session.owner);
  if (!other) return;
  for (const permission of ["ReadPresenceStatus", "EditPresenceStatus"]) {
    if (!(await mayOver(c, permission, other))) throw lacksRole(permission);
  }
}

async function somebodyElse(c: RingCentral, owner: string): Promise<string | undefined> {
  const query = { type: "User", showFederated: false, perPage: 2 };
  const path = "/restapi/v1.0/account/~/directory/entries";
  const { records } = await askFor(c, { path, query, cost: medium, lane: "bulk" }, entries);
  return records.find((one) => one.id !== owner)?.id;
}

async function mayOver(c: RingCentral, permissionId: string, targetExtensionId: string): Promise<boolean> {
  const path = "/restapi/v1.0/account/~/extension/~/authz-profile/check";
  return (await askFor(c, { path, query: { permissionId, targetExtensionId }, cost: light, lane: "bulk" }, answer))
    .successful;
}

const lacksScopes = (missing: typeof scopes) =>
  new BridgeError(
    "platform_unauthorized",
    `The RingCentral app lacks ${missing.map((one) => `${one.names.join(" or ")} (${one.what})`).join(", ")}. Add this to the app's permissions in the RingCentral developer console.`,
  );

const lacksRole = (permission: string) =>
  new BridgeError(
    "platform_unauthorized",
    `The RingCentral service user lacks ${permission} over other people. Give the user a role that includes it, such as Super Admin, under Users, Roles in the RingCentral admin portal.`,
    { details: { permission } },
  );
