import { z } from "zod";
import { BridgeError, isBridgeError } from "../../../src/errors.ts";
import type { Subscription } from "../../../src/platform/contract.ts";
import { askGraph } from "../graph.ts";
import type { TeamsConnection } from "../settings.ts";
import { newSecret } from "./secrets.ts";

/** Source: Microsoft Graph, "Get change notifications for presence updates": at most 650 ids and 60 minutes. */
const idsMax = 650;
const lifeMs = 60 * 60_000;
/** Less than allowed, so that a clock which runs ahead is not refused. */
const askedMs = lifeMs - 60_000;
const yearMs = 365 * 86_400_000;

const need = {
  lane: "engaged",
  as: "notifications",
  fix: "Give the service account delegated Presence.Read.All, sign it in again, and enter its new refresh token",
} as const;

const remote = z.looseObject({
  id: z.string(),
  resource: z.string(),
  notificationUrl: z.string().nullish(),
  expirationDateTime: z.string(),
});
type Remote = z.output<typeof remote>;

const secretKey = (id: string) => `notification-secret:${id}`;
class Unknown extends Error {}

/** The secret that each notification of this subscription must bring; undefined where it is none of ours. */
export const clientStateOf = (c: TeamsConnection, id: string): Promise<string | undefined> =>
  c.tokens
    .get(secretKey(id), () => Promise.reject(new Unknown()))
    .catch((error: unknown) => {
      if (error instanceof Unknown) return undefined;
      throw error;
    });

/**
 * Makes sure that changes of these accounts are pushed to `address`: one subscription for each 650. Ours are renewed at
 * each call, which also re-authorises them; those of other people than these, or whose secret we do not know, are
 * replaced. Safe to repeat. Delegated Presence.Read.All.
 */
export async function subscribe(
  c: TeamsConnection,
  address: string,
  _known?: Subscription,
  accounts: readonly string[] = [],
): Promise<Subscription | undefined> {
  if (!c.settings.notifications) return undefined;
  const wanted = chunks([...accounts].sort()).map(resourceOf);
  const kept: Remote[] = [];
  for (const one of await listOurs(c, address)) {
    const isKept = wanted.includes(one.resource) && !kept.some(({ resource }) => resource === one.resource);
    const renewed = isKept && (await clientStateOf(c, one.id)) ? await renew(c, one) : undefined;
    if (renewed) kept.push(renewed);
    else await remove(c, one.id);
  }
  for (const resource of wanted)
    if (!kept.some((one) => one.resource === resource)) kept.push(await make(c, address, resource));
  const [first] = kept;
  if (!first) return undefined;
  const expiresAt = new Date(Math.min(...kept.map((one) => Date.parse(one.expirationDateTime))));
  return { id: first.id, expiresAt, data: { count: kept.length } };
}

/** Graph allows one subscription a person: what stands in the way was ours before our address or our memory changed. */
async function makeRoom(c: TeamsConnection, resource: string): Promise<void> {
  const ids = new Set(resource.match(/'[^']+'/g));
  for (const one of await list(c))
    if (one.resource.match(/'[^']+'/g)?.some((id) => ids.has(id))) await remove(c, one.id);
}

const chunks = (ids: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(ids.length / idsMax) }, (_, index) => ids.slice(index * idsMax, (index + 1) * idsMax));

const resourceOf = (ids: readonly string[]): string =>
  `/communications/presences?$filter=id in (${ids.map((id) => `'${id.replaceAll("'", "''")}'`).join(",")})`;

const listOurs = async (c: TeamsConnection, address: string): Promise<Remote[]> =>
  (await list(c)).filter((one) => one.notificationUrl === address);

/** Graph shows the caller those that this application made for this account. */
async function list(c: TeamsConnection): Promise<Remote[]> {
  const answer = await askGraph<{ value: unknown[] }>(c, need, (api) => api("/subscriptions").get());
  return answer.value.flatMap((one) => remote.safeParse(one).data ?? []);
}

const untilOf = (c: TeamsConnection) => new Date(c.now().getTime() + askedMs).toISOString();

/** Undefined where Graph has forgotten it. */
async function renew(c: TeamsConnection, one: Remote): Promise<Remote | undefined> {
  const expirationDateTime = untilOf(c);
  try {
    await askGraph(c, need, (api) => api(`/subscriptions/${encodeURIComponent(one.id)}`).patch({ expirationDateTime }));
    return { ...one, expirationDateTime };
  } catch (error) {
    if (isBridgeError(error) && error.code === "not_found") return undefined;
    throw error;
  }
}

async function remove(c: TeamsConnection, id: string): Promise<void> {
  await askGraph(c, need, (api) => api(`/subscriptions/${encodeURIComponent(id)}`).delete()).catch((error: unknown) => {
    if (!isBridgeError(error) || error.code !== "not_found") throw error;
  });
  await c.tokens.drop(secretKey(id));
}

async function make(c: TeamsConnection, address: string, resource: string): Promise<Remote> {
  const { encryption } = c.settings.notifications ?? {};
  const clientState = newSecret();
  const rich = encryption && {
    includeResourceData: true,
    encryptionCertificate: encryption.certificate,
    encryptionCertificateId: encryption.id,
  };
  const body = {
    changeType: "updated",
    notificationUrl: address,
    lifecycleNotificationUrl: address,
    resource,
    expirationDateTime: untilOf(c),
    clientState,
    ...rich,
  };
  const post = () => askGraph<unknown>(c, need, (api) => api("/subscriptions").post(body));
  const answer = await post().catch(async (error: unknown) => {
    if (!isBridgeError(error) || error.details?.platform_status !== 409) throw error;
    await makeRoom(c, resource);
    return post();
  });
  const made = remote.safeParse(answer);
  if (!made.success) throw new BridgeError("platform_unavailable", "Microsoft's answer cannot be read");
  const expiresAt = new Date(c.now().getTime() + yearMs);
  await c.tokens.get(secretKey(made.data.id), async () => ({ value: clientState, expiresAt }));
  return { ...made.data, resource };
}
