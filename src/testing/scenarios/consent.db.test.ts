/** Consent that was withdrawn, a secret that was revoked: somebody is told what to do, and nobody is lied to meanwhile. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { ana, createTestService, type TestService } from "../service.ts";

const granted = ["Presence.ReadWrite.All", "User.Read.All", "TeamsAppInstallation.ReadWriteSelfForUser.All"];
let service: TestService;
beforeEach(async () => {
  service = await createTestService();
  await service.pass(6_000);
});
afterEach(() => service?.close());

const teams = async () => {
  const { body } = await service.ask("GET", "/v1/connections");
  return body.items?.find(({ adapter }) => adapter === "teams")?.health as {
    state: string;
    code?: string;
    fix?: string;
  };
};
const reachability = async () => {
  const { body } = await service.ask("GET", "/v1/experts?q=jonas");
  return body.items?.[0]?.reachability as object;
};
const save = () =>
  service.ask("PUT", "/v1/connections/Teams", { body: { adapter: "teams", settings: service.microsoft.settings() } });
const isCenterFresh = async () => {
  const [row] = await service.sql`select p.observed_at from presences p join accounts a on a.id = p.account_id
    where a.external_id = ${ana.account}`;
  return service.clock.now().getTime() - new Date(row?.observed_at).getTime() < 10_000;
};

it.each<[string, RegExp, () => void, () => void]>([
  ["the secret was revoked", /secret/i, () => service.microsoft.revokeSecrets(), () => {}],
  [
    "consent was withdrawn",
    /Presence\.Read/,
    () => {
      service.microsoft.setRoles(granted.filter((role) => !role.startsWith("Presence")));
      service.microsoft.revokeTokens();
    },
    () => {
      service.microsoft.setRoles(granted);
      service.microsoft.revokeTokens(); // a token carries the permissions of its time
    },
  ],
])("%s: the connection says the fix, presence ages to stale, and all is well once it is mended", async (_name, fix, breakIt, mendIt) => {
  expect(await reachability()).toMatchObject({ state: "call" });
  breakIt();
  await service.pass(75_000, 5_000);
  expect(await teams()).toMatchObject({ state: "needs-attention", fix: expect.stringMatching(fix) });
  expect(await reachability()).toMatchObject({
    state: "later",
    reasons: [{ code: "stale" }],
    presences: [{ adapter: "teams", stale: true }],
  });
  expect(await isCenterFresh()).toBe(true);
  mendIt();
  expect((await save()).status).toBe(200);
  await service.pass(75_000, 5_000);
  expect(await teams()).toMatchObject({ state: "well" });
  expect(await reachability()).toMatchObject({ state: "call" });
});
