import { Hono } from "hono";
import type { World } from "./world.ts";

/** What a bot needs to verify activities from Teams. Mounted at `/botframework`. */
export function createBotFramework(world: World) {
  const app = new Hono();
  app.get("/v1/.well-known/openidconfiguration", (c) =>
    c.json({
      issuer: "https://api.botframework.com",
      authorization_endpoint: "https://invalid.botframework.com",
      jwks_uri: `${world.urls.botFramework}/v1/.well-known/keys`,
      id_token_signing_alg_values_supported: ["RS256"],
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
    }),
  );
  app.get("/v1/.well-known/keys", async (c) =>
    c.json(await world.botFramework.publicKeys({ endorsements: ["msteams"] })),
  );
  return app;
}
