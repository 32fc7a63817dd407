/** What the tests of this folder begin with: a small company on the fake, our connection to it, and our webhook. */
import type { Connection, PlatformEvent } from "../../../src/platform/contract.ts";
import { createTestConnection, fetchFrom } from "../../../src/testing/connection.ts";
import { receive } from "../events.ts";
import { createFakeRingCentral, type FakeExtension, type FakeOptions } from "../fake.ts";
import type { Settings } from "../settings.ts";

export const origin = "https://platform.ringcentral.com";
export const hookAddress = "https://bridge.example/hooks/ringcentral";

export const service = "801000";
export const ada = "801001";
export const ben = "801002";
export const blocked = "801003";
export const queueMember = "801004";
export const department = "801900";
export const stranger = "999999";

export const company: readonly FakeExtension[] = [
  { id: service, extensionNumber: "100", name: "Bridge Service", email: "bridge@example.com" },
  {
    id: ada,
    extensionNumber: "101",
    name: "Ada Lovelace",
    email: "ada@example.com",
    department: "Returns",
    jobTitle: "Specialist",
    site: "Main",
    directNumber: "+16505550101",
  },
  { id: ben, extensionNumber: "102", name: "Ben Okri", email: "ben@example.com" },
  { id: blocked, extensionNumber: "103", name: "Cy Twombly", isUnreachable: true, status: "NotActivated" },
  { id: queueMember, extensionNumber: "104", name: "Dee Dee", isQueueMember: true },
  { id: department, extensionNumber: "900", name: "Returns", type: "Department" },
];

type SceneOptions = Partial<FakeOptions> & { settings?: Partial<Settings> };

/** `c.fetch` hands requests straight to the fake; `asked` is what the adapter says that each costs. */
export function createScene({ settings, ...options }: SceneOptions = {}) {
  let nowMs = Date.parse("2026-03-02T09:00:00Z");
  const clock = { now: () => new Date(nowMs) };
  const hook = createHook(() => connection);
  const fake = createFakeRingCentral({ clock, extensions: company, fetch: fetchFrom(hook), ...options });
  const asked: { method: string; path: string; cost: string | undefined }[] = [];
  const straight = fetchFrom(fake.app);
  const connection = connect(fake, clock, {
    settings: settings ?? {},
    fetch: (input, init) => {
      const request = new Request(input, init);
      asked.push({ method: request.method, path: new URL(request.url).pathname, cost: init?.cost });
      return straight(request);
    },
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { fake, c: connection, clock, pass, hook, asked };
}

export type Scene = ReturnType<typeof createScene>;

/** A connection to this fake with the settings that work. */
export function connect(
  fake: ReturnType<typeof createFakeRingCentral>,
  clock: { now(): Date },
  { settings, ...options }: Omit<Partial<Connection<Settings>>, "settings"> & { settings?: Partial<Settings> } = {},
): Connection<Settings> {
  return createTestConnection(fake.settings(settings), { now: clock.now, ...options });
}

/** Our end of the webhook. `status`: what to answer instead of working. */
function createHook(connection: () => Connection<Settings>) {
  const hook = {
    events: [] as PlatformEvent[],
    rejected: [] as string[],
    deliveries: [] as { headers: Headers; body: Uint8Array }[],
    status: undefined as number | undefined,
    async fetch(request: Request): Promise<Response> {
      if (hook.status !== undefined) return new Response(null, { status: hook.status });
      const body = new Uint8Array(await request.arrayBuffer());
      const { method, url, headers } = request;
      const answer = await receive(connection(), { method, url, headers, body });
      if ("handshake" in answer) return answer.handshake;
      hook.deliveries.push({ headers, body });
      if ("rejected" in answer) {
        hook.rejected.push(answer.rejected);
        return new Response(null, { status: 401 });
      }
      hook.events.push(...answer.events);
      return new Response(null, { status: 200 });
    },
  };
  return hook;
}
