import { Hono } from "hono";
import type { Directory } from "./directory.ts";
import { createAppRoutes } from "./graph-apps.ts";
import { createCalendarRoutes } from "./graph-calendar.ts";
import { createCatalogueRoutes } from "./graph-catalogue.ts";
import { createDirectoryRoutes } from "./graph-directory.ts";
import { createMeetingRoutes } from "./graph-meetings.ts";
import { createPresenceRoutes } from "./graph-presence.ts";
import { answerFault, authenticate, type GraphEnv, GraphFault } from "./graph-request.ts";
import { createSubscriptionRoutes } from "./graph-subscriptions.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { World } from "./world.ts";

/** Microsoft Graph v1.0. Mounted at `/graph`. */
export function createGraph(world: World, directory: Directory, subscriptions: Subscriptions) {
  const app = new Hono<GraphEnv>().basePath("/v1.0");
  app.use(authenticate(world));
  app.onError((error, c) => {
    if (error instanceof GraphFault) return answerFault(c, world, error);
    throw error;
  });
  app.route("/", createPresenceRoutes(world));
  app.route("/", createCalendarRoutes(world));
  app.route("/", createMeetingRoutes(world));
  app.route("/", createSubscriptionRoutes(world, subscriptions));
  app.route("/", createAppRoutes(world));
  app.route("/", createCatalogueRoutes(world));
  app.route("/", createDirectoryRoutes(world, directory));
  app.all("*", () => {
    throw new GraphFault(400, "BadRequest", "Resource not found for the segment.");
  });
  return app;
}
