/** What every room's `routes.ts` is made with. Schemas validate requests and are the OpenAPI document at once. */
import { createRoute, OpenAPIHono, type RouteConfig, z } from "@hono/zod-openapi";
import { and, eq, sql } from "drizzle-orm";
import type { Context, MiddlewareHandler } from "hono";
import { type Actor, actorLabel, type Ctx, type Scope } from "./ctx.ts";
import { executePrepared, send } from "./db.ts";
import { BridgeError, codes, type ErrorCode } from "./errors.ts";
import { erasedAnswer, idempotencyKeys } from "./idempotency.ts";
import type { Log } from "./log.ts";
import type { Service } from "./platform/service.ts";

export type ApiEnv = {
  Variables: { requestId: string; log: Log; service: Service; actor?: Actor; tenantId?: string; bodyText?: string };
};
export type ApiContext = Context<ApiEnv>;
export type Api = OpenAPIHono<ApiEnv>;

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string().describe("What is wrong and what to do"),
    code: z.string(),
    request_id: z.string(),
  })
  .openapi("Problem");

/** RFC 9457. `type` is stable and leads to the description of the code in our own documentation. */
export function problem(
  c: ApiContext,
  code: ErrorCode,
  detail: string,
  extra: { details?: Record<string, unknown> | undefined; retryAfterMs?: number | undefined } = {},
): Response {
  const { status, title } = codes[code];
  const headers: Record<string, string> = { "content-type": "application/problem+json", "cache-control": "no-store" };
  if (extra.retryAfterMs !== undefined) headers["retry-after"] = String(Math.ceil(extra.retryAfterMs / 1000));
  if (status === 401) headers["www-authenticate"] = "Bearer";
  // What a platform adds never stands in for what we promise of every problem.
  const body = { ...extra.details, type: `/docs#${code}`, title, status, detail, code, request_id: c.get("requestId") };
  return c.body(JSON.stringify(body), status, headers);
}

export const newApi = (): Api =>
  new OpenAPIHono<ApiEnv>({
    defaultHook: (result, c) => {
      if (result.success) return;
      const issues = result.error.issues.map((issue) => ({ at: issue.path.join("."), says: issue.message }));
      const first = issues[0];
      const detail = first ? `${first.at || result.target}: ${first.says}` : "The request is not as described.";
      return problem(c as unknown as ApiContext, "invalid", detail, { details: { issues } });
    },
  });

/** Who may call: any of the kinds named; machines need the scope; admins and supervisors by role. */
export type Allowed = { kinds?: readonly Actor["kind"][]; scope?: Scope; roles?: readonly ("admin" | "supervisor")[] };

function isAllowed(actor: Actor, allowed: Allowed): boolean {
  if (actor.kind === "machine")
    return allowed.scope !== undefined && (actor.scopes.includes(allowed.scope) || actor.scopes.includes("admin"));
  if (actor.kind === "admin") return actor.roles.some((role) => role === "admin" || allowed.roles?.includes(role));
  return allowed.kinds?.includes(actor.kind) ?? false;
}

/** @throws BridgeError `unauthenticated` or `forbidden`. */
export function requireActor(c: ApiContext, allowed: Allowed): { actor: Actor; tenantId: string } {
  const actor = c.get("actor");
  const tenantId = c.get("tenantId");
  if (actor?.kind === "operator")
    throw new BridgeError("forbidden", "The operator's key makes organizations. Use an API key of one for this.");
  if (!actor || !tenantId)
    throw new BridgeError("unauthenticated", "Send a bearer token: an API key, a desk token or a sign-in token.");
  if (!isAllowed(actor, allowed)) {
    const need = allowed.scope ? ` It needs the scope ${allowed.scope}.` : "";
    throw new BridgeError("forbidden", `This sign-in may not do that.${need}`);
  }
  return { actor, tenantId };
}

