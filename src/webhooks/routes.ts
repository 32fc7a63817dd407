import { type Api, endpoint, page, pageQuery, z } from "../api.ts";
import {
  createEndpoint,
  deleteEndpoint,
  deliveriesOf,
  endpointOf,
  endpointsOf,
  endpointView,
  rotateSecret,
  sendTest,
  updateEndpoint,
} from "./endpoints.ts";
import { eventTypes, subscribable } from "./events.ts";
import { type ReplayInput, replay } from "./replay.ts";
import { deliveryStates, type EndpointId } from "./schema.ts";

const adminOnly = { scope: "admin" } as const;
const byId = z.object({ id: z.string().max(60) });
const events = z
  .array(z.enum(subscribable as [string, ...string[]]))
  .min(1)
  .max(50)
  .describe("Types of events, `consult.*` for all of a kind, `*` for all but presence");
const url = z.string().max(2_000).describe("An https address on the open internet; redirects are not followed");
const description = z.string().max(200);
const facts = {
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.string()),
  state: z.enum(["on", "failing", "off"]),
  why: z.string().optional().describe("Why it is off: `admin`, `gone` (it answered 410), `failing` (for five days)"),
  since: z.string().optional(),
  createdAt: z.string(),
};
const endpointSchema = z.object(facts).openapi("WebhookEndpoint", {
  description: "Where signed messages about what happens are sent (Standard Webhooks)",
});
const secret = z.string().describe("Shown this once: whsec_ and base64");
const deliverySchema = z
  .object({
    id: z.string().describe("The message's `webhook-id`"),
    type: z.string(),
    state: z.enum(deliveryStates).describe("dead: given up, can be replayed"),
    attempts: z.number(),
    createdAt: z.string(),
    attemptedAt: z.string().optional(),
    nextAttemptAt: z.string().optional(),
    status: z.number().optional().describe("What the endpoint answered last"),
    error: z.string().optional().describe("Why it did not: timeout, network, redirect, address-blocked"),
  })
  .openapi("WebhookDelivery");

const replayBody = z
  .strictObject({
    ids: z.array(z.string().max(60)).min(1).max(500).optional(),
    since: z.iso.datetime().optional(),
    until: z.iso.datetime().optional(),
    onlyFailed: z.boolean().optional().describe("Leave out what was delivered"),
  })
  .refine(({ ids, since }) => (ids === undefined) !== (since === undefined), "wants either ids or since");

const replayInput = ({ ids, since, until, onlyFailed }: z.output<typeof replayBody>): ReplayInput => ({
  ...(ids ? { ids } : {}),
  ...(since ? { since: new Date(since) } : {}),
  ...(until ? { until: new Date(until) } : {}),
  ...(onlyFailed ? { onlyFailed } : {}),
});

/** For the description of the API: what arrives at an endpoint. */
function describeMessages(api: Api): void {
  const data = z.record(z.string(), z.unknown()).describe("Ids and codes of what it is about");
  const headers = z.object({
    "webhook-id": z.string().describe("The same however often it is sent"),
    "webhook-timestamp": z.string().describe("Of this attempt, in seconds"),
    "webhook-signature": z.string(),
  });
  for (const [type, summary] of Object.entries(eventTypes)) {
    const schema = z.object({ type: z.literal(type), timestamp: z.iso.datetime(), data });
    api.openAPIRegistry.registerWebhook({
      method: "post",
      path: type,
      summary,
      request: { headers, body: { required: true, content: { "application/json": { schema } } } },
      responses: { 204: { description: "Taken. 410: send no more" } },
    });
  }
}

export function addOutgoingWebhookRoutes(api: Api): void {
  describeMessages(api);
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/webhook-endpoints",
      summary: "Where this organization is told what happens, and all types of events",
      allowed: adminOnly,
      result: z.object({ items: z.array(endpointSchema), eventTypes: z.record(z.string(), z.string()) }),
    },
    async (ctx) => ({ items: (await endpointsOf(ctx)).map(endpointView), eventTypes }),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/webhook-endpoints",
      summary: "Be told what happens; the answer holds the secret, this once",
      allowed: adminOnly,
      body: z.strictObject({ url, events: events.default(["*"]), description: description.optional() }),
      result: z.object({ ...facts, secret }),
      status: 201,
    },
    (ctx, { body }, service) => createEndpoint(ctx, service, body),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/webhook-endpoints/{id}",
      summary: "One endpoint",
      allowed: adminOnly,
      params: byId,
      result: endpointSchema,
    },
    async (ctx, { params }) => endpointView(await endpointOf(ctx, params.id as EndpointId)),
  );
  endpoint(
    api,
    {
      method: "patch",
      path: "/v1/webhook-endpoints/{id}",
      summary: "Change an endpoint, switch it off or on again",
      allowed: adminOnly,
      params: byId,
      body: z.strictObject({
        url: url.optional(),
        events: events.optional(),
        description: description.optional(),
        enabled: z.boolean().optional(),
      }),
      result: endpointSchema,
    },
    (ctx, { params, body }, service) => updateEndpoint(ctx, service, params.id as EndpointId, body),
  );
  endpoint(
    api,
    {
      method: "delete",
      path: "/v1/webhook-endpoints/{id}",
      summary: "Delete an endpoint and what waits for it",
      allowed: adminOnly,
      params: byId,
      result: z.object({ deleted: z.boolean() }),
    },
    async (ctx, { params }) => {
      await deleteEndpoint(ctx, params.id as EndpointId);
      return { deleted: true };
    },
  );
  addSendingRoutes(api);
}

function addSendingRoutes(api: Api): void {
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/webhook-endpoints/{id}/rotate-secret",
      summary: "A new secret, shown this once; the old one signs beside it for a day",
      allowed: adminOnly,
      params: byId,
      body: z.strictObject({ leaked: z.boolean().default(false).describe("true: the old secret stops at once") }),
      result: z.object({ secret, previousUntil: z.string().optional() }),
    },
    (ctx, { params, body }, service) => rotateSecret(ctx, service, params.id as EndpointId, body.leaked),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/webhook-endpoints/{id}/test",
      summary: "Send a message of the type webhook.test",
      allowed: adminOnly,
      params: byId,
      result: z.object({ messageId: z.string() }),
      status: 202,
    },
    (ctx, { params }) => sendTest(ctx, params.id as EndpointId),
  );
  endpoint(
    api,
    {
      method: "get",
      path: "/v1/webhook-endpoints/{id}/deliveries",
      summary: "What has become of the messages to an endpoint, newest first; state=dead: those given up",
      allowed: adminOnly,
      params: byId,
      query: z.object({ ...pageQuery, state: z.enum(deliveryStates).optional() }),
      result: z.object({ items: z.array(deliverySchema), next: z.string().optional() }),
    },
    async (ctx, { params, query }) => page(await deliveriesOf(ctx, params.id as EndpointId, query), query.limit),
  );
  endpoint(
    api,
    {
      method: "post",
      path: "/v1/webhook-endpoints/{id}/replay",
      summary: "Send messages again, by their ids or by when they happened; messages are kept for 14 days",
      allowed: adminOnly,
      params: byId,
      body: replayBody,
      result: z.object({ replayed: z.number() }),
      status: 202,
    },
    (ctx, { params, body }) => replay(ctx, params.id as EndpointId, replayInput(body)),
  );
}
