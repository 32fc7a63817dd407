/**
 * How the desk and the page that shows it talk: the address that the host page opens, and the messages that go both
 * ways by `postMessage`. Host pages import this file; the desk does too, so that the two cannot drift apart.
 *
 * ```ts
 * frame.src = deskAddress("https://patchcord.example", { host: location.origin, language: "sv", theme: "dark" });
 * addEventListener("message", async (event) => {
 *   if (event.source !== frame.contentWindow || event.origin !== "https://patchcord.example") return;
 *   const message = parseDeskMessage(event.data);
 *   if (message?.type === "ready" || message?.type === "renew-token")
 *     frame.contentWindow.postMessage(toDesk({ type: "token", token: await mintDeskToken() }), event.origin);
 * });
 * ```
 *
 * The desk listens only to the window that embeds it, and only when that window's origin is the one named by `host` in
 * the address, and one of the organization's. Which sites may embed the desk at all is the service's `frame-ancestors`.
 * Messages that are not understood are ignored, so either side may be newer than the other.
 *
 * On platforms whose calls only the agent's own browser can drive, the host page does so on the desk's behalf:
 *
 * ```ts
 * frame.contentWindow.postMessage(toDesk({ type: "phone", ready: true }), service); // once the softphone is there
 * if (message?.type === "command") {
 *   const outcome = await carryOut(message.command); // the platform's own library; never twice for one commandId
 *   frame.contentWindow.postMessage(toDesk({ type: "outcome", command: message.command.commandId, outcome }), service);
 * }
 * ```
 *
 * A consult whose `pending.desk.state` is `waiting` (GET /v1/desk, live feed) has such a command. A desk whose host has
 * said `phone` claims it at once: POST /v1/desk/commands/{id}/claim with a random name of this window. Of several windows
 * one gets it, the others get 409 and only watch. It hands the command to the host, and tells what came of it by
 * POST /v1/desk/commands/{id}/outcome. Nobody claims within 3 s: refused, as `desk-not-open`. Claimed and not told within
 * 4.5 s: unknown, and the platform is looked at before the same command, under the same id, is given out once more.
 * `again`: this window has been given it before.
 */

import type { CallCommand } from "../platform/contract.ts";

/** Marks our messages among all others that cross a window. Changes only when an old reader would misunderstand. */
export const protocolVersion = 1;

export type Theme = "light" | "dark" | "contrast";
export const themes = ["light", "dark", "contrast"] as const satisfies readonly Theme[];

type Sealed<M> = M extends object ? M & { patchcord: typeof protocolVersion } : never;

/** From the host page to the desk. */
export type HostMessage =
  /** A desk token, minted by the contact center's back end. Sent after `ready`, and again after each `renew-token`. */
  | { type: "token"; token: string }
  /**
   * Instead of `token`: the agent's own sign-in to the contact center, on `connection` (its name here), for platforms whose
   * tokens the service can have verified. Needs `tenant` in the address.
   */
  | { type: "platform-token"; connection: string; token: string }
  /** The conversation that the agent has in front of them, by our id or the platform's own. null: none. */
  | { type: "interaction"; interaction: string | null }
  | { type: "theme"; theme: Theme }
  /** A BCP 47 tag, such as `fr-CA`. Languages that the desk does not speak are shown in English. */
  | { type: "locale"; locale: string }
  /** Whether the page can drive the agent's own phone now. Only such a desk claims commands. */
  | { type: "phone"; ready: boolean }
  /** Whether the page can put text into the box in which the agent writes to the customer. */
  | { type: "reply-box"; ready: boolean }
  /** What came of an `insert-text`. */
  | { type: "inserted"; id: string; outcome: InsertOutcome }
  /** What came of a command. `unknown` when in doubt: the platform is looked at. `code`: why it was refused. */
  | { type: "outcome"; command: string; outcome: CommandOutcome; code?: string };

export const insertOutcomes = ["done", "refused"] as const;
export type InsertOutcome = (typeof insertOutcomes)[number];

export const commandOutcomes = ["done", "refused", "unknown"] as const;
export type CommandOutcome = (typeof commandOutcomes)[number];

/** From the desk to the host page. */
export type DeskMessage =
  /** The desk listens now. Without `signedIn` it waits for a `token`. */
  | { type: "ready"; signedIn: boolean }
  /** The token is missing, was refused or could not be prolonged: please mint another. */
  | { type: "renew-token"; why: "missing" | "refused" }
  /** To be carried out on the agent's own phone, and answered with `outcome` before `until` (ISO 8601, UTC). */
  | { type: "command"; command: CallCommand; until: string; again: boolean }
  /**
   * Put this text into the reply to the customer of `interaction` (the platform's id), after what the agent has written
   * there, and send nothing: the agent does. Answered with `inserted`; the desk asks only a page that has said `reply-box`.
   */
  | { type: "insert-text"; id: string; interaction: string; text: string }
  /**
   * The conversation that the agent has chosen in the desk, by our id; null: none. To be given back as `interaction` after the
   * next `ready`: a desk whose browser lets it keep nothing would forget it with a reload.
   */
  | { type: "chosen"; interaction: string | null }
  /** The height in CSS pixels at which nothing would have to scroll, for hosts that let the panel grow. */
  | { type: "height"; height: number }
  /** What the host may show on the panel's tab while the desk is out of sight, in the agent's language. */
  | { type: "attention"; level: "none" | "asked" | "call"; sentence: string };

