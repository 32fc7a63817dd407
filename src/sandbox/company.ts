/**
 * Lumivik Energi, a made-up supplier of electricity: who works there, on which platforms, and who rings in. Phone
 * numbers come from the ranges that are kept free for fiction (PTS +46 70 174 06 05 to 99, Ofcom +44 20 7946 0xxx and
 * +44 7700 900xxx, NANPA 555-01xx); mail addresses from the domains that RFC 2606 reserves.
 */
import type { ExpertPlatform } from "./protocol.ts";

export type Colleague = {
  name: string;
  email: string;
  title: string;
  department: string;
  site: string;
  locale: string;
  timeZone: string;
  /** The account in the contact center. */
  agent?: { account: string };
  /** Accounts where everybody else in the company works; `phone` in E.164 rings them there. */
  teams?: { id: string; phone?: string; appRoles?: string[]; isTeamsAdmin?: boolean };
  ringcentral?: { id: string; extension: string; phone?: string };
  expert?: { skills: Record<string, number>; languages: string[]; quota?: { perMonth: number } };
  /** What this person does when the day begins, in Teams' own words; free unless told. */
  shows?: { availability: string; activity: string };
};

const stockholm = { site: "Stockholm", locale: "sv", timeZone: "Europe/Stockholm" } as const;
const malmo = { site: "Malmö", locale: "en", timeZone: "Europe/Stockholm" } as const;
const madrid = { site: "Madrid", locale: "es", timeZone: "Europe/Madrid" } as const;
const lyon = { site: "Lyon", locale: "fr", timeZone: "Europe/Paris" } as const;
const london = { site: "London", locale: "en", timeZone: "Europe/London" } as const;
const austin = { site: "Austin", locale: "en", timeZone: "America/Chicago" } as const;

const mail = (name: string) => `${name}@lumivik.example`;
const teamsId = (number: number) => `5a1d0000-0000-4000-8000-${String(number).padStart(12, "0")}`;

export const companyName = "Lumivik Energi";
export const mailDomain = "lumivik.example";

export const colleagues: readonly Colleague[] = [
  {
    name: "Ana Delgado",
    email: mail("ana.delgado"),
    title: "Customer service agent",
    department: "Customer service",
    ...madrid,
    locale: "en",
    agent: { account: "agent-ana" },
    teams: { id: teamsId(1) },
    ringcentral: { id: "801001", extension: "101" },
  },
  {
    name: "Karim Haddad",
    email: mail("karim.haddad"),
    title: "Customer service agent",
    department: "Customer service",
    ...malmo,
    agent: { account: "agent-karim" },
    ringcentral: { id: "801002", extension: "102" },
  },
  {
    name: "Marta Ruiz",
    email: mail("marta.ruiz"),
    title: "Invoicing specialist",
    department: "Billing",
    ...madrid,
    locale: "en",
    teams: { id: teamsId(2), phone: "+46701740605" },
    expert: { skills: { invoicing: 5, contracts: 3 }, languages: ["es", "en", "sv"] },
  },
  {
    name: "Jonas Sund",
    email: mail("jonas.sund"),
    title: "Billing analyst",
    department: "Billing",
    ...stockholm,
    teams: { id: teamsId(3), phone: "+46701740606" },
    expert: { skills: { invoicing: 4, metering: 3 }, languages: ["sv", "en"] },
  },
  {
    name: "Elin Åkesson",
    email: mail("elin.akesson"),
    title: "Grid engineer",
    department: "Grid",
    ...malmo,
    teams: { id: teamsId(4), phone: "+46701740607" },
    expert: { skills: { "grid-connection": 5, "power-cuts": 3 }, languages: ["sv", "en"] },
  },
  {
    name: "Oskar Lind",
    email: mail("oskar.lind"),
    title: "Solar engineer",
    department: "Solar and storage",
    ...stockholm,
    teams: { id: teamsId(5), phone: "+46701740608" },
    expert: { skills: { solar: 5, storage: 4, "heat-pumps": 2 }, languages: ["sv", "en"] },
    shows: { availability: "Busy", activity: "InAMeeting" },
  },
  {
    name: "Camille Laurent",
    email: mail("camille.laurent"),
    title: "Contract manager",
    department: "Sales",
    ...lyon,
    teams: { id: teamsId(6), phone: "+442079460106" },
    expert: { skills: { contracts: 5, moving: 4 }, languages: ["fr", "en"] },
  },
  {
    name: "Priya Nair",
    email: mail("priya.nair"),
    title: "Metering lead",
    department: "Grid",
    ...london,
    teams: { id: teamsId(7), phone: "+442079460107" },
    ringcentral: { id: "801003", extension: "103", phone: "+15125550103" },
    expert: { skills: { metering: 5, "grid-connection": 3 }, languages: ["en"], quota: { perMonth: 20 } },
  },
  {
    name: "Tomás Vidal",
    email: mail("tomas.vidal"),
    title: "Moving desk",
    department: "Sales",
    ...madrid,
    teams: { id: teamsId(8), phone: "+442079460108" },
    expert: { skills: { moving: 5, invoicing: 2 }, languages: ["es", "en", "fr"] },
    shows: { availability: "Away", activity: "Away" },
  },
  {
    name: "Freja Holm",
    email: mail("freja.holm"),
    title: "Data protection officer",
    department: "Legal",
    ...stockholm,
    teams: { id: teamsId(9) },
    expert: { skills: { privacy: 5, contracts: 2 }, languages: ["sv", "en"], quota: { perMonth: 10 } },
  },
  {
    name: "Dana Whitfield",
    email: mail("dana.whitfield"),
    title: "Payments specialist",
    department: "Billing",
    ...austin,
    ringcentral: { id: "801004", extension: "104", phone: "+15125550104" },
    expert: { skills: { payments: 5, invoicing: 3 }, languages: ["en", "es"] },
  },
  {
    name: "Luis Herrera",
    email: mail("luis.herrera"),
    title: "Field technician, solar",
    department: "Solar and storage",
    ...austin,
    ringcentral: { id: "801005", extension: "105", phone: "+15125550105" },
    expert: { skills: { solar: 4, "power-cuts": 4 }, languages: ["es", "en"] },
  },
  {
    name: "Ingrid Berg",
    email: mail("ingrid.berg"),
    title: "IT administrator",
    department: "IT",
    ...stockholm,
    teams: { id: teamsId(20), appRoles: ["Patchcord.Admin"], isTeamsAdmin: true },
  },
  {
    name: "Henrik Strand",
    email: mail("henrik.strand"),
    title: "Customer service supervisor",
    department: "Customer service",
    ...stockholm,
    teams: { id: teamsId(21), appRoles: ["Patchcord.Supervisor"] },
  },
];

