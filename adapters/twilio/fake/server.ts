import { Hono, type MiddlewareHandler } from "hono";
import type { Center } from "./center.ts";
import { createEventsRoutes } from "./events-routes.ts";
import { ApiError } from "./model.ts";
import { createTaskRouterRoutes } from "./taskrouter-routes.ts";
import { createViews } from "./views.ts";
import { createVoiceRoutes } from "./voice-routes.ts";

/** Twilio's three hosts as one app; their paths do not meet. `before` runs first, for faults and logs. */
export function createServer(center: Center, ...before: MiddlewareHandler[]): Hono {
  const { accountSid, workspaceSid } = center.options;
  const views = createViews(center.options);
  const app = new Hono();
  for (const middleware of before) app.use(middleware);
  app.use(async (c, next) => {
    const [user = "", password] = readBasic(c.req.header("authorization"));
    const expected = center.state.credentials.get(user);
    if (expected === undefined || expected !== password) throw new ApiError(401, 20003, "Authenticate");
    return next();
  });
  app.route(`/2010-04-01/Accounts/${accountSid}`, createVoiceRoutes(center, views));
  app.route(`/v1/Workspaces/${workspaceSid}`, createTaskRouterRoutes(center, views));
  app.post(`/v1/Accounts/${accountSid}/Tokens/validate`, async (c) => {
    const { token } = (await c.req.json().catch(() => ({}))) as { token?: string };
    return c.json(center.flexTokens.validate(token));
  });
  app.route("/v1", createEventsRoutes(center, views));

  const answer = (status: number, code: number, message: string) =>
    Response.json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, { status });
  app.notFound(() => answer(404, 20404, "The requested resource was not found"));
  app.onError((error) => {
    if (error instanceof ApiError) return answer(error.status, error.code, error.message);
    throw error;
  });
  return app;
}

function readBasic(header: string | undefined): string[] {
  const [, encoded = ""] = /^Basic (.+)$/.exec(header ?? "") ?? [];
  try {
    const text = atob(encoded);
    return [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
  } catch {
    return [];
  }
}
