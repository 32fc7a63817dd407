import { decodeJwt } from "jose";
import { BridgeError } from "../../src/errors.ts";
import { calling } from "./calling/identities.ts";
import { askGraph } from "./graph.ts";
import { grant, missingFeatures, permissions } from "./permissions.ts";
import { presence } from "./presence.ts";
import type { TeamsConnection } from "./settings.ts";
import { accessToken } from "./tokens.ts";

/**
 * Signs in anew (a token from before the admin's consent would still lack it), compares the granted permissions with
 * what the settings use, reads one person's presence, and tries the access key for calls from the desk.
 * @throws BridgeError `platform_unauthorized` naming each missing permission and what it is for.
 */
export async function check(c: TeamsConnection): Promise<void> {
  await Promise.all([c.tokens.drop("graph"), c.tokens.drop("bot")]);
  const missing = missingFeatures(c.settings, readRoles(await accessToken(c, "graph")));
  if (missing.length > 0) {
    throw new BridgeError("platform_unauthorized", missing.map(grant).join(". "), {
      details: { missing_permissions: missing.map((feature) => permissions[feature].name) },
    });
  }
  await accessToken(c, "bot");
  await readSomebody(c);
  if (c.settings.calling) await tryCalling(c);
}

/** Makes somebody who could call and forgets them at once. */
async function tryCalling(c: TeamsConnection): Promise<void> {
  const { caller } = await calling.issue(c, calling.ways(c.settings));
  await calling.forget(c, caller);
}

/** App-only tokens for Graph name the granted application permissions. */
function readRoles(token: string): ReadonlySet<string> {
  const { roles } = decodeJwt(token);
  return new Set(Array.isArray(roles) ? roles.map(String) : []);
}

async function readSomebody(c: TeamsConnection): Promise<void> {
  const { value } = await askGraph<{ value: { id: string }[] }>(c, { lane: "bulk", fix: grant("directory") }, (api) =>
    api("/users?$select=id&$top=1").get(),
  );
  await presence.read(
    c,
    value.map(({ id }) => id),
  );
}
