import { testAdapter, type World } from "../../src/platform/contract-suite.ts";
import { fetchFrom } from "../../src/testing/connection.ts";
import { createTestWorld, jonas, marta, stranger } from "./fake/test-world.ts";
import { teams } from "./index.ts";
import type { TeamsSettings } from "./settings.ts";

/** Plain http, as in the sandbox: Graph's own client would drop the token and garble the links to the next page. */
const origin = "http://microsoft.example:9000";

testAdapter(teams, (): World<TeamsSettings> => {
  const { fake, clock, connect } = createTestWorld({ origin, pageSize: 2 });
  fake.blockBot(marta.id);
  return {
    connection: connect({}, fetchFrom(fake.app)),
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
    people: { accounts: fake.users().map(({ id }) => id) },
    invitations: {
      account: jonas.id,
      blocked: marta.id,
      seen: (account) => fake.chatOf(account).map(({ card }) => JSON.stringify(card)),
    },
    meetings: { organizer: jonas.id },
  };
});
