import { describe, expect, it } from "vitest";
import { findForgery, isSecret, signatureHeaders } from "./signature.ts";

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const body = new TextEncoder().encode('{"test": 2432232314}');
const sentAt = new Date(1614265330_000);
const message = { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", sentAt, body };

const check = async (headers: Record<string, string>, secrets = [secret], now = sentAt) =>
  findForgery(secrets, { headers: new Headers(headers), body, now });

describe("signing", () => {
  it("agrees with the example of the Standard Webhooks specification", async () => {
    expect(await signatureHeaders([secret], message)).toEqual({
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    });
  });

  it("takes a secret that is plain text as its bytes", async () => {
    const asText = "thirty-two plain characters here";
    expect(await signatureHeaders([asText], message)).toEqual(
      await signatureHeaders([`whsec_${btoa(asText)}`], message),
    );
  });
});

describe("checking", () => {
  it("accepts any of several signatures and any of several secrets, for a change of secret", async () => {
    const both = await signatureHeaders(["the secret of the other day, now retired", secret], message);
    expect(both["webhook-signature"]?.split(" ")).toHaveLength(2);
    expect(await check(both)).toBeUndefined();
    expect(
      await check(await signatureHeaders([secret], message), ["a new secret, not in use as yet", secret]),
    ).toBeUndefined();
  });

  it("finds another secret, another scheme and a missing signature", async () => {
    const headers = await signatureHeaders([secret], message);
    expect(await check(headers, ["some other secret, just as long"])).toMatch(/no signature fits/);
    expect(
      await check({ ...headers, "webhook-signature": `v1a,${headers["webhook-signature"]?.slice(3)}` }),
    ).toBeDefined();
    expect(await check({ ...headers, "webhook-signature": "" })).toMatch(/missing/);
  });

  it("takes base64 in its one spelling only", async () => {
    const headers = await signatureHeaders([secret], message);
    // Both texts decode to the same bytes.
    const other = headers["webhook-signature"]?.replace(/E=$/, "F=") ?? "";
    expect(await check({ ...headers, "webhook-signature": other })).toBeDefined();
  });

  it.each([
    "",
    "soon",
    "-1614265330",
    "1614265330.0",
    "1e9",
    "99999999999999999999",
  ])("does not take %j for a time", async (timestamp) => {
    const headers = await signatureHeaders([secret], message);
    expect(await check({ ...headers, "webhook-timestamp": timestamp })).toBeDefined();
  });

  it("looks at no more signatures than a change of secrets needs", async () => {
    const headers = await signatureHeaders([secret], message);
    const padded = `${"v1,AAAA ".repeat(10)}${headers["webhook-signature"]}`;
    expect(await check({ ...headers, "webhook-signature": padded })).toBeDefined();
  });
});

describe("secrets", () => {
  it.each([
    [secret, true],
    ["twenty-four characters..", true],
    ["too short", false],
    [`whsec_${btoa("short")}`, false],
    ["whsec_not base64 at all!!!!!!!!!!!", false],
    ["x".repeat(65), false],
    ["", false],
  ])("%j: %s", (text, expected) => expect(isSecret(text)).toBe(expected));
});
