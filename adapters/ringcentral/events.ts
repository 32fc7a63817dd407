import { z } from "zod";
import type { EventsPort, PlatformEvent } from "../../src/platform/contract.ts";
import { parseCardAnswer, readJson } from "./card-answers.ts";
import { hexHmac, isSame } from "./secrets.ts";
import type { RingCentral, Settings } from "./settings.ts";
import { saysEnough, shownPresence, toReport } from "./words.ts";

/** Older deliveries number the extension and leave out `sequence`; both are in use. */
const id = z.union([z.string(), z.number()]).transform(String);
const presenceBody = shownPresence.extend({ extensionId: id, sequence: z.number().optional() });

const envelope = z.looseObject({
  uuid: z.string().min(1),
  event: z.string(),
  subscriptionId: z.string(),
  timestamp: z.string().optional(),
  body: z.unknown(),
});
type Envelope = z.output<typeof envelope>;

/** RingCentral asks for no more than 1,024 bytes of answer; its own tokens are far shorter. */
const handshakeMax = 512;

/**
 * The secret that RingCentral sends back with each event. Made from the client secret, so that every process knows it
 * without asking, and the same for as long as the client secret is.
 */
export const verificationToken = (c: RingCentral): Promise<string> =>
  hexHmac("SHA-256", c.settings.clientSecret, `patchcord events ${c.id}`);

/**
 * Handshakes and events. RingCentral signs neither body nor time: the secret in a header is all the proof there is, so
 * late deliveries are taken (their order is told by `sequence` and time) and none is refused for its age. Presses of a
 * card's button come to the same address and are signed.
 */
export const receive: EventsPort<Settings>["receive"] = async (c, { method, headers, body }) => {
  if (method !== "POST") return { rejected: "RingCentral delivers by POST" };
  const text = new TextDecoder().decode(body).trim();
  // The guide names one header for both uses, so only the body tells a handshake from an event.
  const handshake = text === "" ? answerHandshake(headers) : undefined;
  if (handshake) return { handshake };
  if (headers.has("x-glip-signature")) return takeCardAnswer(c, headers, body);
  if (!(await hasSecret(c, headers))) return { rejected: "the verification token is wrong" };
  const event = envelope.safeParse(readJson(text));
  return event.success ? { events: toEvents(c, event.data) } : { rejected: "this is not a RingCentral event" };
};

async function takeCardAnswer(c: RingCentral, headers: Headers, body: Uint8Array) {
  const answer = await parseCardAnswer(c.settings, headers, body, c.now());
  return "rejected" in answer ? answer : { events: [{ kind: "answer" as const, ...answer }] };
}

function answerHandshake(headers: Headers): Response | undefined {
  const token = headers.get("validation-token");
  if (!token || token.length > handshakeMax) return undefined;
  return new Response(null, { headers: { "validation-token": token, "content-type": "application/json" } });
}

/** The guide of 2021 says Verification-Token, the present one Validation-Token. */
async function hasSecret(c: RingCentral, headers: Headers): Promise<boolean> {
  const secret = await verificationToken(c);
  const given = [headers.get("verification-token"), headers.get("validation-token")];
  return given.map((one) => isSame(one ?? "", secret)).includes(true);
}

function toEvents(c: RingCentral, event: Envelope): PlatformEvent[] {
  const path = event.event.split("?")[0] ?? "";
  const eventId = event.uuid;
  if (/\/subscription\//.test(path)) return [{ kind: "attention", eventId, what: "renew" }];
  if (!/\/account\/[^/]+\/(extension\/[^/]+\/)?presence$/.test(path)) return [];
  const body = presenceBody.safeParse(event.body);
  if (!body.success || !saysEnough(body.data)) return [{ kind: "attention", eventId, what: "gap" }];
  const { extensionId, sequence } = body.data;
  const seen = {
    observedAt: timeOf(c, event),
    source: "push",
    ...(sequence === undefined ? {} : { sequence }),
  } as const;
  return [{ kind: "presence", eventId, report: toReport(extensionId, body.data, seen) }];
}

function timeOf(c: RingCentral, event: Envelope): Date {
  const at = new Date(event.timestamp ?? "");
  return Number.isNaN(at.getTime()) ? c.now() : at;
}
