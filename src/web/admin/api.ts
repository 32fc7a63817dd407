/** The service as the admin's screens use it; the browser's own session signs in. */
import type { SetUpView } from "../../views.ts";
import { ask, insist, Offline, Refused } from "../shared/http.ts";

export type Me = { kind: string; name?: string; roles?: string[] };
export type ConnectionView = {
  id: string;
  name: string;
  adapter: string;
  platform: string;
  side?: "contact-center" | "uc";
  showsPresence: boolean;
  enabled: boolean;
  health: { state: string; code?: string; sentence?: string; fix?: string; since?: string; missing?: string[] };
  hookUrl: string;
  directorySyncedAt: string | null;
  sweptAt: string | null;
};
/** What needs somebody: everything but what works and what is being looked at for the first time. */
export const needsSomebody = ({ enabled, health }: ConnectionView): boolean =>
  enabled && !["well", "starting"].includes(health.state);

export type AppView = {
  name: string;
  platform: string;
  baseUrl: string;
  appId: string;
  botId?: string;
  catalogAppId?: string;
  consentUrl?: string;
  manifestVersions: string[];
  appVersion: string;
  upload?: UploadView;
  permissions: {
    name: string;
    feature: string;
    isUsed: boolean;
    writes: boolean;
    state: "granted" | "missing" | "unknown";
  }[];
};
export type UploadView = {
  state: "new" | "updated" | "submitted" | "refused";
  code?: string;
  version: string;
  there?: string;
  says?: string[];
  at: string;
};
export type Violation = { where: string; problem: string; fix: string };
export type InstallsView = {
  progress: Record<string, number>;
  items: { personId: string; name: string; app: string; code?: string; at?: string }[];
};
export type RuleView = {
  platform: string;
  availability: string;
  activity: string;
  effect: { do: string; show?: { availability: string; activity: string }; on?: string[]; evenOnQueue?: boolean };
};
export type PolicyView = {
  id: string;
  scope: string;
  preset?: string;
  rules?: RuleView[];
  version: number;
  changedAt?: string;
};
export type DayEvent = { platform: string; at: string; availability: string; activity: string; routable?: boolean };
export type ChangeView = {
  at: string;
  platform: string;
  show?: { availability: string; activity: string };
  code: string;
  sentence: string;
};
/** `events`: what was recorded, where that was asked for; `cut`: there was more. */
export type TrialView = { changes: ChangeView[]; writes: number; cut: boolean; events?: DayEvent[] };
export type PersonName = { id: string; name: string; department: string | null };
export type AuditView = { id: string; at: string; actor: string; action: string; target: string };

const write = <Result>(method: "POST" | "PUT", address: string, body: unknown = {}) =>
  insist((idempotencyKey) => ask<Result>(address, { method, body, idempotencyKey }));

type Page<Item> = { items: Item[]; next?: string };
/** So many at most: a list that is longer is for the API. */
const rowsMax = 5_000;

/** All pages of a list. `whole`: what else the first page says. */
async function all<Item, Whole extends Page<Item>>(address: string, limit = 200): Promise<Whole> {
  const join = address.includes("?") ? "&" : "?";
  const first = await ask<Whole>(`${address}${join}limit=${limit}`);
  let { next } = first;
  const items = [...first.items];
  while (next && items.length < rowsMax) {
    const page = await ask<Page<Item>>(`${address}${join}limit=${limit}&cursor=${encodeURIComponent(next)}`);
    items.push(...page.items);
    next = page.next;
  }
  return { ...first, items };
}

const under = (id: string, what: string) => `/v1/connections/${encodeURIComponent(id)}/${what}`;

export const api = {
  me: () => ask<Me>("/v1/me"),
  connections: async () => (await ask<{ items: ConnectionView[] }>("/v1/connections")).items,
  check: (id: string) => write<ConnectionView>("POST", under(id, "check")),
  preflights: async (language: string) =>
    (await all<SetUpView, Page<SetUpView>>(`/v1/preflights?language=${language}`)).items,
  checkExpert: (id: string, language: string) =>
    write<SetUpView>("POST", `/v1/experts/${encodeURIComponent(id)}/preflight?language=${language}`),
  expert: (id: string, language: string) =>
    ask<SetUpView>(`/v1/experts/${encodeURIComponent(id)}/preflight?language=${language}`),
  app: (id: string) => ask<AppView>(under(id, "app")),
  installs: (id: string) =>
    all<InstallsView["items"][number], InstallsView & Page<InstallsView["items"][number]>>(under(id, "installs")),
  install: (id: string, personIds?: string[]) =>
    write<{ asked: number }>("POST", under(id, "installs"), personIds ? { personIds } : {}),
  policies: () => ask<{ items: PolicyView[]; presets: Record<string, RuleView[]> }>("/v1/policies"),
  tryPolicy: (policy: string | RuleView[], events: DayEvent[], locale: string) =>
    write<TrialView>("POST", "/v1/policies/try", { policy, events, locale }),
  tryRecorded: (policy: string | RuleView[], personId: string, from: string, locale: string) =>
    write<TrialView>("POST", "/v1/policies/try", { policy, recorded: { personId, from }, locale }),
  presenceSettings: () => ask<{ enabled: boolean; historyDays: number }>("/v1/presence-settings"),
  people: async (name: string) =>
    (await ask<Page<PersonName>>(`/v1/people?limit=10&name=${encodeURIComponent(name)}`)).items,
  setPolicy: (policy: string | RuleView[], version: number) =>
    write<PolicyView>("PUT", "/v1/policies/tenant", { policy, version }),
  audit: (cursor?: string) =>
    ask<Page<AuditView>>(`/v1/audit?limit=100${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`),
};

const violationsIn = (problem: unknown): Violation[] | undefined => {
  const found = (problem as { violations?: unknown } | undefined)?.violations;
  return Array.isArray(found) ? found : undefined;
};

const filledIn = (options: Record<string, string>) =>
  Object.entries(options).filter(([, value]) => value.trim() !== "");

/** Where somebody signs in for the upload, or what keeps the package from being made. @throws Refused, Offline. */
export async function beginUpload(
  id: string,
  options: Record<string, string>,
  language: string,
  isReviewed: boolean,
): Promise<string | Violation[]> {
  const body = {
    ...Object.fromEntries(filledIn(options)),
    isReviewed,
    language,
    back: `${location.pathname + location.search}#app`,
  };
  try {
    const { signInUrl } = await ask<{ signInUrl: string }>(under(id, "app-uploads"), { method: "POST", body });
    return signInUrl;
  } catch (error) {
    const violations = error instanceof Refused ? violationsIn(error.problem) : undefined;
    if (violations) return violations;
    throw error;
  }
}

/** The zip, or what keeps it from being made. @throws Refused, Offline. */
export async function fetchPackage(
  id: string,
  options: Record<string, string>,
  language: string,
): Promise<Blob | Violation[]> {
  const answer = await fetch(
    `${under(id, "app-package")}?${new URLSearchParams([...filledIn(options), ["language", language]])}`,
  ).catch((cause) => {
    throw new Offline("the service cannot be reached", { cause });
  });
  if (answer.ok) return answer.blob();
  const problem = await answer.json().catch(() => undefined);
  const violations = violationsIn(problem);
  if (violations) return violations;
  throw new Refused(answer.status, problem);
}
