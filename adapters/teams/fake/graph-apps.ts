import { Hono } from "hono";
import { chatIdOf } from "./chats.ts";
import { type GraphContext, type GraphEnv, GraphFault, needs, readBody, userInPath } from "./graph-request.ts";
import { createThrottle, vendorLimits } from "./throttle.ts";
import type { CatalogEntry, FakeUser, World } from "./world.ts";

/** Who has the app. */
export function createAppRoutes(world: World) {
  const app = new Hono<GraphEnv>();
  const throttle = createThrottle(world.clock, vendorLimits.installedApps);
  const install = needs("TeamsAppInstallation.ReadWriteSelfForUser.All", "TeamsAppInstallation.ReadWriteForUser.All");

  app.use("/users/:user/teamwork/installedApps/*", async (c, next) => {
    const wait = throttle.take(`${c.get("claims").appid}`);
    if (wait) throw new GraphFault(429, "TooManyRequests", "Too many requests.", { "Retry-After": String(wait) });
    await next();
  });
  app.get("/users/:user/teamwork/installedApps", install, (c) => {
    const user = userInPath(world, c);
    const [, wanted = world.catalogApp.id] = /^teamsApp\/id eq '(.+)'$/.exec(c.req.query("$filter") ?? "") ?? [];
    return c.json({ value: hasApp(user) && world.catalogue.has(wanted) ? [toInstallation(world, user, c)] : [] });
  });
  app.post("/users/:user/teamwork/installedApps", install, async (c) => {
    const user = userInPath(world, c);
    const { "teamsApp@odata.bind": bind } = await readBody(c);
    const [, wanted = ""] = /\/appCatalogs\/teamsApps\/([^/]+)$/.exec(String(bind)) ?? [];
    if (!isPublished(world.catalogue.get(wanted))) {
      throw new GraphFault(404, "NotFound", "The app is not in the catalogue.");
    }
    if (hasApp(user)) throw new GraphFault(409, "Conflict", "The app is already installed for this user.");
    user.hasApp = true;
    world.changed({ kind: "chat", user: user.id });
    return c.body(null, 201);
  });
  app.get("/users/:user/teamwork/installedApps/:installation/chat", install, (c) => {
    const user = userInPath(world, c);
    if (!hasApp(user)) throw new GraphFault(404, "NotFound", "The app is not installed for this user.");
    return c.json({ id: chatIdOf(user.id), chatType: "oneOnOne", tenantId: world.tenantId });
  });
  return app;
}

export const hasApp = (user: FakeUser): boolean => user.hasApp !== false;

const isPublished = (entry: CatalogEntry | undefined) =>
  entry?.definitions.some(({ publishingState }) => publishingState === "published") ?? false;

const toTeamsApp = ({ catalogApp }: World) => ({ ...catalogApp, distributionMethod: "organization" });

const toInstallation = (world: World, user: FakeUser, c: GraphContext) => ({
  id: btoa(`${user.id}#${world.catalogApp.id}`),
  ...(c.req.query("$expand")?.includes("teamsApp") ? { teamsApp: toTeamsApp(world) } : {}),
});
