import { randomBytes } from "node:crypto";
import type { PlanInput } from "../admin/plan.ts";
import { colleagues, companyName, mailDomain } from "./company.ts";
import type { Platforms } from "./platforms.ts";

/** The names of the connections, for finding them again through the API. */
export const connectionNames = {
  contactCenter: "Contact center",
  teams: "Microsoft Teams",
  ringcentral: "RingCentral",
} as const;

export type SandboxKeys = {
  /** What the contact center's back end may do: make desk tokens. */
  backEnd: string;
  /** Whoever sets the platforms up. */
  setUp: string;
};

const newKey = () => `pck_${randomBytes(32).toString("base64url")}`;
export const newSandboxKeys = (): SandboxKeys => ({ backEnd: newKey(), setUp: newKey() });

/** The company's set-up, in the shape in which every customer describes theirs. */
export function planOf(
  { contactCenter, microsoft, ringcentral, ...platforms }: Platforms,
  worldUrl: string,
  keys: SandboxKeys,
  deskOrigins: string[] = [],
): PlanInput {
  const teams = microsoft.settings({
    emailDomains: [mailDomain],
    botOpenIdUrl: `${microsoft.urls.botFramework}/v1/.well-known/openidconfiguration`,
  });
  const issuer = `${microsoft.urls.login}/${microsoft.tenantId}/v2.0`;
  return {
    tenant: { slug: "lumivik", name: companyName, settings: { deskOrigins } },
    connections: [
      {
        name: connectionNames.contactCenter,
        adapter: "webhook",
        settings: { commandUrl: `${worldUrl}/contact-center`, secret: platforms.contactCenterSecret },
      },
      { name: connectionNames.teams, adapter: "teams", settings: teams },
      { name: connectionNames.ringcentral, adapter: "ringcentral", settings: ringcentral.settings() },
    ],
    apiKeys: [
      { name: "Contact center's back end", key: keys.backEnd, scopes: ["desk:mint"] },
      { name: "Sandbox", key: keys.setUp, scopes: ["admin"] },
    ],
    signIns: {
      experts: {
        issuer,
        audience: microsoft.clientId,
        directoryId: microsoft.tenantId,
        connection: connectionNames.teams,
      },
      admins: { issuer, audience: microsoft.clientId, clientSecret: teams.clientSecret },
      agents: {
        issuer,
        audience: microsoft.clientId,
        clientSecret: teams.clientSecret,
        connection: connectionNames.teams,
      },
    },
    people: colleagues.map(({ email, locale, timeZone }) => ({ email, locale, timeZone })),
    experts: colleagues.flatMap(({ email, expert }) => (expert ? [{ email, ...expert }] : [])),
  };
}
