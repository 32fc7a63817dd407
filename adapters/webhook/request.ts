import { z } from "zod";
import { BridgeError } from "../../src/errors.ts";
import type { Connection, Lane } from "../../src/platform/contract.ts";
import { retryAfterMs } from "../../src/platform/http.ts";
import { isSecret, signatureHeaders } from "../../src/platform/signature.ts";

const loopback = ["localhost", "127.0.0.1", "[::1]"];

function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.search || url.hash) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && loopback.includes(url.hostname));
}

export const settings = z.object({
  commandUrl: z
    .string()
    .refine(isSafeUrl, "must be an https address without query (http only on this machine)")
    .describe("Where the contact center takes commands; /commands, /agents and so on are appended"),
  secret: z
    .string()
    .refine(isSecret, "must be whsec_ and base64, or plain text, of 24 to 64 bytes")
    .describe("Shared secret that signs the messages of both sides"),
});
export type Settings = z.output<typeof settings>;

/** Sends one signed request. Answers whatever came back; network faults pass. */
export async function send(
  c: Connection<Settings>,
  lane: Lane,
  path: string,
  message: { body: unknown; id: string } | undefined = undefined,
): Promise<Response> {
  const text = message ? JSON.stringify(message.body) : "";
  const proof = await signatureHeaders([c.settings.secret], {
    id: message?.id ?? `msg_${crypto.randomUUID()}`,
    sentAt: c.now(),
    body: new TextEncoder().encode(text),
  });
  const url = c.settings.commandUrl.replace(/\/+$/, "") + path;
  const accept = { accept: "application/json", ...proof };
  const init: RequestInit = message
    ? { method: "POST", headers: { ...accept, "content-type": "application/json" }, body: text }
    : { method: "GET", headers: accept };
  // A signed request goes where it was addressed to, and nowhere else.
  return c.fetch(url, { ...init, lane, redirect: "manual" });
}

/** Reads something. Undefined when the contact center answers 404. @throws BridgeError for every other failure. */
export async function read<T extends z.ZodType>(
  c: Connection<Settings>,
  lane: Lane,
  path: string,
  schema: T,
): Promise<z.output<T> | undefined> {
  const response = await orUnavailable(send(c, lane, path));
  if (response.status === 404) return undefined;
  if (!response.ok) throw failure(c, response);
  const parsed = schema.safeParse(await orUnavailable(response.json()));
  if (parsed.success) return parsed.data;
  throw new BridgeError(
    "platform_refused",
    `the contact center's answer to ${path.split("?")[0]} is not as described`,
    {
      details: { problems: parsed.error.issues.slice(0, 5).map(describeIssue) },
    },
  );
}

export const describeIssue = (issue: z.core.$ZodIssue): string => `${issue.path.join(".") || "body"}: ${issue.message}`;

/** A request or answer that got lost. What is already worded for people passes. */
export async function orUnavailable<T>(action: Promise<T>): Promise<T> {
  return action.catch((cause: unknown) => {
    if (cause instanceof BridgeError) throw cause;
    throw new BridgeError("platform_unavailable", "the contact center does not answer", { cause });
  });
}

/** The error for an answer that is not 2xx. */
export function failure(c: Connection<Settings>, response: Response): BridgeError {
  const { status } = response;
  if (status === 401)
    return new BridgeError(
      "platform_unauthorized",
      "the contact center does not accept our signature: enter the same secret on both sides and compare the clocks",
    );
  if (status === 429)
    return new BridgeError("platform_throttled", "the contact center asked us to slow down", {
      retryAfterMs: retryAfterMs(response.headers, c.now()),
    });
  if (status >= 500) return new BridgeError("platform_unavailable", `the contact center answered ${status}`);
  return new BridgeError("platform_refused", `the contact center answered ${status}`, { details: { status } });
}
