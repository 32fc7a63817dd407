import { sql } from "drizzle-orm";
import { recordAudit } from "../audit.ts";
import type { Ctx } from "../ctx.ts";
import { BridgeError } from "../errors.ts";
import { skillName } from "../experts/enrol.ts";
import type { TenantSettings } from "../identity/schema.ts";
import { type ContextId, type InteractionId, newId } from "../ids.ts";
import { enqueue } from "../jobs/queue.ts";
import type { Keyring } from "../seal.ts";
import { textsOf } from "../sql-texts.ts";
import type { ContextView } from "../views.ts";
import { identityHashes } from "./identity.ts";
import { removeCardNumbersDeep } from "./redact.ts";
import { inTime, type Late, late, storing } from "./slow.ts";

/** What travels with a request for help. Kept sealed; everything else carries only its id. */
export type ContextPackage = {
  question: string;
  /** What the contact center and the agent know, by key: `customer`, `tier`, `intent`, `tried`, `summary`, … */
  fields: Record<string, string>;
  links: { title: string; url: string }[];
};

/** Details of the customer that an expert sees only after they have said yes. */
const sensitive = /^(phone|email|address|birth|national|passport|iban|account|card|health|salary)/i;
const fieldsMax = 40;
const valueMax = 2_000;

const labelOf = (key: string) => key.replace(/[_.-]+/g, " ").replace(/^./, (first) => first.toUpperCase());
const isWebAddress = (url: string) => /^https?:\/\//i.test(url);

/** The details that may travel with a request about this skill; undefined: all of them. */
export function allowedFields(
  { contextFields = {} }: TenantSettings,
  skill: string | undefined,
): readonly string[] | undefined {
  const bySkill = Object.entries(contextFields).find(([name]) => skill !== undefined && skillName(name) === skill);
  return bySkill?.[1] ?? contextFields["*"];
}

/**
 * Puts a package together: attributes of the contact center first, what the agent gave on top, card numbers removed;
 * nothing that is not allowed.
 */
export function buildPackage(
  question: string,
  attributes: Record<string, string>,
  given: { fields?: Record<string, string> | undefined; links?: { title: string; url: string }[] | undefined } = {},
  allowed?: readonly string[],
): ContextPackage {
  const fields = Object.entries({ ...attributes, ...given.fields })
    .filter(([key]) => !allowed || allowed.includes(key))
    .slice(0, fieldsMax)
    .map(([key, value]) => [key.slice(0, 80), String(value).slice(0, valueMax)] as const);
  return removeCardNumbersDeep({
    question: question.trim().slice(0, valueMax),
    fields: Object.fromEntries(fields),
    links: (given.links ?? []).filter((link) => isWebAddress(link.url)).slice(0, 10),
  });
}

/** What of a package belongs to one customer and nobody else: their name, and what is masked. */
export const sensitiveOf = ({ fields }: ContextPackage): string[] =>
  Object.entries(fields).flatMap(([key, value]) => (key === "customer" || sensitive.test(key) ? [value] : []));

export const mask = (value: string) => (value.length <= 4 ? "•••" : `•••${value.slice(-2)}`);

/** As somebody sees it: `reveal` shows sensitive details in full. */
export function viewOfPackage(content: ContextPackage | Late, reveal: boolean): ContextView {
  if (content === late) return { question: "", fields: [], links: [], isLate: true };
  return {
    question: content.question,
    links: content.links,
    fields: Object.entries(content.fields).map(([key, value]) => {
      const isSensitive = sensitive.test(key);
      return {
        key,
        label: labelOf(key),
        value: isSensitive && !reveal ? mask(value) : value,
        masked: isSensitive && !reveal,
      };
    }),
  };
}

/** As it is stored: sealed. */
export type SealedContext = { id: ContextId; interactionId: InteractionId; sealed: string; customerHashes: string[] };

/**
 * Seals and stores a package; its id is the only thing that leaves this room. Where storing takes too long a job of the
 * same transaction does it, with what is sealed in its hands.
 */
export async function storeContext(
  ctx: Ctx,
  keyring: Keyring,
  interactionId: InteractionId,
  content: ContextPackage,
): Promise<ContextId> {
  const id = newId("ctx", ctx.now());
  const row = { id, interactionId, ...(await sealedPackage(ctx, keyring, content)) };
  if (!(await storeSealed(ctx, keyring, row)))
    await enqueue(ctx, { key: `context.store:${id}`, name: "context.store", payload: row, lane: "offer" });
  return id;
}

/** Answers whether it is stored now. Safe to repeat. */
export async function storeSealed(ctx: Ctx, keyring: Keyring, row: SealedContext): Promise<boolean> {
  const { id, interactionId, sealed, customerHashes } = row;
  const stored = await inTime(
    ctx,
    keyring,
    sql`insert into contexts (id, tenant_id, interaction_id, sealed, customer_hashes, created_at)
      values (${id}, ${ctx.tenantId}, ${interactionId}, ${sealed}, array${textsOf(customerHashes)},
        ${ctx.now().toISOString()}::timestamptz) on conflict do nothing`,
  );
  return stored !== late;
}

export const sealedPackage = async (
  { tenantId }: Pick<Ctx, "tenantId">,
  keyring: Keyring,
  content: ContextPackage,
) => ({
  sealed: await keyring.seal(tenantId, "context", content),
  customerHashes: await identityHashes(keyring, tenantId, Object.values(content.fields)),
});

/** `late`: not just now. @throws BridgeError `not_found` when it has expired or was erased. */
export async function readContext(ctx: Ctx, keyring: Keyring, id: ContextId): Promise<ContextPackage | Late> {
  const rows = await inTime<{ sealed: string }>(
    ctx,
    keyring,
    sql`select sealed from contexts where id = ${id} and tenant_id = ${ctx.tenantId}`,
  );
  const sealed = (rows === late ? undefined : rows[0]?.sealed) ?? (await onItsWay(ctx, id));
  if (sealed) return keyring.open(ctx.tenantId, "context", sealed);
  if (rows === late) return late;
  throw new BridgeError("not_found", "The details of this request have been deleted.");
}

async function onItsWay(ctx: Ctx, id: ContextId): Promise<string | undefined> {
  const [job] = await ctx.db.execute<{ payload: SealedContext }>(storing(ctx, sql`key = ${`context.store:${id}`}`));
  return job?.payload.sealed;
}

/** Every reveal of sensitive details is kept in the audit log. */
export const noteReveal = (ctx: Ctx, id: ContextId): Promise<void> => recordAudit(ctx, "context.reveal", id);
