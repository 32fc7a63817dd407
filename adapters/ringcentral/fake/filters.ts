import { Refusal } from "./refusal.ts";
import type { World } from "./world.ts";

const base = "/restapi/v1.0";

/** Filters that the fake knows, and the scope that each needs (the guide names ReadAccounts for the account's). */
const known: readonly { pattern: RegExp; scope?: string }[] = [
  { pattern: /^\/restapi\/v1\.0\/account\/[^/]+\/presence$/, scope: "ReadAccounts" },
  { pattern: /^\/restapi\/v1\.0\/account\/[^/]+\/extension\/[^/]+\/presence$/, scope: "ReadPresence" },
  { pattern: /^\/restapi\/v1\.0\/account\/[^/]+\/telephony\/sessions$/, scope: "CallControl" },
  { pattern: /^\/restapi\/v1\.0\/subscription\/~$/ },
];

const invalidFilters = () => new Refusal(400, "SUB-508", "Event filters are not specified or invalid");

const pathOf = (filter: string) => filter.split("?")[0] ?? "";
export const queryOf = (filter: string) => new URLSearchParams(filter.split("?")[1] ?? "");

export const isReminder = (filter: string): boolean => pathOf(filter).startsWith(`${base}/subscription/`);

/** Which filter of a subscription, if any, takes a change of this extension's presence. */
export const matching = (filters: readonly string[], extensionId: string): string | undefined =>
  filters.find((filter) => {
    const [, extension] = /\/account\/[^/]+(?:\/extension\/([^/]+))?\/presence$/.exec(pathOf(filter)) ?? [];
    return pathOf(filter).endsWith("/presence") && (extension === undefined || extension === extensionId);
  });

/** RingCentral keeps its own ids where the caller wrote `~`. */
export const concrete = (world: World, subscriptionId: string, filter: string): string =>
  filter
    .replace("/account/~", `/account/${world.accountId}`)
    .replace("/extension/~", `/extension/${world.user.extensionId}`)
    .replace("/subscription/~", `/subscription/${subscriptionId}`);

/** @throws Refusal SUB-508. Filters that the app may not have are set aside and named. */
export function sortFilters(asked: unknown, scopes: readonly string[], lifetimeSeconds: number) {
  if (!Array.isArray(asked) || asked.length === 0) throw invalidFilters();
  const filters = asked.map((filter) => {
    const rule = known.find(({ pattern }) => typeof filter === "string" && pattern.test(pathOf(filter)));
    if (!rule || (isReminder(filter) && !isSane(filter, lifetimeSeconds))) throw invalidFilters();
    return { filter: String(filter), isGranted: isGranted(scopes, rule.scope), scope: rule.scope };
  });
  const granted = filters.filter((one) => one.isGranted).map((one) => one.filter);
  if (granted.length === 0) throw invalidFilters();
  const disabled = filters
    .filter((one) => !one.isGranted)
    .map(({ filter, scope }) => ({ filter, reason: "CMN-401", message: `[${scope}] permission is needed` }));
  return { granted, disabled };
}

const isGranted = (scopes: readonly string[], scope: string | undefined) =>
  scope === undefined || scopes.includes(scope) || (scope === "ReadPresence" && scopes.includes("EditPresence"));

/** Threshold at most half the lifetime, interval at most half the threshold (guide, creating webhooks). */
function isSane(filter: string, lifetimeSeconds: number): boolean {
  const threshold = Number(queryOf(filter).get("threshold"));
  const interval = Number(queryOf(filter).get("interval"));
  return threshold > 0 && interval > 0 && threshold <= lifetimeSeconds / 2 && interval <= threshold / 2;
}