/** Colleagues see of themselves what supervisors see of everybody. @throws BridgeError `forbidden` about somebody else. */
export function requireSelf({ actor }: Ctx, personId: string): void {
  if ((actor.kind === "expert" || actor.kind === "agent") && actor.personId !== personId)
    throw new BridgeError("forbidden", "You may look at your own only.");
}

const digest = async (text: string) =>
  Array.from(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");

const keptAnswers = "idempotency";

/**
 * Runs a verb in one transaction of the caller's tenant and answers with its result. With an `Idempotency-Key` the
 * answer is kept, sealed, in the same transaction for a day: the same request again gets the same answer and does nothing.
 * An answer that was erased meanwhile, with a customer, is a `conflict`, and nothing is done either.
 */
export async function answer<T>(
  c: ApiContext,
  allowed: Allowed,
  verb: (ctx: Ctx) => Promise<T>,
  status: 200 | 201 | 202 = 200,
): Promise<Response> {
  const { actor, tenantId } = requireActor(c, allowed);
  const service = c.get("service");
  const key = c.req.method === "GET" ? undefined : c.req.header("idempotency-key");
  if (key !== undefined && (key.length < 1 || key.length > 200))
    throw new BridgeError("bad_request", "Idempotency-Key wants 1 to 200 characters.");
  return service.database.inTenant(tenantId, async (db) => {
    const ctx: Ctx = { db, tenantId, actor, now: service.now, log: c.get("log") };
    if (key === undefined) return c.json((await verb(ctx)) as object, status);
    const { pathname, search } = new URL(c.req.url);
    const requestHash = await digest(`${c.req.method} ${pathname}${search} ${await c.req.text()}`);
    const by = actorLabel(actor);
    const fresh = await executePrepared(
      db,
      sql`insert into idempotency_keys (tenant_id, actor, key, request_hash, status, response, created_at)
        values (${tenantId}, ${by}, ${key}, ${requestHash}, ${status}, '', ${service.now().toISOString()}::timestamptz)
        on conflict do nothing returning key`,
    );
    if (fresh.length === 0) {
      const [kept] = await db
        .select()
        .from(idempotencyKeys)
        .where(
          and(eq(idempotencyKeys.tenantId, tenantId), eq(idempotencyKeys.actor, by), eq(idempotencyKeys.key, key)),
        );
      if (!kept || kept.requestHash !== requestHash)
        throw new BridgeError("idempotency_mismatch", "Use a new Idempotency-Key for another request.");
      if (kept.response === erasedAnswer)
        throw new BridgeError(
          "conflict",
          "This was done, and its answer has been erased since. Look at how it is now.",
        );
      const response = await service.keyring.open<string>(tenantId, keptAnswers, kept.response);
      return c.body(response, kept.status as 200, {
        "content-type": "application/json",
        "idempotent-replayed": "true",
      });
    }
    const response = JSON.stringify(await verb(ctx));
    const sealed = await service.keyring.seal(tenantId, keptAnswers, response);
    send(
      db,
      executePrepared(
        db,
        sql`update idempotency_keys set response = ${sealed}
          where tenant_id = ${tenantId} and actor = ${by} and key = ${key}`,
      ),
    );
    return c.body(response, status, { "content-type": "application/json" });
  });
}

type Schemas = { body?: z.ZodType; query?: z.ZodObject; params?: z.ZodObject };
type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined;
export type Input<S extends Schemas> = {
  body: Parsed<S["body"]>;
  query: Parsed<S["query"]>;
  params: Parsed<S["params"]>;
};

type Endpoint<S extends Schemas> = S & {
  method: "get" | "post" | "put" | "patch" | "delete";
  /** OpenAPI form: `/v1/consults/{id}`. */
  path: string;
  summary: string;
  allowed: Allowed;
  /** Throws before anything is read or begun, where this cannot be done just now. */
  admit?: (service: Service, tenantId: string) => void;
  result: z.ZodType;
  status?: 200 | 201 | 202;
};

/** Before anything of the request is read: may they, and is it JSON. Strangers learn nothing of what a route wants. */
const guard =
  ({ allowed, admit, body }: Pick<Endpoint<Schemas>, "allowed" | "admit" | "body">): MiddlewareHandler<ApiEnv> =>
  async (c, next) => {
    const { tenantId } = requireActor(c, allowed);
    admit?.(c.get("service"), tenantId);
    if (body && !/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(c.req.header("content-type") ?? ""))
      throw new BridgeError("bad_request", "Send the body as JSON, with content-type application/json.");
    await next();
  };

function describe<const S extends Schemas>(spec: Endpoint<S>) {
  return createRoute({
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    tags: [spec.path.split("/")[2] ?? "service"],
    security: [{ bearer: [] }],
    middleware: guard(spec),
    request: {
      ...(spec.body ? { body: { required: true, content: { "application/json": { schema: spec.body } } } } : {}),
      ...(spec.query ? { query: spec.query } : {}),
      ...(spec.params ? { params: spec.params } : {}),
    },
    responses: {
      [spec.status ?? 200]: { description: "As asked", content: { "application/json": { schema: spec.result } } },
      default: {
        description: "A problem, and what to do",
        content: { "application/problem+json": { schema: problemSchema } },
      },
    },
  } satisfies RouteConfig);
}

function inputOf<const S extends Schemas>(c: ApiContext, spec: S): Input<S> {
  const valid = (part: "json" | "query" | "param") => (c.req.valid as (name: string) => unknown)(part);
  return {
    body: spec.body ? valid("json") : undefined,
    query: spec.query ? valid("query") : undefined,
    params: spec.params ? valid("param") : undefined,
  } as Input<S>;
}

/**
 * One endpoint: its description and the verb that it is the door to. The verb runs in one transaction of the caller's
 * tenant; a BridgeError becomes a problem document and rolls everything back.
 */
export function endpoint<const S extends Schemas>(
  api: Api,
  spec: Endpoint<S>,
  verb: (ctx: Ctx, input: Input<S>, service: Service) => Promise<unknown>,
): void {
  api.openapi(describe(spec), async (c) => {
    const input = inputOf(c as unknown as ApiContext, spec);
    return (await answer(c, spec.allowed, (ctx) => verb(ctx, input, c.get("service")), spec.status)) as never;
  });
}

/** One short transaction of the caller's tenant, on the caller's behalf. */
export type Tx = <T>(work: (ctx: Ctx) => Promise<T>) => Promise<T>;

/**
 * The same for a verb that must ask a platform before it can answer: it does so between short transactions of its own,
 * never inside one. Its answers are not kept, so `Idempotency-Key` is ignored; repeating must be safe.
 */
export function askingEndpoint<const S extends Schemas>(
  api: Api,
  spec: Endpoint<S>,
  verb: (tx: Tx, input: Input<S>, service: Service, tenantId: string) => Promise<object>,
): void {
  api.openapi(describe(spec), async (c) => {
    const { actor, tenantId } = requireActor(c, spec.allowed);
    const service = c.get("service");
    const tx: Tx = (work) =>
      service.database.inTenant(tenantId, (db) => work({ db, tenantId, actor, now: service.now, log: c.get("log") }));
    const result = await verb(tx, inputOf(c as unknown as ApiContext, spec), service, tenantId);
    return c.json(result, spec.status ?? 200, { "cache-control": "no-store" }) as never;
  });
}

/** Where the last page of a list ended. `form`: what the ids look like by which it is sorted. */
export const cursorLike = (form: RegExp) =>
  z.string().regex(form, "is no cursor of this list. Take it from `next`, or leave it out to begin anew.").optional();

/** Cursor paging: rows sorted by id; `next` is given back as `cursor`. */
export const pageQuery = {
  cursor: cursorLike(/^[a-z]{2,4}_\w{1,60}$/),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};
export function page<T extends { id: string }>(rows: T[], limit: number): { items: T[]; next?: string } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last ? { items, next: last.id } : { items };
}
export { z };
