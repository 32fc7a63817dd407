import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { readPlan } from "../admin/plan.ts";
import { signatureHeaders } from "../platform/signature.ts";
import { requestSchema } from "../routing/request.ts";
import { ruleSet } from "../routing/rules.ts";
import { eventTypes } from "../webhooks/events.ts";

const page = readFileSync(new URL("../../docs/developers.md", import.meta.url), "utf8");
const block = (name: string) => new RegExp(`\`\`\`\\w+ ${name}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? "";

it("asks and sets what the API takes", () => {
  expect(z.strictObject({ rules: ruleSet }).safeParse(JSON.parse(block("rules"))).error).toBeUndefined();
  const asked = /-d '(\{"intent".*\})'/.exec(page)?.[1] ?? "";
  expect(requestSchema.safeParse(JSON.parse(asked)).error).toBeUndefined();
  expect(Object.keys(eventTypes)).toContain(JSON.parse(block("message")).type);
});

it("sets up what the file takes", () => {
  const setUp = readFileSync(new URL("../../docs/set-up.md", import.meta.url), "utf8");
  const yaml = /```yaml routing\n([\s\S]*?)```/.exec(setUp)?.[1] ?? "";
  expect(readPlan(`tenant: { slug: t, name: T }\n${yaml}`).lines).toHaveLength(1);
});

it("checks a message as we sign it", async () => {
  const source = block("verify")
    .replace(/^import .*\n/, "")
    .replace("export ", "return ");
  const { timingSafeEqual } = await import("node:crypto");
  const isGenuine = new Function("createHmac", "timingSafeEqual", source)(createHmac, timingSafeEqual);
  const secret = `whsec_${btoa("a secret of thirty-two characters")}`;
  const sentAt = new Date();
  const headers = await signatureHeaders(["another secret, just as long as that", secret], {
    id: "msg_1",
    sentAt,
    body: new TextEncoder().encode("{}"),
  });
  expect(isGenuine(secret, headers, "{}")).toBe(true);
  expect(isGenuine(secret, headers, "{ }")).toBe(false);
  expect(isGenuine(secret, headers, "{}", sentAt.getTime() + 301_000)).toBe(false);
});
