/** What a desk's page is told before anybody has signed in: whose it is, who may show it, whom it may talk to. */
import { sql } from "drizzle-orm";
import type { Db } from "../db.ts";
import { isSlug } from "./slug.ts";

export type DeskPlace = {
  tenantId: string;
  /** Origins whose pages may show this tenant's desks in a frame, and are listened to there. */
  hosts: readonly string[];
  /** Whom desks talk to when they join calls by themselves, as sources of a content security policy. */
  callSources: readonly string[];
  /** Agents may sign in by OpenID Connect. */
  canSignIn: boolean;
};

/**
 * Of the tenant with this short name; without a name, of the only tenant here. Undefined where there is none such, or
 * several and none is named. As the system role.
 */
export async function deskPlaceOf(db: Db, slug: string | undefined): Promise<DeskPlace | undefined> {
  if (slug !== undefined && !isSlug(slug)) return undefined;
  const isMeant =
    slug === undefined ? sql`not exists (select from tenants o where o.id <> t.id)` : sql`t.slug = ${slug}`;
  const [row] = await db.execute<{ id: string; hosts: string[]; sources: string[]; signs_in: boolean }>(sql`
    select t.id, coalesce(t.settings->'deskOrigins', '[]') as hosts,
      (select coalesce(jsonb_agg(distinct source), '[]') from connections c
        cross join jsonb_array_elements_text(c.options->'callSources') as source
        where c.tenant_id = t.id and c.enabled) as sources,
      exists (select from sign_ins s where s.tenant_id = t.id and s.kind = 'agents') as signs_in
    from tenants t where ${isMeant}`);
  if (!row) return undefined;
  return {
    tenantId: row.id,
    hosts: row.hosts.flatMap((host) => plainOrigin(host) ?? []),
    callSources: row.sources,
    canSignIn: row.signs_in,
  };
}

/** A name and a port, nothing that would mean more than one site, or something else, in a policy or a page. */
const plainOrigin = (address: string): string | undefined => {
  const origin = URL.parse(address)?.origin ?? "";
  return /^https?:\/\/[\w.:[\]-]+$/.test(origin) ? origin : undefined;
};
