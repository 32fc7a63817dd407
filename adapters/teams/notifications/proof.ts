import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { type TeamsConnection, urlUnder } from "../settings.ts";
import { forget, recall } from "./recall.ts";

/** The application that sends change notifications. Source: Microsoft Graph, "validation tokens". */
const sender = "0bf30f3b-4a52-48df-9a82-234910c4a086";

const keysKey = "sign-in-keys";
const againKey = "sign-in-keys-again";
const dayMs = 86_400_000;
/** Less the store's margin of a minute, this is how often an unknown key may make us read them anew. */
const againMs = 120_000;

/** Is every one of these tokens Microsoft's word, to us and about this tenant? At least one is wanted. */
export async function areProven(c: TeamsConnection, tokens: readonly string[]): Promise<boolean> {
  if (tokens.length === 0 || tokens.length > 20) return false;
  for (const token of tokens) if (!(await isProven(c, token))) return false;
  return true;
}

async function isProven(c: TeamsConnection, token: string): Promise<boolean> {
  try {
    const { clientId, tenantId, loginUrl, notifications } = c.settings;
    const v2 = urlUnder(loginUrl, `${tenantId}/v2.0`);
    const { payload } = await jwtVerify(
      token,
      async (header, jws) => (await keysFor(c, header.kid)).find(header, jws),
      {
        algorithms: ["RS256"],
        audience: clientId,
        issuer: [`https://sts.windows.net/${tenantId}/`, ...(notifications?.acceptV2Tokens ? [v2] : [])],
        requiredClaims: ["exp"],
        currentDate: c.now(),
      },
    );
    return (payload.iss === v2 ? payload.azp : payload.appid) === sender;
  } catch {
    return false;
  }
}

/** Kept for a day by all processes together; an unknown key has them read anew, at most once a minute. */
async function keysFor(c: TeamsConnection, kid: string | undefined): Promise<Keys> {
  const remembered = await recallKeys(c);
  if (remembered.kids.has(kid)) return remembered;
  forget(c, keysKey);
  const known = await recallKeys(c);
  if (known.kids.has(kid)) return known;
  const mark = crypto.randomUUID();
  const expiresAt = new Date(c.now().getTime() + againMs);
  const mine = await c.tokens.get(againKey, async () => ({ value: mark, expiresAt }));
  if (mine !== mark) return known;
  await c.tokens.drop(keysKey);
  forget(c, keysKey);
  return recallKeys(c);
}

type Keys = { kids: Set<string | undefined>; find: ReturnType<typeof createLocalJWKSet> };

async function recallKeys(c: TeamsConnection): Promise<Keys> {
  const keys = await recall(c, keysKey, () => readKeys(c));
  if (!keys) throw new Error("keys not read");
  return keys;
}

async function readKeys(c: TeamsConnection): Promise<Keys> {
  const text = await c.tokens.get(keysKey, async () => {
    const response = await c.fetch(urlUnder(c.settings.loginUrl, "common/discovery/v2.0/keys"), { redirect: "error" });
    if (!response.ok) throw new Error("keys not read");
    return { value: await response.text(), expiresAt: new Date(c.now().getTime() + dayMs) };
  });
  const set = JSON.parse(text) as JSONWebKeySet;
  return { kids: new Set(set.keys.map(({ kid }) => kid)), find: createLocalJWKSet(set) };
}
