import type postgres from "postgres";

type Column = { table: string; column: string; type: string; allowed: string | null };

/** One row of each table that belongs to a tenant, with a value of the right type in each column that needs one. */
export type SampleRows = Map<string, Record<string, string>>;

const values: Record<string, string> = {
  bool: "false",
  int4: "1",
  int8: "1",
  float8: "1",
  numeric: "1",
  jsonb: "{}",
  timestamptz: "2026-01-01T00:00:00Z",
  date: "2026-01-01",
};

function sampleValue({ table, column, type, allowed }: Column, tenantId: string): string {
  if (column === "tenant_id") return tenantId;
  if (type === "text") return allowed ?? `${tenantId}_${table}_${column}`;
  if (type.startsWith("_")) return "{}";
  if (type === "uuid") return crypto.randomUUID();
  const value = values[type];
  if (value === undefined) throw new Error(`${table}.${column}: no sample value for the type ${type}`);
  return value;
}

/** Reads from the catalogue what a row must have, so that a new table is covered on the day that it is made. */
export async function sampleRows(sql: postgres.Sql, tenantId: string): Promise<SampleRows> {
  const columns = await sql<Column[]>`
    select c.table_name as table, c.column_name as column, c.udt_name as type,
      (select substring(pg_get_constraintdef(k.oid) from '''([^'']+)''') from pg_constraint k
        where k.contype = 'c' and k.conrelid = format('public.%I', c.table_name)::regclass
          and k.conkey = array[c.ordinal_position::int2] limit 1) as allowed
    from information_schema.columns c
    where c.table_schema = 'public' and (c.is_nullable = 'NO' or c.column_name = 'tenant_id')
      and c.column_default is null and c.is_identity = 'NO' and c.is_generated = 'NEVER'
      and c.table_name in (select t.table_name
        from information_schema.columns t join information_schema.tables b using (table_schema, table_name)
        where t.table_schema = 'public' and t.column_name = 'tenant_id' and b.table_type = 'BASE TABLE')`;
  const rows: SampleRows = new Map();
  for (const column of columns) {
    rows.set(column.table, { ...rows.get(column.table), [column.column]: sampleValue(column, tenantId) });
  }
  return rows;
}
