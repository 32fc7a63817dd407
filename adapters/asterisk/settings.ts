import { z } from "zod";
import type { Connection, Target } from "../../src/platform/contract.ts";

const privateNetwork =
  /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd])|^[^.]+$|\.(internal|local|lan)$/;

/** The password goes with every request: in the clear only where nobody else listens. */
function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  if (!url || url.username || url.search || url.hash) return false;
  return url.protocol === "https:" || (url.protocol === "http:" && privateNetwork.test(url.hostname));
}

/** A technology and what it dials, e.g. `PJSIP/alice`. `&` would ring several, a comma would end the parameter. */
const endpoint = z.string().regex(/^[A-Za-z0-9]+\/[^\s&,|]+$/, "must be like PJSIP/alice");

const agent = z.object({
  id: z
    .string()
    .regex(/^[\w.@+-]{1,80}$/, "letters, digits and . _ @ + - only")
    .describe("As the dialplan names the agent"),
  name: z.string().min(1),
  email: z.email().exactOptional().describe("Matches the agent to a person"),
  phone: z.e164().exactOptional(),
  endpoint: endpoint.describe("The agent's phone, e.g. PJSIP/alice"),
});

export const settings = z.object({
  ariUrl: z
    .string()
    .refine(isSafeUrl, "must be an https address without query (http only within your own network)")
    .describe("Where Asterisk serves ARI, e.g. https://pbx.example.com:8089/ari"),
  username: z
    .string()
    .regex(/^[^:]+$/, "must not contain a colon")
    .describe("A user of ari.conf that may write"),
  password: z.string().min(1).describe("That user's password"),
  app: z
    .string()
    .regex(/^[\w.-]+$/)
    .default("patchcord")
    .describe("The name under which the dialplan hands calls to us with Stasis(); ours alone"),
  agents: z.array(agent).default([]).describe("Who takes calls. Asterisk itself keeps no list of agents"),
  phoneEndpoint: endpoint
    .refine((text) => /\{(number|digits)\}/.test(text), "must contain {number} or {digits}")
    .exactOptional()
    .describe("How phone numbers are dialled: PJSIP/{number}@trunk; {digits} is the number without its plus"),
  sipEndpoint: endpoint
    .refine((text) => text.includes("{uri}"), "must contain {uri}")
    .exactOptional()
    .describe("How SIP addresses are dialled: PJSIP/trunk/{uri}"),
  callerId: z
    .string()
    .regex(/^("[^"<>]*" )?<?\+?[\w*#]+>?$/)
    .exactOptional()
    .describe('What the expert\'s phone shows, e.g. "Support" <+33123456789>'),
  musicClass: z.string().min(1).default("default").describe("Class of musiconhold.conf for whoever waits"),
  contextHeader: z
    .string()
    .regex(/^[A-Za-z][\w-]*$/)
    .default("X-Context-Id")
    .describe("SIP header that carries the reference of the context to the expert's phone"),
});
export type Settings = z.output<typeof settings>;
export type Asterisk = Connection<Settings>;

/** Nothing that could end the address early, add headers or ring somebody else too. */
const sipUri = /^sips?:[^\s&,|/?<>"'()\\]+@[^\s&,|/?<>"'()\\@]+$/;

/** What Asterisk dials to reach this target; undefined when the settings or the target do not say. */
export function endpointOf(settings: Settings, target: Target): string | undefined {
  switch (target.kind) {
    case "agent":
      return settings.agents.find(({ id }) => id === target.account)?.endpoint;
    case "phone": {
      if (!/^\+[1-9]\d{1,14}$/.test(target.e164)) return undefined;
      const { e164 } = target;
      return settings.phoneEndpoint?.replaceAll("{number}", e164).replaceAll("{digits}", e164.slice(1));
    }
    case "sip":
      return sipUri.test(target.uri) ? settings.sipEndpoint?.replaceAll("{uri}", () => target.uri) : undefined;
    case "user":
    case "queue":
      return undefined;
  }
}
