import { type AnyColumn, type SQL, sql } from "drizzle-orm";

/** Any number of texts as one parameter, so that the statement reads the same however many there are. */
export const textsOf = (texts: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;

export const isOneOf = (column: SQL | AnyColumn, texts: readonly string[]): SQL =>
  sql`${column} = any(array${textsOf(texts)})`;
