/**
 * Between Agents Playground, which signs nothing and knows nobody, and the bot, which believes only what is signed: what
 * the Playground sends is signed as the Bot Connector signs and comes from Jonas; what the bot sends goes there with his name replaced by theirs.
 */
import { serve } from "@hono/node-server";
import { createSigner } from "../../../adapters/teams/fake/keys.ts";
import { jonas, type TestService } from "../service.ts";

type Activity = { serviceUrl?: string; [key: string]: unknown };

export async function bridgePlayground(service: TestService, port: number, playground: string) {
  const connector = createSigner("bot-framework");
  const { body } = await service.ask("GET", "/v1/connections");
  const teams = body.items?.find((one) => one.adapter === "teams");
  const settings = service.microsoft.settings({ botServiceUrl: `${playground}/_connector` });
  const changed = await service.ask("PUT", `/v1/connections/${encodeURIComponent(String(teams?.name))}`, {
    body: { adapter: "teams", settings },
  });
  if (changed.status >= 300) throw new Error(`the connection was not changed: ${changed.status}`);
  /** The Playground knows its one person by a name of its own. */
  let theirName = "user-id-0";
  const toPlayground = async (request: Request): Promise<Response> => {
    const body = (await request.text()).replaceAll(jonas.id, theirName);
    return fetch(request.url, { method: request.method, headers: request.headers, ...(body ? { body } : {}) });
  };
  service.origins.set(new URL(playground).origin, { fetch: toPlayground });
  await service.pass(10_000);

  const sign = ({ serviceUrl }: Activity) => {
    const now = Math.floor(service.clock.now().getTime() / 1_000);
    return connector.sign({
      iss: "https://api.botframework.com",
      aud: service.microsoft.botAppId,
      serviceurl: serviceUrl,
      nbf: now - 60,
      exp: now + 3_600,
    });
  };
  const toBot = async (request: Request): Promise<Response> => {
    const activity = (await request.json()) as Activity;
    const { tenantId } = service.microsoft;
    theirName = (activity.from as { id?: string } | undefined)?.id ?? theirName;
    const known = {
      ...activity,
      from: { ...(activity.from as object), aadObjectId: jonas.id },
      conversation: { ...(activity.conversation as object), tenantId },
      channelData: { ...(activity.channelData as object), tenant: { id: tenantId } },
    };
    const answer = await service.wired.app.request(`/teams/${teams?.id}/messages`, {
      method: "POST",
      headers: { authorization: `Bearer ${await sign(activity)}`, "content-type": "application/json" },
      body: JSON.stringify(known),
    });
    void service.settle();
    return answer;
  };
  const server = serve({ fetch: toBot, port, hostname: "127.0.0.1" });
  return { close: () => new Promise<void>((done) => void server.close(() => done())) };
}
