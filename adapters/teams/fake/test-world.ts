import { beforeEach } from "vitest";
import type { Connection } from "../../../src/platform/contract.ts";
import { createTestConnection } from "../../../src/testing/connection.ts";
import { mountForFile } from "../../../src/testing/mount.ts";
import { createFakeMicrosoft, type FakeMicrosoft, type FakeMicrosoftOptions } from "../fake.ts";
import type { TeamsSettings } from "../settings.ts";
import { type Clock, type FakeUser, urlsUnder, vendorUrls } from "./world.ts";

export const jonas: FakeUser = {
  id: "11111111-1111-4111-8111-111111111111",
  displayName: "Jonas Sund",
  userPrincipalName: "jonas.sund@contoso.example",
  mail: "jonas.sund@contoso.example",
  businessPhones: ["+46 8 123 456 01"],
  mobilePhone: "+46 70 123 45 01",
  department: "Invoicing",
  jobTitle: "Specialist",
  officeLocation: "Stockholm",
  appRoles: ["Patchcord.Supervisor"],
};
export const marta: FakeUser = {
  id: "22222222-2222-4222-8222-222222222222",
  displayName: "Marta Ruiz",
  userPrincipalName: "marta.ruiz@contoso.example",
};
export const guest: FakeUser = {
  id: "33333333-3333-4333-8333-333333333333",
  displayName: "Gustav Guest",
  userPrincipalName: "gustav_partner.example#EXT#@contoso.example",
  mail: "gustav@partner.example",
  userType: "Guest",
};
export const stranger = "99999999-9999-4999-8999-999999999999";

export const startsAt = new Date("2026-11-20T09:00:00Z");
export const minute = 60_000;

export function createTestClock(): Clock & { pass(ms: number): void } {
  let at = startsAt.getTime();
  return {
    now: () => new Date(at),
    pass: (ms) => {
      at += ms;
    },
  };
}

export type TestWorld = {
  clock: ReturnType<typeof createTestClock>;
  fake: FakeMicrosoft;
  connect(settings?: Partial<TeamsSettings>, fetchOf?: Connection["fetch"]): Connection<TeamsSettings>;
};

export function createTestWorld(options: Partial<FakeMicrosoftOptions> = {}): TestWorld {
  const clock = createTestClock();
  const fake = createFakeMicrosoft({ clock, users: [jonas, marta, guest], ...options });
  return {
    clock,
    fake,
    connect: (settings, fetchOf) =>
      createTestConnection(fake.settings(settings), { now: clock.now, ...(fetchOf ? { fetch: fetchOf } : {}) }),
  };
}

/** For a test file: a fresh fake before each test, which answers at Microsoft's addresses or at one origin. */
export function useMicrosoft(options: Partial<FakeMicrosoftOptions> = {}): { readonly world: TestWorld } {
  const urls = options.origin ? urlsUnder(options.origin) : vendorUrls;
  const origins = new Set(Object.values(urls).map((url) => new URL(url).origin));
  let world = createTestWorld(options);
  mountForFile(Object.fromEntries([...origins].map((origin) => [origin, () => world.fake.app])));
  beforeEach(() => {
    world = createTestWorld(options);
  });
  return {
    get world() {
      return world;
    },
  };
}

/** How many requests of one kind the fake has seen. */
export const countRequests = (fake: FakeMicrosoft, path: RegExp): number =>
  fake.requests.filter((request) => path.test(request.path)).length;

/** The bodies that were sent, parsed. */
export const sentTo = (fake: FakeMicrosoft, path: RegExp): Record<string, unknown>[] =>
  fake.requests.filter((request) => path.test(request.path)).map(({ body }) => JSON.parse(body));