/** The account in whose name the bridge works on RingCentral. */
export const serviceExtension = { id: "801000", extensionNumber: "100", name: "Patchcord Service" } as const;

/** Somebody who rings in, with what the contact center knows of them. */
export type Customer = { id: string; name: string; about: { tier: string; intent: string } & Record<string, string> };

export const customers: readonly Customer[] = [
  {
    id: "lucia",
    name: "Lucía Prat",
    about: {
      tier: "Gold",
      intent: "Duplicate invoice?",
      language: "es",
      skill: "invoicing",
      invoice: "March 2026, 1 284 kr, sent twice",
      tried: "Compared both invoice numbers",
      customer_number: "LE-20418",
      phone: "+447700900101",
      email: "lucia.prat@example.com",
    },
  },
  {
    id: "erik",
    name: "Erik Nyström",
    about: {
      tier: "Silver",
      intent: "Grid connection for a new workshop",
      language: "sv",
      skill: "grid-connection",
      tried: "Sent the form for three phases, 63 A",
      customer_number: "LE-31007",
      phone: "+447700900102",
      email: "erik.nystrom@example.com",
    },
  },
  {
    id: "harriet",
    name: "Harriet Cole",
    about: {
      tier: "Gold",
      intent: "Solar panels feed nothing back",
      language: "en",
      skill: "solar",
      tried: "Restarted the inverter twice",
      customer_number: "LE-28850",
      phone: "+447700900103",
      email: "harriet.cole@example.com",
    },
  },
  {
    id: "amelie",
    name: "Amélie Fournier",
    about: {
      tier: "Standard",
      intent: "Does the contract end when I move?",
      language: "fr",
      skill: "contracts",
      customer_number: "LE-40772",
      phone: "+447700900104",
      email: "amelie.fournier@example.com",
    },
  },
];

export const agents = colleagues.flatMap(({ agent, ...person }) => (agent ? [{ ...person, ...agent }] : []));

export type Phone = { number: string; owner: string; platform: ExpertPlatform; name: string };

export const phones: readonly Phone[] = colleagues.flatMap(({ name, teams, ringcentral }) => [
  ...(teams?.phone ? [{ number: teams.phone, owner: teams.id, platform: "teams" as const, name }] : []),
  ...(ringcentral?.phone
    ? [{ number: ringcentral.phone, owner: ringcentral.id, platform: "ringcentral" as const, name }]
    : []),
]);

/** Who has an account there and is seen on the stage: agents and experts. */
export const usersOf = (platform: ExpertPlatform): { id: string; name: string; title: string }[] =>
  colleagues.flatMap(({ name, title, agent, expert, ...accounts }) => {
    const account = accounts[platform];
    return account && (agent || expert) ? [{ id: account.id, name, title }] : [];
  });
