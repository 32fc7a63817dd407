import type { Connection } from "../../src/platform/contract.ts";
import { createTestConnection, fetchFrom } from "../../src/testing/connection.ts";
import { createFakeContactCenter, createManualClock, type FakeOptions } from "./fake.ts";
import { webhook } from "./index.ts";
import type { Settings } from "./request.ts";

export const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const settings: Settings = { commandUrl: "https://contact-center.example", secret };

/** A fake on a clock of its own, a connection straight to it, and what it has told us so far; nothing when `mute`. */
export function openFake(options: Partial<FakeOptions> = {}, mute = false) {
  const clock = createManualClock();
  const inbox: { eventId: string; type: string; [member: string]: unknown }[] = [];
  const agents = [
    { id: "agent-1", name: "Ada Agent", emails: ["ada@example.com"] },
    { id: "agent-2", name: "Ben Agent" },
  ];
  const fake = createFakeContactCenter({
    secret,
    agents,
    clock,
    ...(mute ? {} : { eventsUrl: "https://patchcord.example/hooks" }),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = new Uint8Array(await request.arrayBuffer());
      const { method, url, headers } = request;
      const answer = await webhook.events?.receive(connection, { method, url, headers, body });
      if (!answer || !("events" in answer)) return new Response(JSON.stringify(answer), { status: 401 });
      inbox.push(JSON.parse(new TextDecoder().decode(body)));
      return new Response(null, { status: 204 });
    },
    ...options,
  });
  const connection: Connection<Settings> = createTestConnection(settings, {
    now: clock.now,
    fetch: fetchFrom(fake.app),
  });
  return { fake, clock, connection, inbox };
}

/** A connection to somebody who answers as told, and the requests that were made. */
export function openStub(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = [];
  const clock = createManualClock();
  const app = {
    fetch(request: Request) {
      requests.push(request.clone());
      return answer(request);
    },
  };
  return { requests, clock, connection: createTestConnection(settings, { now: clock.now, fetch: fetchFrom(app) }) };
}
