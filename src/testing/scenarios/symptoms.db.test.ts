/** Each symptom that an operator is to be told of raises its alert, and the alert ends with it. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { createFakeRingCentral } from "../../../adapters/ringcentral/fake.ts";
import { spendingOf } from "../../identity/connect.ts";
import { createMetrics } from "../../metrics-node.ts";
import { budgets } from "../../platform/budgets.ts";
import { createTestService, jonas, type TestService } from "../service.ts";

let service: TestService;
beforeAll(async () => {
  service = await createTestService({ metrics: createMetrics() });
  await service.pass(10_000);
});
afterAll(() => service?.close());

type Rule = { alert: string; expr: string };
const file = readFileSync(new URL("../../../docs/alerts.yaml", import.meta.url), "utf8");
const rules = (parse(file) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

type Series = { name: string; labels: Record<string, string>; value: number };
async function readSeries(): Promise<Series[]> {
  const text = await (await service.wired.app.request("/metrics")).text();
  return text.split("\n").flatMap((line) => {
    const [, name = "", labels = "", value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key = "", word = ""]) => [key, word]);
    return name ? [{ name, labels: Object.fromEntries(pairs), value: Number(value) }] : [];
  });
}

/** The part of PromQL in which rules about a state are written: `[sum|max] [by (…)] (metric{…}) > number`, by `or`. */
const condition = /^(?:(?:sum|max)(?: by \([\w, ]*\))? )?\(?(\w+)(?:\{(.*)\})?\)? > ([\d.]+)$/;
async function fires(alert: string): Promise<boolean> {
  const rule = rules.find((one) => one.alert === alert);
  const series = await readSeries();
  return (rule?.expr ?? "").split(" or ").some((part) => {
    const [, name, selector = "", limit] = condition.exec(part) ?? [];
    const wanted = [...selector.matchAll(/(\w+)=(~?)"([^"]*)"/g)];
    return series.some(
      (one) =>
        one.name === name &&
        one.value > Number(limit) &&
        wanted.every(([, key = "", isPattern, word = ""]) =>
          isPattern ? new RegExp(`^(?:${word})$`).test(one.labels[key] ?? "") : one.labels[key] === word,
        ),
    );
  });
}

const presences = { path: /getPresencesByUserId/, times: Number.POSITIVE_INFINITY };
const away = () => service.microsoft.fail.next({ ...presences, status: 503 });
const back = () => service.microsoft.fail.clear();

/** What goes wrong, and what mends it. */
const symptoms: Record<string, [begin: () => unknown, end: () => unknown]> = {
  PatchcordJobsLate: [() => service.clock.advance(60_000), () => service.pass(4_000)],
  PatchcordBudgetNearlyUsed: [useUp, () => service.pass(40_000, 4_000)],
  PatchcordPresenceStale: [
    async () => {
      away();
      await service.pass(90_000, 5_000);
    },
    async () => {
      back();
      await service.pass(90_000, 5_000);
    },
  ],
  PatchcordPenalty: [
    async () => {
      service.microsoft.fail.next({ path: /getPresencesByUserId/, status: 429, headers: { "retry-after": "120" } });
      await service.pass(6_000);
    },
    () => service.pass(130_000, 5_000),
  ],
  PatchcordPushSilent: [silencePushes, hearPushes],
  PatchcordPushBlocked: [failDeliveries, () => service.pass(11 * 60_000, 30_000)],
  PatchcordNeedsAttention: [
    async () => {
      service.microsoft.revokeSecrets();
      await service.pass(75_000, 5_000);
    },
    async () => {
      const body = { adapter: "teams", settings: service.microsoft.settings() };
      expect((await service.ask("PUT", "/v1/connections/Teams", { body })).status).toBe(200);
      await service.pass(75_000, 5_000);
    },
  ],
};

/** Somebody reads as fast as our own limits let them. */
async function useUp(): Promise<void> {
  const { body } = await service.ask("GET", "/v1/connections");
  const teams = String(body.items?.find(({ adapter }) => adapter === "teams")?.id);
  const spending = spendingOf(service.wired.service);
  const most = budgets["teams:presence"]?.requests ?? 0;
  for (let n = 0; n < most; n++) spending.take(teams, "teams:presence", "call", service.clock.now().getTime());
}

async function silencePushes(): Promise<void> {
  const notifications = { refreshToken: "refresh-of-the-service-account", acceptV2Tokens: false };
  const body = { adapter: "teams", settings: service.microsoft.settings({ notifications }) };
  expect((await service.ask("PUT", "/v1/connections/Teams", { body })).status).toBe(200);
  await service.pass(6_000);
  service.microsoft.startCall(jonas.id);
  await service.microsoft.subscriptions.idle();
  service.microsoft.subscriptions.lose(true);
  await service.pass(11 * 60_000, 30_000);
  service.microsoft.endCall(jonas.id);
  await service.pass(12_000);
}

/** RingCentral stops pushing to whom does not answer, until a new subscription is made. */
async function failDeliveries(): Promise<void> {
  let isFailing = false;
  const toService: typeof fetch = async (...given) =>
    isFailing ? new Response(null, { status: 500 }) : service.toService(...given);
  const there = { id: "801002", extensionNumber: "102", name: jonas.name, email: jonas.email };
  const ringcentral = createFakeRingCentral({ clock: service.clock, extensions: [there], fetch: toService });
  service.origins.set("https://platform.ringcentral.com", ringcentral.app);
  const body = { adapter: "ringcentral", settings: ringcentral.settings() };
  expect((await service.ask("PUT", "/v1/connections/RingCentral", { body })).status).toBeLessThan(300);
  await service.pass(6_000);
  isFailing = true;
  for (let count = 0; count < 3; count++) {
    ringcentral.startCall(there.id);
    await ringcentral.deliveries.idle();
    ringcentral.endCall(there.id);
    await ringcentral.deliveries.idle();
  }
  isFailing = false;
  expect(ringcentral.subscriptions.list().map(({ status }) => status)).toEqual(["Blacklisted"]);
  await service.pass(10 * 60_000, 30_000);
}

async function hearPushes(): Promise<void> {
  service.microsoft.subscriptions.lose(false);
  service.microsoft.startCall(jonas.id);
  await service.microsoft.subscriptions.idle();
  await service.pass(70_000, 5_000);
}

it.each(Object.entries(symptoms))(
  "%s",
  async (alert, [begin, end]) => {
    expect(await fires(alert), "before").toBe(false);
    await begin();
    expect(await fires(alert), "while it lasts").toBe(true);
    await end();
    expect(await fires(alert), "afterwards").toBe(false);
  },
  60_000,
);

it("what goes on for a while is counted, and alerts look at how fast the count grows", () => {
  const counted = rules.filter(({ alert }) => !(alert in symptoms));
  for (const { alert, expr } of counted) expect(expr, alert).toMatch(/rate\(|increase\(/);
});
