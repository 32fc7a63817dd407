/**
 * A change of keys: everything that an older key has sealed is sealed anew with the newest, so that the older one can go.
 * New sealed columns belong into this table; `src/testing/scenarios/keys.db.test.ts` finds those that are forgotten.
 */
import { and, eq, isNull, ne, or, type SQL, sql } from "drizzle-orm";
import { identityHashes } from "../context/identity.ts";
import { type ContextPackage, sealedPackage } from "../context/package.ts";
import { waitBriefly } from "../context/slow.ts";
import type { Ctx } from "../ctx.ts";
import { tenants } from "../identity/schema.ts";
import { enqueue, type JobRequest } from "../jobs/queue.ts";
import type { Handler } from "../jobs/run.ts";
import type { Service } from "../platform/service.ts";
import type { CallbackDetails } from "../routing/callbacks.ts";
import type { Keyring } from "../seal.ts";

type Row = Record<string, string>;
type Sealed = {
  table: string;
  column: string;
  /** The columns by which a row is found again, of those that `purpose` needs. */
  key: readonly string[];
  /** For what it was sealed, as the room that owns it says. */
  purpose(row: Row): string;
  /** What else of the row was made with the key. */
  also?(ctx: Ctx, keyring: Keyring, plain: unknown): Promise<SQL>;
};

export const sealedColumns: readonly Sealed[] = [
  { table: "connections", column: "settings_sealed", key: ["id"], purpose: ({ id }) => `settings:${id}` },
  { table: "sign_ins", column: "settings_sealed", key: ["id", "kind"], purpose: ({ kind }) => `sign-in:${kind}` },
  {
    table: "platform_tokens",
    column: "sealed",
    key: ["connection_id", "key"],
    purpose: (row) => `token:${row.connection_id}`,
  },
  { table: "webhook_endpoints", column: "secrets_sealed", key: ["id"], purpose: ({ id }) => `webhook:${id}` },
  {
    table: "contexts",
    column: "sealed",
    key: ["id"],
    purpose: () => "context",
    async also(ctx, keyring, plain) {
      const { customerHashes } = await sealedPackage(ctx, keyring, plain as ContextPackage);
      return sql`customer_hashes = array(select jsonb_array_elements_text(${JSON.stringify(customerHashes)}::jsonb))`;
    },
  },
  { table: "replies", column: "sealed", key: ["id"], purpose: () => "reply" },
  {
    table: "callbacks",
    column: "sealed",
    key: ["id"],
    purpose: () => "callback",
    async also(ctx, keyring, plain) {
      const [hash = null] = await identityHashes(keyring, ctx.tenantId, [(plain as CallbackDetails).phone]);
      return sql`caller_hash = ${hash}`;
    },
  },
  { table: "idempotency_keys", column: "response", key: ["actor", "key"], purpose: () => "idempotency" },
];

const name = (word: string): SQL => sql.raw(`"${word}"`);
const keyOf = (column: string): SQL => sql`split_part(${name(column)}, '.', 1)`;
const isSealed = (column: string): SQL => sql`${name(column)} is not null and ${name(column)} <> ''`;

const atOnce = 100;

/** Seals some rows of one column anew. Answers how many there were. What no key of ours opens is left as it is. */
async function resealSome(ctx: Ctx, keyring: Keyring, sealed: Sealed): Promise<number> {
  const [, ...older] = keyring.keyIds;
  if (older.length === 0) return 0;
  const { table, column, key } = sealed;
  const columns = sql.join(key.map(name), sql`, `);
  await waitBriefly(ctx);
  const rows = await ctx.db.execute<Row>(sql`
    select ${columns}, ${name(column)} as sealed from ${name(table)}
    where tenant_id = ${ctx.tenantId} and ${isSealed(column)} and ${keyOf(column)} in ${older}
    order by ${columns} limit ${atOnce} for update skip locked`);
  for (const row of rows) {
    const purpose = sealed.purpose(row);
    const plain = await keyring.open<unknown>(ctx.tenantId, purpose, String(row.sealed));
    const changes = [
      sql`${name(column)} = ${await keyring.seal(ctx.tenantId, purpose, plain)}`,
      ...(sealed.also ? [await sealed.also(ctx, keyring, plain)] : []),
    ];
    const isThis = key.map((one) => sql`${name(one)} = ${row[one]}`);
    await ctx.db.execute(sql`update ${name(table)} set ${sql.join(changes, sql`, `)}
      where tenant_id = ${ctx.tenantId} and ${sql.join(isThis, sql` and `)}`);
  }
  return rows.length;
}

const resealJob: JobRequest = { key: "keys.reseal", name: "keys.reseal", lane: "bulk" };
/** Other processes may go on sealing with the key before while they are restarted, so it is looked for once more. */
const againMs = 3_600_000;

/** Job `keys.reseal`: a hundred rows of each column at a time until none is left, and once more an hour later. */
export const resealEverything =
  (service: Service): Handler =>
  async (run, payload) => {
    let found = 0;
    for (const sealed of sealedColumns) found += await run.tx((ctx) => resealSome(ctx, service.keyring, sealed));
    if (found > 0) run.log.info("sealed anew", { rows: found, key: service.keyring.keyIds[0] });
    if (found > 0) return run.now();
    const isSecondLook = payload.again === true;
    await run.tx(async (ctx) => {
      if (isSecondLook)
        await ctx.db.update(tenants).set({ sealedBy: service.keyring.keyIds[0] }).where(eq(tenants.id, ctx.tenantId));
      else {
        const runAt = new Date(ctx.now().getTime() + againMs);
        await enqueue(ctx, { ...resealJob, payload: { again: true }, runAt });
      }
    });
    return undefined;
  };

/** Asks for it where the newest key is another than the one that was seen last. Runs every ten minutes (house.prune). */
export const resealWhereNeeded =
  ({ keyring }: Service) =>
  async (ctx: Ctx): Promise<void> => {
    const [newest] = keyring.keyIds;
    const isOther = or(isNull(tenants.sealedBy), ne(tenants.sealedBy, newest));
    const [needed] = await ctx.db
      .select({ id: tenants.id })
      .from(tenants)
      .where(and(eq(tenants.id, ctx.tenantId), isOther));
    const isAsked = await ctx.db.execute(
      sql`select from jobs where tenant_id = ${ctx.tenantId} and key = ${resealJob.key}`,
    );
    if (needed && isAsked.length === 0) await enqueue(ctx, resealJob);
  };

export type KeyUse = { key: string; table: string; rows: number };

/** What is sealed with which key, the newest left out. */
export async function olderKeysInUse(ctx: Ctx, keyring: Keyring): Promise<KeyUse[]> {
  const [newest] = keyring.keyIds;
  const found: KeyUse[] = [];
  for (const { table, column } of sealedColumns) {
    const rows = await ctx.db.execute<{ key: string; rows: number }>(sql`
      select ${keyOf(column)} as key, count(*)::int as rows from ${name(table)}
      where tenant_id = ${ctx.tenantId} and ${isSealed(column)} and ${keyOf(column)} <> ${newest} group by 1 order by 1`);
    found.push(...[...rows].map(({ key, rows }) => ({ key, table, rows })));
  }
  return found;
}
