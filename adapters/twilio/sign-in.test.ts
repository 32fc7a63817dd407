import { expect, it } from "vitest";
import { createTestConnection, fetchFrom } from "../../src/testing/connection.ts";
import { createFakeTwilio, createManualClock } from "./fake.ts";
import { settings } from "./settings.ts";
import { verify } from "./sign-in.ts";

const worker = `WK${"1".repeat(32)}`;
const open = () => {
  const clock = createManualClock();
  const fake = createFakeTwilio({ workers: [{ sid: worker, name: "ana" }], clock });
  const sent: Request[] = [];
  const straight = fetchFrom(fake.app);
  const c = createTestConnection(settings.parse(fake.settings()), {
    now: clock.now,
    fetch: (input, init) => {
      sent.push(new Request(input, init));
      return straight(input, init);
    },
  });
  return { fake, c, clock, sent };
};

it("says whose Flex session a token is, in Twilio's own word", async () => {
  const { fake, c, sent } = open();
  expect(await verify(c, fake.flexTokens.issue(worker))).toEqual({ account: worker });
  expect(sent.map(({ method, url }) => [method, new URL(url).origin])).toEqual([["POST", "https://iam.twilio.com"]]);
});

it("who has signed in and is no worker is nobody, nor is a token that is over or made up", async () => {
  const { fake, c, clock } = open();
  expect(await verify(c, fake.flexTokens.issue())).toBeUndefined();
  const token = fake.flexTokens.issue(worker, 60_000);
  await clock.advance(61_000);
  expect(await verify(c, token)).toBeUndefined();
  expect(await verify(c, "made.up.by.some.one")).toBeUndefined();
  const revoked = fake.flexTokens.issue(worker);
  fake.flexTokens.revoke(revoked);
  expect(await verify(c, revoked)).toBeUndefined();
});

it.each([
  "",
  "x",
  "a b.c.d",
  "../../Workspaces",
  "a.".repeat(5_000),
])("what is no token is sent nowhere: %j", async (token) => {
  const { c, sent } = open();
  expect(await verify(c, token)).toBeUndefined();
  expect(sent).toEqual([]);
});

it("credentials that Twilio does not take, and its silence, are no verdict on the token", async () => {
  const { fake, c } = open();
  const token = fake.flexTokens.issue(worker);
  fake.faults.next({ path: /validate/, status: 503 });
  await expect(verify(c, token)).rejects.toMatchObject({ code: "platform_unavailable", retry: true });
  fake.faults.next({ path: /validate/, applyThenDrop: true });
  await expect(verify(c, token)).rejects.toMatchObject({ code: "platform_unavailable" });
  fake.revoke();
  await expect(verify(c, token)).rejects.toMatchObject({ code: "platform_unauthorized" });
});
