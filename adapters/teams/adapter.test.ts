import { testAdapter, type World } from "../../src/platform/contract-suite.ts";
import { fetchFrom } from "../../src/testing/connection.ts";
import { smallJpeg } from "../../src/testing/picture.ts";
import { createTestWorld, jonas, marta, stranger } from "./fake/test-world.ts";
import { teams } from "./index.ts";
import { receive } from "./notifications/receive.ts";
import { subscribe } from "./notifications/subscriptions.ts";
import type { TeamsSettings } from "./settings.ts";
import { makeEncryption } from "./testing/certificate.ts";

/** Plain http, as in the sandbox: Graph's own client would drop the token and garble the links to the next page. */
const origin = "http://microsoft.example:9000";

const hook = "https://patchcord.example/hooks/con_1";
const encryption = await makeEncryption();
const notifications = { refreshToken: "refresh-of-the-service-account", acceptV2Tokens: false, encryption };

testAdapter(teams, (): World<TeamsSettings> => {
  const world = createTestWorld({ origin, pageSize: 2, fetch: (url, init) => validate(String(url), init) });
  const { fake, clock, connect } = world;
  fake.blockBot(marta.id);
  fake.updateUser(jonas.id, { photo: smallJpeg() });
  const connection = connect({ notifications }, fetchFrom(fake.app));
  /** Graph asks the address to repeat a text; nothing else is delivered by itself here. */
  async function validate(url: string, init?: RequestInit): Promise<Response> {
    const request = new Request(url, init);
    const answer = await receive(connection, { method: "POST", url, headers: request.headers, body: new Uint8Array() });
    return "handshake" in answer ? answer.handshake : new Response(null, { status: 202 });
  }
  return {
    connection,
    events: {
      async deliver({ body } = {}) {
        if (fake.subscriptions.list().length === 0) await subscribe(connection, hook, undefined, [jonas.id]);
        const delivery = await fake.subscriptions.deliveryOf(jonas.id);
        const genuine = new TextEncoder().encode(JSON.stringify(delivery?.body));
        return { method: "POST", url: hook, headers: new Headers(), body: body ?? genuine };
      },
      // All proof is in the body: secrets of subscriptions, signed and encrypted content.
      proof: [],
      signsBody: false,
      signsTime: false,
    },
    throttle(retryAfterMs) {
      const headers = { "Retry-After": String(retryAfterMs / 1_000) };
      fake.fail.next({ path: /^\/(graph|connector)\//, status: 429, headers, times: Number.POSITIVE_INFINITY });
    },
    revoke: fake.revokeSecrets,
    pass: clock.pass,
    presence: {
      account: jonas.id,
      stranger,
      showUnknownWord: (account) => fake.setUserStatus(account, "Meditating"),
      chooseByHand(account) {
        fake.chooseStatus(account, { availability: "DoNotDisturb", activity: "DoNotDisturb" });
        return { availability: "do-not-disturb", activity: "none" };
      },
    },
    people: { accounts: fake.users().map(({ id }) => id), withPhoto: jonas.id },
    invitations: {
      account: jonas.id,
      blocked: marta.id,
      seen: (account) => fake.chatOf(account).map(({ card }) => JSON.stringify(card)),
    },
    meetings: { organizer: jonas.id },
  };
});
