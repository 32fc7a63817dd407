/** A made-up company in the database: as many people as wanted, each with an account, in seconds. */
import { randomBytes } from "node:crypto";
import postgres from "postgres";
import { applyPlan } from "../src/admin/apply.ts";
import { planSchema } from "../src/admin/plan.ts";
import { connections } from "../src/identity/schema.ts";
import type { AccountId, ConnectionId, PersonId } from "../src/ids.ts";
import { silentLog } from "../src/log.ts";
import type { AnyAdapter } from "../src/platform/contract.ts";
import { wire } from "../src/wire.ts";

/** Nobody listens there: jobs that would ask a platform fail and come back later. */
const nowhere = "http://127.0.0.1:9";
const adapterIds = { center: "webhook", office: "teams" } as const;

export type CompanyOptions = {
  people: number;
  /** On which side everybody has their account. */
  side: keyof typeof adapterIds;
  /** Everybody is enrolled as an expert. */
  experts?: boolean;
  /** So many of those with an account in the office have one at the contact center too. */
  agents?: number;
  contactCenterUrl?: string;
  teams?: Record<string, unknown>;
  /** Another office than Teams. */
  office?: { adapter: AnyAdapter; settings: Record<string, unknown> };
  /** Several companies in one database: each with a name, one set of keys, and people with numbers of their own. */
  slug?: string;
  keys?: string;
  first?: number;
};

export const newKeys = () => `k1:${randomBytes(32).toString("base64")}`;

export type Company = {
  databaseUrl: string;
  keys: string;
  tenantId: string;
  /** Where everybody has their account. */
  connectionId: ConnectionId;
  connectionIds: Record<keyof typeof adapterIds, ConnectionId>;
  /** The contact center's secret. */
  secret: string;
  apiKey: string;
};

