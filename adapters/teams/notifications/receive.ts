import { z } from "zod";
import type { EventsPort, PlatformEvent } from "../../../src/platform/contract.ts";
import type { TeamsConnection, TeamsSettings } from "../settings.ts";
import { readWords } from "../words.ts";
import { decrypt } from "./decrypt.ts";
import { areProven } from "./proof.ts";
import { recall } from "./recall.ts";
import { digest, isSameSecret } from "./secrets.ts";
import { clientStateOf } from "./subscriptions.ts";

const encryptedContent = z.object({
  data: z.string(),
  dataKey: z.string(),
  dataSignature: z.string().max(100),
  encryptionCertificateId: z.string(),
});
const item = z.looseObject({
  subscriptionId: z.string().max(100),
  clientState: z.string().max(128),
  tenantId: z.string(),
  resourceData: z.looseObject({ id: z.string() }).nullish(),
  lifecycleEvent: z.string().nullish(),
  encryptedContent: encryptedContent.nullish(),
});
type Item = z.output<typeof item>;
const delivery = z.object({
  value: z.array(item).max(1_000),
  validationTokens: z.array(z.string()).max(20).nullish(),
});
const presence = z.looseObject({ id: z.string(), availability: z.string(), activity: z.string().nullish() });

/** Graph's own tokens are shorter by far. */
const tokenMax = 2_000;
/** Basic notifications of one person are all alike: the same within this time is taken for a repetition. */
const alikeMs = 2_000;

/**
 * Change notifications and lifecycle notifications of presence. Each must bring the secret of its subscription; one that
 * says what somebody shows must be proven by Microsoft's tokens too, and is checked before it is decrypted.
 */
export const receive: EventsPort<TeamsSettings>["receive"] = async (c, { method, url, body }) => {
  if (!c.settings.notifications) return { rejected: "notifications are not set up" };
  if (method !== "POST") return { rejected: "Graph delivers by POST" };
  const token = new URL(url).searchParams.get("validationToken");
  if (token !== null) return answerHandshake(token);
  const parsed = delivery.safeParse(readJson(body));
  if (!parsed.success) return { rejected: "this is not a change notification" };
  const ours: Item[] = [];
  for (const one of parsed.data.value) if (await isOurs(c, one)) ours.push(one);
  if (ours.length === 0) return { rejected: "no notification brings the secret of its subscription" };
  const isRich = ours.some((one) => one.encryptedContent);
  if (isRich && !(await areProven(c, parsed.data.validationTokens ?? [])))
    return { rejected: "the validation tokens are not Microsoft's" };
  return { events: await Promise.all(ours.map((one) => toEvent(c, one))) };
};

/** The token and nothing else, as plain text that no browser takes for a page. */
function answerHandshake(token: string) {
  if (token.length === 0 || token.length > tokenMax) return { rejected: "the validation token is too long" };
  const headers = { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" };
  return { handshake: new Response(token, { headers }) };
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

async function isOurs(c: TeamsConnection, { subscriptionId, clientState, tenantId }: Item): Promise<boolean> {
  if (tenantId !== c.settings.tenantId) return false;
  const secret = await recall(c, `secret:${subscriptionId}`, () => clientStateOf(c, subscriptionId));
  return secret !== undefined && isSameSecret(clientState, secret);
}

async function toEvent(c: TeamsConnection, one: Item): Promise<PlatformEvent> {
  // The signature of one that is encrypted is no other's: its key is new each time.
  const eventId = one.encryptedContent?.dataSignature ?? (await digest(JSON.stringify([one, alike(c)])));
  if (one.lifecycleEvent)
    return { kind: "attention", eventId, what: one.lifecycleEvent === "missed" ? "gap" : "renew" };
  const content = one.encryptedContent && (await decrypt(c, one.encryptedContent));
  const said = presence.safeParse(content);
  // What cannot be read, and what only says that something changed, makes us look.
  const about = one.resourceData?.id;
  if (!said.success)
    return about ? { kind: "presence-changed", eventId, account: about } : { kind: "attention", eventId, what: "gap" };
  const { id: account, availability, activity } = said.data;
  const shown = readWords({ availability, ...(activity ? { activity } : {}) });
  return { kind: "presence", eventId, report: { account, presence: shown, observedAt: c.now(), source: "push" } };
}

const alike = (c: TeamsConnection) => Math.floor(c.now().getTime() / alikeMs);
