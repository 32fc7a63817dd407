import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { type Api, type ApiContext, newApi, problem } from "../api.ts";
import { BridgeError } from "../errors.ts";
import { newId } from "../ids.ts";
import { errorFields } from "../log.ts";
import type { Service } from "../platform/service.ts";
import { asProblem } from "./as-problem.ts";
import { authenticate } from "./auth.ts";
import type { KeySets } from "./directory-token.ts";
import { addDocsRoutes, type Description } from "./docs.ts";
import { forPerson } from "./sign-in-page.ts";

/** The body a route may have at most, in bytes; webhooks and the API alike. */
export const bodyBytesMax = 1_000_000;

/** The server takes no more than was announced; to ask for the body would make a stream of it, at some cost. */
const saysThatItIsSmall = (headers: Headers) =>
  !headers.has("transfer-encoding") && Number(headers.get("content-length") ?? Number.NaN) <= bodyBytesMax;

/**
 * One Hono app for both runtimes. `rooms` add their routes; everything under /v1 is authenticated.
 * One log event per request, written at its end.
 */
export function createApp(service: Service, keySets: KeySets, rooms: readonly ((api: Api) => void)[]): Api {
  const api = newApi();
  api.use("*", async (c, next) => {
    const requestId = newId("req", service.now());
    c.set("requestId", requestId);
    c.set("service", service);
    c.set("log", service.log.with({ request_id: requestId }));
    c.header("x-request-id", requestId);
    const startedAt = performance.now();
    await next();
    const seconds = (performance.now() - startedAt) / 1000;
    const path = c.req.routePath;
    service.metrics.observe("patchcord_request_seconds", seconds, { route: path, status: String(c.res.status) });
    const failed = c.error ? errorFields(c.error) : {};
    const fields = {
      method: c.req.method,
      route: path,
      status: c.res.status,
      actor: c.get("actor")?.kind,
      duration_ms: Math.round(seconds * 1000),
      ...failed,
    };
    if (c.res.status >= 500) c.get("log").error("request", fields);
    else c.get("log").info("request", fields);
  });
  api.onError((error, c) => {
    const context = c as unknown as ApiContext;
    return forPerson(context, asProblem(context, error));
  });
  api.notFound((c) => problem(c, "not_found", "There is nothing at this address. See /docs."));
  const safely = {
    strictTransportSecurity: service.publicUrl.startsWith("https:") ? "max-age=31536000; includeSubDomains" : false,
    xFrameOptions: false, // frame-ancestors of the content security policy decides, page by page
    crossOriginResourcePolicy: "same-origin",
    referrerPolicy: "no-referrer",
  } as const;
  const byItself = secureHeaders(safely);
  // A sign-in ends by handing over to the desk that opened it, which a page of another origin may frame. Browsers heed this
  // on each step of the way, redirects included.
  const withOpener = secureHeaders({ ...safely, crossOriginOpenerPolicy: "unsafe-none" });
  api.use("*", (c, next) => {
    if (c.req.path.startsWith("/hooks/")) return next(); // what is said there is for platforms, no browser looks at it
    return (c.req.path.startsWith("/auth/") ? withOpener : byItself)(c, next);
  });
  const limitBody = bodyLimit({
    maxSize: bodyBytesMax,
    onError: () => {
      throw new BridgeError("too_large", `A request may have at most ${bodyBytesMax} bytes.`);
    },
  });
  api.use("*", (c, next) => (saysThatItIsSmall(c.req.raw.headers) ? next() : limitBody(c, next)));
  api.use("/v1/*", authenticate(service, keySets));
  for (const addRoutes of rooms) addRoutes(api);
  api.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
    type: "http",
    scheme: "bearer",
    description: "API key (pck_…), desk token or sign-in token",
  });
  const about = {
    openapi: "3.1.0",
    info: {
      title: "Patchcord",
      version: "1",
      description: "Find a colleague who can help, ask, consult, transfer, join.",
    },
    servers: [{ url: service.publicUrl }],
  };
  api.doc31("/openapi.json", about);
  addDocsRoutes(api, () => api.getOpenAPI31Document(about) as unknown as Description);
  return api;
}
