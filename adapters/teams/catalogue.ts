/**
 * Our app in the organization's catalogue of Teams apps. No application may put one there: it takes the sign-in of
 * somebody who may, which is used once. Sources: Microsoft Graph reference, "teamsApp: publish", "teamsApp: update" and
 * "List teamsApp"; Microsoft identity platform, authorization code flow.
 */
import type { AppPackage, CataloguePort, Published, UploadCode, UploadSignIn } from "../../src/platform/contract.ts";
import { failureOf, noAnswer } from "./failures.ts";
import { type TeamsConnection, type TeamsSettings, urlUnder } from "./settings.ts";
import { type Ask, redeemCode } from "./tokens.ts";

/** The least that each way of uploading needs. Source: msgraph-permissions, POST /appCatalogs/teamsApps, delegated. */
export const uploadPermissions = { publish: "AppCatalog.ReadWrite.All", submit: "AppCatalog.Submit" } as const;

export const catalogue: CataloguePort<TeamsSettings> = {
  signInUrl,
  publish,
  settingsOf: (catalogId) => ({ catalogAppId: catalogId }),
};

/** Whoever administers Patchcord need not be who administers Teams, so the page asks which account it shall be. */
function signInUrl({ loginUrl, tenantId, clientId }: TeamsSettings, signIn: UploadSignIn): string {
  const scope = uploadPermissions[signIn.isReviewed ? "submit" : "publish"];
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: signIn.redirectUri,
    response_type: "code",
    response_mode: "query",
    scope: `https://graph.microsoft.com/${scope}`,
    state: signIn.state,
    code_challenge: signIn.challenge,
    code_challenge_method: "S256",
    prompt: "select_account",
  });
  return `${urlUnder(loginUrl, `${tenantId}/oauth2/v2.0/authorize`)}?${query}`;
}

async function publish(c: TeamsConnection, signIn: UploadCode, app: AppPackage): Promise<Published> {
  const token = await redeemCode(c, signIn);
  if (token === undefined) return { state: "refused", code: "sign-in" };
  const ask: Asking = (path, init = {}) => send(c, token, path, init);
  const found = await find(ask, app.appId);
  if ("state" in found) return found;
  const { known } = found;
  if (known?.version && !isNewer(app.version, known.version))
    return { state: "refused", code: "version", catalogId: known.id, version: known.version };
  const path = known ? `appCatalogs/teamsApps/${encodeURIComponent(known.id)}/appDefinitions` : "appCatalogs/teamsApps";
  const answer = await ask(app.isReviewed ? `${path}?requiresReview=true` : path, {
    method: "POST",
    headers: { "content-type": "application/zip" },
    body: app.zip,
  });
  if (!answer.ok) return refusalOf(c, answer, app, known);
  const catalogId = known?.id ?? answer.body.id;
  const state = app.isReviewed ? "submitted" : known ? "updated" : "new";
  return { state, version: app.version, ...(catalogId ? { catalogId } : {}) };
}

type Known = { id: string; version?: string };
type Definition = { version?: string };
type Body = {
  id?: string;
  value?: { id: string; appDefinitions?: Definition[] }[];
  error?: { code?: string; message?: string; innerError?: Inner; details?: { message?: string }[] };
};
type Inner = { code?: string; message?: string; details?: { message?: string }[] };
type Answer = { ok: boolean; status: number; headers: Headers; body: Body };
type Asking = (path: string, init?: Ask) => Promise<Answer>;

async function send(c: TeamsConnection, token: string, path: string, init: Ask): Promise<Answer> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  try {
    const url = urlUnder(c.settings.graphUrl, `v1.0/${path}`);
    const response = await c.fetch(url, { ...init, headers, lane: "bulk", cost: "teams:apps", redirect: "error" });
    const body: Body = await response.json().catch(() => ({}));
    return { ok: response.ok, status: response.status, headers: response.headers, body };
  } catch (cause) {
    throw noAnswer(cause);
  }
}

/** The app of this manifest id, with its newest version whatever has become of it: a rejected one counts as used. */
async function find(ask: Asking, appId: string): Promise<{ known: Known | undefined } | Published> {
  const query = `$filter=${encodeURIComponent(`externalId eq '${appId}'`)}&$expand=appDefinitions`;
  const answer = await ask(`appCatalogs/teamsApps?${query}`);
  if (answer.status === 401 || answer.status === 403) return { state: "refused", code: "forbidden" };
  // Where looking does not work, uploading says the same.
  const [app] = answer.body.value ?? [];
  if (!answer.ok || !app) return { known: undefined };
  const versions = (app.appDefinitions ?? []).flatMap(({ version }) => version ?? []);
  const newest = versions.reduce<string | undefined>((a, b) => (a && !isNewer(b, a) ? a : b), undefined);
  return { known: { id: app.id, ...(newest ? { version: newest } : {}) } };
}

function refusalOf(c: TeamsConnection, answer: Answer, app: AppPackage, known: Known | undefined): Published {
  const { status, headers, body } = answer;
  if (status === 401 || status === 403) return { state: "refused", code: "forbidden" };
  if (status === 409)
    return known
      ? { state: "refused", code: "version", catalogId: known.id, version: known.version ?? app.version }
      : { state: "refused", code: "exists" };
  if (status === 400) return { state: "refused", code: "invalid", says: saysOf(body) };
  throw failureOf({ status, code: body.error?.code, headers }, "", c.now());
}

const saysMax = 10;
const saysCharacters = 300;

/** Teams' own reasons, which are about the package alone. */
function saysOf({ error }: Body): string[] {
  const details = [...(error?.details ?? []), ...(error?.innerError?.details ?? [])].flatMap(
    ({ message }) => message ?? [],
  );
  const all = details.length > 0 ? details : [error?.innerError?.message ?? error?.message ?? ""];
  return all
    .filter(Boolean)
    .slice(0, saysMax)
    .map((one) => one.slice(0, saysCharacters));
}

/** By the numbers between the dots, as Teams compares versions. */
function isNewer(version: string, than: string): boolean {
  const [a, b] = [version, than].map((one) => one.split(".").map((part) => Number.parseInt(part, 10) || 0));
  const length = Math.max(a?.length ?? 0, b?.length ?? 0);
  for (let index = 0; index < length; index++) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
