import { and, eq } from "drizzle-orm";
import type { Ctx } from "../ctx.ts";
import { builtOnce, value } from "../db.ts";
import { isBridgeError } from "../errors.ts";
import { accountChecks } from "../identity/account-checks.ts";
import { openConnection } from "../identity/connect.ts";
import { accounts, connections } from "../identity/schema.ts";
import type { AccountId, ConnectionId, PersonId } from "../ids.ts";
import type { Service } from "../platform/service.ts";
import type { OfferFacts } from "./cards.ts";

export type Where = { id: AccountId; externalId: string; connectionId: ConnectionId };

/**
 * The account through which a person gets cards: the one chosen, else the first of their platforms that can show them,
 * and where none of them is known to be blocked.
 */
export async function cardAccountOf(
  ctx: Ctx,
  service: Service,
  person: PersonId,
  chosen: AccountId | null,
): Promise<Where | undefined> {
  const rows = await readAccounts(ctx.db, { person });
  const able = rows.filter((row) => service.adapters.get(row.adapter)?.invitations);
  const isLast = ({ app }: (typeof rows)[number]) => Number(app === "blocked" || app === "failed");
  const inOrder = able.sort((a, b) => isLast(a) - isLast(b) || a.connectionId.localeCompare(b.connectionId));
  return able.find((row) => row.id === chosen) ?? inOrder[0];
}

const readAccounts = builtOnce((db) =>
  db
    .select({
      id: accounts.id,
      externalId: accounts.externalId,
      connectionId: accounts.connectionId,
      adapter: connections.adapter,
      app: accountChecks.app,
    })
    .from(accounts)
    .innerJoin(connections, and(eq(connections.id, accounts.connectionId), eq(connections.enabled, true)))
    .leftJoin(accountChecks, eq(accountChecks.accountId, accounts.id))
    .where(and(eq(accounts.personId, value("person")), eq(accounts.active, true))),
);

/** Where the card can lead on the platform on which it is shown: to the agent there, to the expert's own page. */
export async function linksFor(
  ctx: Ctx,
  service: Service,
  where: Where | undefined,
  agent: PersonId,
): Promise<OfferFacts["links"]> {
  if (!where) return undefined;
  try {
    const opened = await openConnection(service, ctx.tenantId, where.connectionId, (work) => work(ctx));
    const { links } = opened.adapter.invitations ?? {};
    if (!links) return undefined;
    const [account] = await ctx.db
      .select({ emails: accounts.emails, phone: accounts.phone })
      .from(accounts)
      .where(
        and(eq(accounts.personId, agent), eq(accounts.connectionId, where.connectionId), eq(accounts.active, true)),
      );
    const [address] = account?.emails ?? [];
    const phone = account?.phone;
    return links(opened.connection.settings, { ...(address ? { address } : {}), ...(phone ? { phone } : {}) });
  } catch (error) {
    if (isBridgeError(error) && error.code === "not_found") return undefined;
    throw error;
  }
}

/** What rings this number on the platform on which the card is shown; undefined where nothing does. */
export async function callLinkFor(
  ctx: Ctx,
  service: Service,
  where: Where | undefined,
  phone: string | undefined,
): Promise<string | undefined> {
  if (!where || !phone) return undefined;
  const { adapter, connection } = await openConnection(service, ctx.tenantId, where.connectionId, (work) => work(ctx));
  return adapter.invitations?.links?.(connection.settings, { phone }).call;
}
