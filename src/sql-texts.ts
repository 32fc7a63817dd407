import { type AnyColumn, type SQL, sql } from "drizzle-orm";
import { value } from "./db.ts";

/** Any number of texts as one parameter, so that the statement reads the same however many there are. */
export const textsOf = (texts: readonly string[]): SQL =>
  sql`(select jsonb_array_elements_text(${JSON.stringify(texts)}::jsonb))`;

/** For `builtOnce`, to which the texts come as JSON under this name. */
export const isAmong = (column: SQL | AnyColumn, name: string): SQL =>
  sql`${column} = any(array(select jsonb_array_elements_text(${value(name)}::jsonb)))`;

export const isOneOf = (column: SQL | AnyColumn, texts: readonly string[]): SQL =>
  sql`${column} = any(array${textsOf(texts)})`;
