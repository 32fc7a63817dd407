import { z } from "zod";
import { BridgeError, isBridgeError } from "../../src/errors.ts";
import type { Subscription } from "../../src/platform/contract.ts";
import { ask, askFor } from "./ask.ts";
import { verificationToken } from "./events.ts";
import { light, medium, type RingCentral } from "./settings.ts";

const path = "/restapi/v1.0/subscription";
const weekSeconds = 604_800;

const presenceFilter = "/restapi/v1.0/account/~/presence?detailedTelephonyState=true";
/** A reminder each hour of the last day. Threshold: at most half the lifetime; interval: at most half the threshold. */
const reminderFilter = "/restapi/v1.0/subscription/~?threshold=86400&interval=3600";
const eventFilters = [presenceFilter, reminderFilter];

const subscription = z.looseObject({
  id: z.string(),
  status: z.string(),
  eventFilters: z.array(z.string()),
  disabledFilters: z.array(z.looseObject({ filter: z.string(), reason: z.string() })).nullish(),
  expirationTime: z.string(),
  deliveryMode: z.looseObject({ transportType: z.string(), address: z.string().optional() }),
});
type Remote = z.output<typeof subscription>;
const subscriptions = z.looseObject({ records: z.array(subscription) });

/**
 * One webhook for the presence of the whole account. Adopts the one at `address`, renews it in the second half of its
 * life, and makes a new one when it is blacklisted, gone, lacks a filter or was made with another secret.
 * Groups Light to look and renew, Medium to make; app scopes SubscriptionWebhook and ReadAccounts.
 */
export async function subscribe(c: RingCentral, address: string, known?: Subscription): Promise<Subscription> {
  const secret = await verificationToken(c);
  const { records } = await askFor(c, { path, cost: light, lane: "engaged" }, subscriptions);
  const ours = records.filter((one) => one.deliveryMode.address === address);
  const isSecretOld = known?.secret !== undefined && known.secret !== secret;
  const good = isSecretOld ? undefined : (ours.find((one) => one.id === known?.id && works(one)) ?? ours.find(works));
  for (const one of ours) if (one !== good) await remove(c, one.id);
  const kept = good && (await renewed(c, good));
  const now = kept ?? (await make(c, address, secret));
  const wasBlocked = ours.some(({ status }) => status === "Blacklisted");
  return { id: now.id, expiresAt: new Date(now.expirationTime), secret, ...(wasBlocked ? { wasBlocked } : {}) };
}

/** Undefined when RingCentral has forgotten it in the meantime. */
async function renewed(c: RingCentral, one: Remote): Promise<Remote | undefined> {
  const leftMs = Date.parse(one.expirationTime) - c.now().getTime();
  if (leftMs > (weekSeconds * 1000) / 2) return one;
  try {
    const renewal = {
      method: "POST",
      path: `${path}/${encodeURIComponent(one.id)}/renew`,
      cost: light,
      lane: "engaged",
    } as const;
    return await askFor(c, renewal, subscription);
  } catch (error) {
    if (isBridgeError(error) && error.details?.status === 404) return undefined;
    throw error;
  }
}

async function make(c: RingCentral, address: string, secret: string): Promise<Remote> {
  const deliveryMode = { transportType: "WebHook", address, verificationToken: secret };
  const body = { eventFilters, deliveryMode, expiresIn: weekSeconds };
  const made = await askFor(c, { method: "POST", path, body, cost: medium, lane: "engaged" }, subscription);
  if (works(made)) return made;
  await remove(c, made.id);
  throw new BridgeError(
    "platform_unauthorized",
    "RingCentral does not let the app watch the presence of the account. Give the app ReadAccounts and ReadPresence, and the service user a role that may see everybody's presence.",
    { details: { disabled: made.disabledFilters?.map((one) => one.reason).join(", ") } },
  );
}

async function remove(c: RingCentral, id: string): Promise<void> {
  try {
    await ask(c, { method: "DELETE", path: `${path}/${encodeURIComponent(id)}`, cost: medium, lane: "engaged" });
  } catch (error) {
    if (!isBridgeError(error) || error.details?.status !== 404) throw error;
  }
}

function works(one: Remote): boolean {
  const disabled = (one.disabledFilters ?? []).map((filter) => normal(filter.filter));
  const active = one.eventFilters.map(normal).filter((filter) => !disabled.includes(filter));
  return one.status === "Active" && eventFilters.every((filter) => active.includes(normal(filter)));
}

/** RingCentral stores its own ids where we wrote `~`. */
function normal(filter: string): string {
  const [where = "", query = ""] = filter.split("?");
  const sorted = new URLSearchParams(query);
  sorted.sort();
  return `${where.replace(/\/(account|subscription)\/[^/]+/g, "/$1/~")}?${sorted}`;
}