/** What goes into the address; the token never does, except after the `#`, which no server sees. */
export type DeskAddress = {
  /** Origin of the host page. Without it the desk neither listens nor speaks to an embedding window. */
  host?: string;
  language?: string;
  theme?: Theme;
  /** The organization's short name. Needed where the service has several: the page is shown to its hosts only. */
  tenant?: string;
  token?: string;
};

export function deskAddress(service: string, { host, language, theme, tenant, token }: DeskAddress): string {
  const address = new URL("/desk", service);
  if (host) address.searchParams.set("host", host);
  if (language) address.searchParams.set("lang", language);
  if (theme) address.searchParams.set("theme", theme);
  if (tenant) address.searchParams.set("tenant", tenant);
  if (token) address.hash = new URLSearchParams({ token }).toString();
  return address.href;
}

export function readDeskAddress(href: string): DeskAddress {
  const address = new URL(href);
  const theme = themes.find((name) => name === address.searchParams.get("theme"));
  const language = address.searchParams.get("lang");
  const tenant = address.searchParams.get("tenant");
  const host = originOf(address.searchParams.get("host"));
  const token = new URLSearchParams(address.hash.slice(1)).get("token");
  return {
    ...(host && { host }),
    ...(language && { language }),
    ...(theme && { theme }),
    ...(tenant && { tenant }),
    ...(token && { token }),
  };
}

export const toDesk = (message: HostMessage): Sealed<HostMessage> => ({ ...message, patchcord: protocolVersion });
export const toHost = (message: DeskMessage): Sealed<DeskMessage> => ({ ...message, patchcord: protocolVersion });

/** Undefined for anything that is not a well-formed message of ours. */
export function parseHostMessage(data: unknown): HostMessage | undefined {
  const { patchcord, type, token, interaction, theme, locale, ready, command, outcome, code, id } = membersOf(data);
  const { connection } = membersOf(data);
  if (patchcord !== protocolVersion) return undefined;
  if (type === "token" && isText(token)) return { type, token };
  if (type === "platform-token" && isText(connection) && isText(token)) return { type, connection, token };
  if (type === "interaction" && (interaction === null || isText(interaction))) return { type, interaction };
  if (type === "locale" && isText(locale)) return { type, locale };
  if ((type === "phone" || type === "reply-box") && typeof ready === "boolean") return { type, ready };
  const inserted = insertOutcomes.find((name) => name === outcome);
  if (type === "inserted" && isText(id) && inserted) return { type, id, outcome: inserted };
  const came = commandOutcomes.find((name) => name === outcome);
  if (type === "outcome" && isText(command) && came)
    return { type, command, outcome: came, ...(isText(code) ? { code } : {}) };
  const known = themes.find((name) => name === theme);
  if (type === "theme" && known) return { type, theme: known };
  return undefined;
}

/** Undefined for anything that is not a well-formed message of ours. */
export function parseDeskMessage(data: unknown): DeskMessage | undefined {
  const { patchcord, type, signedIn, why, height, level, sentence, command, until, again } = membersOf(data);
  const { id, interaction, text } = membersOf(data);
  if (patchcord !== protocolVersion) return undefined;
  if (type === "ready" && typeof signedIn === "boolean") return { type, signedIn };
  if (type === "renew-token" && (why === "missing" || why === "refused")) return { type, why };
  if (type === "command" && isCommand(command) && isText(until) && typeof again === "boolean")
    return { type, command, until, again };
  if (type === "insert-text" && isText(id) && isText(interaction) && isText(text))
    return { type, id, interaction, text };
  if (type === "chosen" && (interaction === null || isText(interaction))) return { type, interaction };
  if (type === "height" && typeof height === "number") return { type, height };
  if (type === "attention" && typeof sentence === "string")
    if (level === "none" || level === "asked" || level === "call") return { type, level, sentence };
  return undefined;
}

const membersOf = (data: unknown): Record<string, unknown> =>
  typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};

const isCommand = (value: unknown): value is CallCommand => {
  const { commandId, operation, interaction } = membersOf(value);
  return [commandId, operation, interaction].every(isText);
};

const isText = (value: unknown): value is string => typeof value === "string" && value !== "";

const originOf = (text: string | null): string | undefined =>
  text && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? new URL(text).origin : undefined;
