/** Direct numbers: set, listed, and whether one is open now. */
import { and, asc, eq, inArray } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { experts } from "../experts/schema.ts";
import { tenantSettings } from "../identity/tenants.ts";
import { newId, type PersonId } from "../ids.ts";
import { onRoster, type Roster } from "../roster.ts";
import { isSameJson } from "../same-json.ts";
import type { LineDefinition } from "./line-schema.ts";
import { type LineId, lines } from "./schema.ts";

export type Line = LineDefinition & { id: LineId; number: string };
/** `until`: when that changes, where it does. */
export type Opening = { on: boolean; until?: Date };

const lineOf = ({ id, number, definition }: typeof lines.$inferSelect): Line => ({ ...definition, id, number });

export async function linesOf(ctx: Ctx, numbers?: readonly string[]): Promise<Line[]> {
  const some = numbers ? inArray(lines.number, [...numbers]) : undefined;
  if (numbers?.length === 0) return [];
  const rows = await ctx.db
    .select()
    .from(lines)
    .where(and(eq(lines.tenantId, ctx.tenantId), some))
    .orderBy(asc(lines.number));
  return rows.map(lineOf);
}

/** @throws BridgeError `not_found`. */
export async function lineByNumber(ctx: Ctx, number: string): Promise<Line> {
  const [line] = await linesOf(ctx, [number]);
  if (!line) throw new BridgeError("not_found", "There is no such line. Lines are set with PUT /v1/lines/{number}.");
  return line;
}

export async function holidaysAt(ctx: Ctx): Promise<(site: string | undefined) => string[]> {
  const { holidays = [] } = await tenantSettings(ctx);
  return (site) =>
    holidays.filter(({ sites }) => !sites || (site !== undefined && sites.includes(site))).map(({ date }) => date);
}

/** Only the line's own hours: whether its members work then is in their rosters. Pure. */
export const opening = (line: Pick<Line, "hours" | "site">, holidays: string[], now: Date): Opening =>
  onRoster((line.hours ?? {}) as Roster, now, { holidays });

/**
 * The same again changes nothing. Members are enrolled as experts, so that what they say about themselves counts.
 * `coming`: lines that are set right after this one.
 * @throws BridgeError `invalid`, naming who is not enrolled or which line is not there.
 */
export async function writeLine(
  ctx: Ctx,
  number: string,
  definition: LineDefinition,
  coming: readonly string[] = [],
): Promise<"make" | "update" | undefined> {
  const [before] = await ctx.db
    .select()
    .from(lines)
    .where(and(eq(lines.number, number), eq(lines.tenantId, ctx.tenantId)));
  if (before && isSameJson(before.definition, definition)) return undefined;
  await requireMembers(ctx, definition.members);
  const cover = definition.cover ?? [];
  const known = [...coming, ...(await linesOf(ctx, cover)).map((line) => line.number)];
  const missing = cover.find((one) => one === number || !known.includes(one));
  if (missing) throw new BridgeError("invalid", `cover: ${missing} is no other line. Set that line first.`);
  const { tenantId } = ctx;
  const id = before?.id ?? newId("lin", ctx.now());
  const facts = { definition, changedAt: ctx.now() };
  await ctx.db
    .insert(lines)
    .values({ id, tenantId, number, ...facts })
    .onConflictDoUpdate({ target: [lines.tenantId, lines.number], set: facts });
  await recordAudit(ctx, "line.update", id, { members: definition.members.length });
  return before ? "update" : "make";
}

async function requireMembers(ctx: Ctx, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  const enrolled = await ctx.db
    .select({ id: experts.personId })
    .from(experts)
    .where(and(eq(experts.tenantId, ctx.tenantId), inArray(experts.personId, ids as PersonId[])));
  const known = new Set<string>(enrolled.map(({ id }) => id));
  const stranger = ids.find((id) => !known.has(id));
  if (stranger)
    throw new BridgeError("invalid", `members: ${stranger} is not enrolled as an expert. Enrol them first.`);
}

/** @throws BridgeError `not_found`. */
export async function deleteLine(ctx: Ctx, number: string): Promise<void> {
  const { id } = await lineByNumber(ctx, number);
  await ctx.db.delete(lines).where(and(eq(lines.id, id), eq(lines.tenantId, ctx.tenantId)));
  await recordAudit(ctx, "line.delete", id);
}