const numbered = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, "0")}`;
/** Everybody has a number, from 0. */
export const personId = (number: number) => numbered("per", number) as PersonId;
export const accountId = (number: number) => numbered("acc", number) as AccountId;
/** The platform's id of the account. */
export const externalId = (number: number) => `user-${number}`;

export async function foundCompany(databaseUrl: string, options: CompanyOptions): Promise<Company> {
  const { keys = newKeys(), office } = options;
  const secret = `whsec_${randomBytes(32).toString("base64")}`;
  const apiKey = `pck_${randomBytes(32).toString("base64url")}`;
  const wired = wire({
    ...{ databaseUrl, keys, publicUrl: "http://127.0.0.1", sandbox: true, log: silentLog },
    ...(office ? { adapters: [office.adapter] } : {}),
  });
  try {
    const { tenantId } = await applyPlan(wired.service, planOf(options, secret, apiKey));
    const rows = await wired.service.database.inTenant(tenantId, (db) => db.select().from(connections));
    const idOf = (adapter: string) => rows.find((row) => row.adapter === adapter)?.id as ConnectionId;
    const connectionIds = { center: idOf(adapterIds.center), office: idOf(office?.adapter.id ?? adapterIds.office) };
    const connectionId = connectionIds[options.side];
    await moveIn(databaseUrl, { tenantId, connectionIds, ...options });
    return { databaseUrl, keys, tenantId, connectionId, connectionIds, secret, apiKey };
  } finally {
    await wired.close();
  }
}

const planOf = (options: CompanyOptions, secret: string, apiKey: string) => {
  const { contactCenterUrl = nowhere, teams = {}, office, slug = "bench" } = options;
  return planSchema.parse({
    tenant: { slug, name: "Bench" },
    connections: [
      { name: "center", adapter: adapterIds.center, settings: { commandUrl: contactCenterUrl, secret } },
      office
        ? { name: "office", adapter: office.adapter.id, settings: office.settings }
        : { name: "office", adapter: adapterIds.office, settings: { ...officeSettings, ...teams } },
    ],
    apiKeys: [
      {
        name: "bench",
        key: apiKey,
        scopes: ["presence:read", "people:read", "consults:read", "consults:write", "desk:mint", "routing:decide"],
      },
    ],
  });
};

const guid = "00000000-0000-4000-8000-000000000000";
const officeSettings = {
  tenantId: guid,
  clientId: guid,
  clientSecret: "made-up",
  graphUrl: `${nowhere}/`,
  loginUrl: nowhere,
  botServiceUrl: nowhere,
};

type Settling = CompanyOptions & Pick<Company, "tenantId" | "connectionIds">;

export const firstNames =
  "Ana,Jonas,Marta,Lucía,Erik,Søren,Inès,Noah,Mia,Oskar,Léa,Hugo,Nora,Elif,Tomás,Zoë,Anouk,Bram,Yusuf,Maja";
export const lastNames =
  "Berg,Sund,Ruiz,Prat,Lindqvist,Møller,Dubois,Keller,Novak,Garcia,Martin,Larsen,Öberg,Costa,Haas,Weber,Rossi,Vidal,Holm,Nilsson,Fischer,Blanc,Ortega,Svensson,Marchetti";
export const departments = "Billing,Claims,Legal,Treasury,Networks,Logistics,Fleet,Medical,Pensions,Quality";
export const skills = "invoicing,contracts,routing,claims,tax,fraud,pricing,warranty";

/** As the owner of the database, past all jobs and views: a hundred thousand people in a few statements. */
async function moveIn(databaseUrl: string, settling: Settling) {
  const { tenantId, connectionIds, people, side, experts = false, agents = 0, first = 0 } = settling;
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  const pick = (list: string, number: string) =>
    `(string_to_array('${list}', ','))[1 + (${number}) % ${list.split(",").length}]`;
  const last = first + people - 1;
  try {
    await sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`; // what triggers would do is done below
      await tx.unsafe(`create temp table staff on commit drop as
        select n, 'per_' || lpad(n::text, 26, '0') as person, 'acc_' || lpad(n::text, 26, '0') as account,
          ${pick(firstNames, "n * 7")} || ' ' || ${pick(lastNames, "n * 13 / 20")} || ' ' || n as name,
          'user' || n || '@example.com' as email,
          ${pick(departments, "n / 3")} as department, ${pick(skills, "n / 5")} as skill
        from generate_series(${first}, ${last}) n`);
      await tx`insert into people (id, tenant_id, name, emails, department, search, search_skills, created_at, updated_at)
        select person, ${tenantId}, name, array[email], department,
          lower(translate(name || ' ' || department, 'íèéáöÖë', 'ieeaooe')), case when ${experts} then skill else '' end,
          now(), now() from staff`;
      await tx`insert into people_addresses select ${tenantId}, email, person from staff`;
      await tx`insert into accounts
        (id, tenant_id, person_id, connection_id, external_id, name, emails, phone, matched_by, created_at)
        select account, ${tenantId}, person, ${connectionIds[side]}, 'user-' || n, name, array[email],
          '+467' || lpad(n::text, 8, '0'), 'alone', now() from staff`;
      if (side === "office")
        await tx`insert into accounts
        (id, tenant_id, person_id, connection_id, external_id, name, emails, matched_by, created_at)
        select 'acc_1' || lpad(n::text, 25, '0'), ${tenantId}, person, ${connectionIds.center}, 'user-' || n, name, array[email],
          'email', now() from staff where n < ${first + agents}`;
      await tx`insert into presences
        (account_id, tenant_id, availability, activity, native, observed_at, source, changed_at, read_at, known_at)
        select account, ${tenantId}, 'available', 'none', 'Available', now() - interval '1 minute', 'read', now(),
          now() - interval '1 minute', now() from staff`;
      if (experts) {
        await tx`insert into experts (person_id, tenant_id, languages, created_at)
          select person, ${tenantId}, array['en', 'sv'], now() from staff`;
        await tx`insert into expert_skills (tenant_id, person_id, skill, level)
          select ${tenantId}, person, skill, 1 + n % 5 from staff`;
        await tx`insert into expert_words (tenant_id, word, person_id)
          select p.tenant_id, unnest(tsvector_to_array(p.search_vector)), p.id from people p
          join experts e on e.person_id = p.id where p.tenant_id = ${tenantId}`;
      }
      // Directories and sweeps are benches of their own; the others are left in peace.
      await tx`delete from jobs where name <> 'house.prune'`;
      if (side === "office")
        await tx`update connections set directory_synced_at = now() where id = ${connectionIds.office}`;
    });
    await sql`vacuum analyze`;
  } finally {
    await sql.end({ timeout: 5 });
  }
}
