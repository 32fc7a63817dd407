import { type Context, Hono } from "hono";
import { type Group, type Limits, penaltyHeaders } from "./limits.ts";
import { lacksScope, Refusal, unknownResource } from "./refusal.ts";
import type { Sessions } from "./sessions.ts";
import type { FakeExtension, World } from "./world.ts";

/** One operation, named by the path template of RingCentral's description. */
export type Operation = { method: "GET" | "POST" | "PUT" | "DELETE"; path: string; group: Group; scope?: string };
type Handler = (c: Context) => Response | Promise<Response>;

export type Api = ReturnType<typeof createApi>;

/** Checks what RingCentral checks before an operation sees the request: token, rate, app scope. */
export function createApi(world: World, sessions: Sessions, limits: Limits) {
  const app = new Hono();
  const operations: Operation[] = [];

  function on(operation: Operation, handle: Handler): void {
    operations.push(operation);
    const route = operation.path.replaceAll(/\{(\w+)\}/g, ":$1");
    app.on(operation.method, route, async (c) => {
      let headers: Record<string, string> = {};
      try {
        const session = sessions.use(c.req.header("authorization") ?? "");
        const taken = limits.take(operation.group);
        headers = taken.headers;
        if (taken.isRefused) throw new Refusal(429, "CMN-301", "Request rate exceeded");
        if (!mayUse(session.scopes, operation.scope)) throw lacksScope(operation.scope ?? "");
        checkAccount(world, c.req.param("accountId"));
        const response = await handle(c);
        for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
        return response;
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return c.json(error.body, error.status, { ...headers, ...(error.status === 429 ? penaltyHeaders : {}) });
      }
    });
  }
  return { app, on, operations };
}

/** EditPresence includes ReadPresence. */
const mayUse = (scopes: readonly string[], scope: string | undefined): boolean =>
  scope === undefined || scopes.includes(scope) || (scope === "ReadPresence" && scopes.includes("EditPresence"));

function checkAccount(world: World, accountId: string | undefined): void {
  if (accountId !== undefined && accountId !== "~" && accountId !== world.accountId) throw unknownResource("accountId");
}

/** `~` is the extension of the token's user. */
export const idInPath = (world: World, c: Context): string => {
  const id = c.req.param("extensionId") ?? "~";
  return id === "~" ? world.user.extensionId : id;
};

export function extensionInPath(world: World, c: Context): FakeExtension {
  const extension = world.extensions.get(idInPath(world, c));
  if (!extension) throw unknownResource("extensionId");
  return extension;
}

export async function readBody(c: Context): Promise<Record<string, unknown>> {
  const isJson = (c.req.header("content-type") ?? "").startsWith("application/json");
  if (!isJson) throw new Refusal(415, "CMN-415", "Unsupported Media Type");
  const body: unknown = await c.req.json().catch(() => undefined);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    throw new Refusal(400, "CMN-103", "JSON cannot be parsed");
  }
  return body as Record<string, unknown>;
}

/** Pages count from 1. Too large a page is cut, as RingCentral does. */
export function pageOf<T>(c: Context, all: readonly T[], perPageDefault: number, perPageMax: number) {
  const asked = Number(c.req.query("perPage") ?? perPageDefault);
  const page = Number(c.req.query("page") ?? 1);
  if (!Number.isInteger(page) || page < 1) throw new Refusal(400, "CMN-101", "Parameter [page] value is invalid");
  const perPage = Number.isInteger(asked) && asked > 0 ? Math.min(asked, perPageMax) : perPageMax;
  const first = (page - 1) * perPage;
  const records = all.slice(first, first + perPage);
  const totalPages = Math.max(1, Math.ceil(all.length / perPage));
  const pageEnd = Math.max(first, first + records.length - 1);
  return { records, paging: { page, perPage, pageStart: first, pageEnd, totalPages, totalElements: all.length } };
}
