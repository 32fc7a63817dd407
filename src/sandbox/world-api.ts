/** The world over HTTP: the stand-in vendors under path prefixes, and what the stage asks (see protocol.ts). */
import { type Context, Hono } from "hono";
import { cors } from "hono/cors";
import { z } from "zod";
import { BridgeError, codes, isBridgeError } from "../errors.ts";
import { usersOf } from "./company.ts";
import type { DeskTokenAnswer, TabTokenAnswer, WorldView } from "./protocol.ts";
import type { World } from "./world.ts";
import { worldAction } from "./world-action.ts";

const pingMs = 15_000;
const loopback = ["127.0.0.1", "localhost"];
const deskTokenRequest = z.object({ agent: z.string().min(1) });
const tabTokenRequest = z.object({ user: z.string().min(1) });

export type WorldApiOptions = {
  world: World;
  /** Of the service, whose pages may ask. Both names of this machine count. */
  serviceUrl: string;
  /** As the contact center's own back end does it. */
  mintDeskToken(agent: string): Promise<DeskTokenAnswer>;
};

export function createWorldApi({ world, serviceUrl, mintDeskToken }: WorldApiOptions): Hono {
  const { contactCenter, microsoft, ringcentral } = world.platforms;
  const app = new Hono();
  app.use(onlyFromHere);
  for (const guard of world.guards) app.use("/contact-center/*", guard);
  app.mount("/contact-center", contactCenter.app.fetch);
  app.mount("/ringcentral", ringcentral.app.fetch);
  // Finds its services by their whole address.
  app.all("/microsoft/*", (c) => microsoft.app.fetch(c.req.raw, c.env));

  const allowed = origins(serviceUrl);
  app.use("/world/*", (c, next) => refuseStrangers(c, allowed) ?? next());
  app.use("/world/*", cors({ origin: allowed }));
  app.use("/world", cors({ origin: allowed }));
  app.get("/world", (c) => c.json(world.look(), 200, { "cache-control": "no-store" }));
  app.get("/world/stream", () => stream(world));
  app.post("/world/actions", async (c) => c.json(await world.act(await readBody(c, worldAction))));
  app.post("/world/desk-token", async (c) => c.json(await mintDeskToken((await readBody(c, deskTokenRequest)).agent)));
  app.post("/world/tab-token", async (c) => {
    const { user } = await readBody(c, tabTokenRequest);
    if (!usersOf("teams").some(({ id }) => id === user))
      throw new BridgeError("not_found", "There is no such person in the made-up directory.");
    const token = await microsoft.issueTabToken(user);
    const answer: TabTokenAnswer = { token, tabUrl: new URL("/tab", serviceUrl).href };
    return c.json(answer);
  });
  app.onError((error, c) => problem(c, error));
  app.notFound((c) =>
    problem(c, new BridgeError("not_found", "There is nothing at this address of the made-up world.")),
  );
  return app;
}

/** Another name for this machine in the address means that a page elsewhere has bent its own name to point here. */
const onlyFromHere = async (c: Context, next: () => Promise<void>): Promise<Response | undefined> => {
  if (!loopback.includes(new URL(c.req.url).hostname)) return c.text("Only for this machine.", 403);
  await next();
  return undefined;
};

function origins(serviceUrl: string): string[] {
  const { port } = new URL(serviceUrl);
  return [new URL(serviceUrl).origin, ...loopback.map((host) => `http://${host}:${port}`)];
}

/** What has no Origin is no web page. */
function refuseStrangers(c: Context, allowed: readonly string[]): Promise<Response> | undefined {
  const origin = c.req.header("origin");
  if (origin === undefined || allowed.includes(origin)) return undefined;
  return Promise.resolve(problem(c, new BridgeError("forbidden", "Only the service's own pages may ask this.")));
}

async function readBody<T extends z.ZodType>(c: Context, schema: T): Promise<z.output<T>> {
  const parsed = schema.safeParse(await c.req.json().catch(() => undefined));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BridgeError("invalid", `${issue?.path.join(".") || "body"}: ${issue?.message}`);
}

function problem(c: Context, error: unknown): Response {
  const fault = isBridgeError(error) ? error : new BridgeError("internal", "The made-up world stumbled.");
  const { status, title } = codes[fault.code];
  const body = { type: `/docs#${fault.code}`, title, status, detail: fault.message, code: fault.code };
  return c.body(JSON.stringify(body), status, { "content-type": "application/problem+json" });
}

/** Every view as it is told, the present one first. */
function stream(world: World): Response {
  let stop = () => {};
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(new TextEncoder().encode(text));
      const tell = (view: WorldView) => {
        // Who reads slowly gets the next one whole.
        if ((controller.desiredSize ?? 0) > -8) send(`data: ${JSON.stringify(view)}\n\n`);
      };
      const first = world.look();
      const ping = setInterval(() => send(": still here\n\n"), pingMs);
      const unsubscribe = world.onView(tell);
      stop = () => {
        clearInterval(ping);
        unsubscribe();
      };
      send("retry: 1000\n\n");
      tell(first);
    },
    cancel: () => stop(),
  });
  return new Response(body, { headers: { "content-type": "text/event-stream", "cache-control": "no-store" } });
}
