/** The stand-in vendors of the made-up company, each as strict as its tests made it. */
import { randomBytes } from "node:crypto";
import { createFakeRingCentral } from "../../adapters/ringcentral/fake.ts";
import { createFakeMicrosoft, type FakeUser } from "../../adapters/teams/fake.ts";
import { createFakeContactCenter } from "../../adapters/webhook/fake.ts";
import { callOperations } from "../platform/contract.ts";
import { agents, colleagues, companyName, serviceExtension } from "./company.ts";
import { portraitOf } from "./portraits.ts";

/** Long enough to be seen, short enough for two minutes of play. */
const pace = { workMs: 60, dialMs: 120, ringMs: 30_000, wrapUpMs: 2_000 } as const;

export type Platforms = ReturnType<typeof createPlatforms>;

/** `softphone`: the contact center's calls can be driven only in the agent's browser. */
export type PlatformOptions = { softphone?: boolean };

/**
 * @param origin Where the world is served, without a slash at the end.
 * @param hooks `heard`: each event of the contact center as it leaves. `losesPush`: is this push of an expert platform
 *   to get lost?
 */
export function createPlatforms(
  origin: string,
  hooks: { heard: (event: unknown) => void; losesPush: () => boolean },
  { softphone = false }: PlatformOptions = {},
) {
  const clock = { now: () => new Date() };
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const contactCenter = createFakeContactCenter({
    secret,
    agents: agents.map(({ account, name, email, department, site, title }) => ({
      id: account,
      name,
      emails: [email],
      department,
      site,
      title,
      status: "On Queue",
    })),
    ...pace,
    desk: softphone ? callOperations : [],
    fetch: (input, init) => {
      if (init?.body instanceof Uint8Array) hooks.heard(JSON.parse(new TextDecoder().decode(init.body)));
      return fetch(input, init);
    },
  });
  const microsoft = createFakeMicrosoft({
    clock,
    origin: `${origin}/microsoft`,
    users: colleagues.flatMap(toUser),
    clientSecret: randomBytes(24).toString("hex"),
  });
  const ringcentral = createFakeRingCentral({
    clock,
    origin: `${origin}/ringcentral`,
    extensions: [serviceExtension, ...colleagues.flatMap(toExtension)],
    client: { secret: randomBytes(24).toString("hex"), webhookSecret: randomBytes(24).toString("hex") },
    user: { extensionId: serviceExtension.id, jwt: randomBytes(24).toString("hex") },
    fetch: (input, init) => {
      const isPush = new Headers(init?.headers).has("verification-token");
      return isPush && hooks.losesPush() ? Promise.resolve(new Response(null)) : fetch(input, init);
    },
  });
  for (const { teams, shows } of colleagues) {
    if (teams && shows) microsoft.setUserStatus(teams.id, shows.availability, shows.activity);
  }
  return { contactCenter, microsoft, ringcentral, contactCenterSecret: secret, name: companyName };
}

type Colleague = (typeof colleagues)[number];

/** As in any company, not everybody has one. */
const hasPicture = (name: string) => !["Jonas Sund", "Freja Holm"].includes(name);

function toUser({ teams, name, email, department, title, site }: Colleague): FakeUser[] {
  if (!teams) return [];
  const { id, phone, appRoles, isTeamsAdmin } = teams;
  return [
    {
      id,
      displayName: name,
      userPrincipalName: email,
      mail: email,
      department,
      jobTitle: title,
      officeLocation: site,
      ...(phone ? { businessPhones: [phone] } : {}),
      ...(appRoles ? { appRoles } : {}),
      ...(isTeamsAdmin ? { isTeamsAdmin } : {}),
      ...(hasPicture(name) ? { photo: portraitOf(name) } : {}),
    },
  ];
}

function toExtension({ ringcentral, name, email, department, title, site }: Colleague) {
  if (!ringcentral) return [];
  const { id, extension, phone } = ringcentral;
  const direct = phone ? { directNumber: phone } : {};
  const photo = hasPicture(name) ? { photo: portraitOf(name) } : {};
  return [{ ...photo, id, extensionNumber: extension, name, email, department, jobTitle: title, site, ...direct }];
}
